"""EMR: clusters that run their steps as processes, with Sqoop and s3-dist-cp on the PATH.

A cluster is a folder with HDFS, a home, logs and programs (`node`); its life is in `runner`, the API in
`api`, the programs in `programs` and `sqoop`. Nothing of a cluster outlives the cloud.
"""

from importlib import import_module
from typing import Any


def install(cloud: Any) -> None:
    """Installs the engine; the nodes' programs import this package too and must not import moto with it."""
    import_module("localcloud.engines.emr.assembly").assemble(cloud)
