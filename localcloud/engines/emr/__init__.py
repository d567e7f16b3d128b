"""EMR: clusters that run their steps as processes, with Sqoop and s3-dist-cp on the PATH.

A cluster is a folder with HDFS, a home, logs and programs (`node`); its life is in `runner`, the API in
`api`, the programs in `programs` and `sqoop`. Nothing of a cluster outlives the cloud.
"""

import shutil
from importlib import import_module
from typing import Any


def install(cloud: Any) -> None:
    """Installs the engine when EMR is first used. The nodes' programs import this package too, and no moto with it."""
    service = import_module("localcloud.service")
    import_module("localcloud.engines.emr.light_import").import_emr()
    shutil.rmtree(cloud.state_dir / "emr", ignore_errors=True)  # what a killed cloud left of its clusters
    host = import_module("localcloud.engines.emr.node").ProgramHost(cloud.environment)
    cloud.on_stop(host.stop)
    service.when_loaded("emr", lambda: import_module("localcloud.engines.emr.assembly").assemble(cloud, host))

    def expect_a_cluster() -> None:
        """State machines of a cloud that has had clusters will want one: its programs take a second to get ready."""
        if "emr" in service.store().modules():
            host.start()

    service.after_loading("stepfunctions", expect_a_cluster)
