"""SageMaker: training jobs and endpoints that run an image's own program as processes.

`images` starts a program from the folder of its Dockerfile, `training` runs jobs, `serving` and `endpoints`
keep servers, `runtime` passes invocations through.
"""

import shutil
from importlib import import_module
from typing import Any


def install(cloud: Any) -> None:
    """Installs the engine when SageMaker or its runtime is first used: its parts take a while to import."""
    service = import_module("localcloud.service")
    for left in ("jobs", "endpoints"):  # what a killed cloud left of its containers
        shutil.rmtree(cloud.state_dir / "sagemaker" / left, ignore_errors=True)
    assembled: list[bool] = []

    def assemble() -> None:
        if not assembled:
            assembled.append(True)
            import_module("localcloud.engines.sagemaker.assembly").assemble(cloud)

    service.when_loaded("sagemaker", assemble)
    service.when_loaded("sagemakerruntime", assemble)
