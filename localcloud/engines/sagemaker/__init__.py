"""SageMaker: training jobs and endpoints that run an image's own program as processes.

`images` starts a program from the folder of its Dockerfile, `training` runs jobs, `serving` and `endpoints`
keep servers, `runtime` passes invocations through.
"""

from importlib import import_module
from typing import Any


def install(cloud: Any) -> None:
    """Installs the engine; its parts are imported here, so that importing the package costs nothing."""
    import_module("localcloud.engines.sagemaker.assembly").assemble(cloud)
