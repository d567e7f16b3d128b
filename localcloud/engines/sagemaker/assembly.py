"""Joins the parts of the SageMaker engine for one running cloud."""

from typing import Any

from localcloud import service
from localcloud.engines.sagemaker import patches
from localcloud.engines.sagemaker.api import Operations
from localcloud.engines.sagemaker.container import Images
from localcloud.engines.sagemaker.endpoints import Fleet
from localcloud.engines.sagemaker.recovery import end_interrupted


def assemble(cloud: Any) -> None:
    """Lets moto's SageMaker, just imported, run the images that the cloud was given."""
    folder = cloud.state_dir / "sagemaker"
    images = Images(cloud.images, lambda: cloud.environment)
    fleet = Fleet(images, folder)
    operations = Operations(images, fleet, folder)
    patches.use(operations, fleet)
    patches.apply()
    patches.apply_runtime()
    service.when_recovering("sagemaker", end_interrupted)

    def stop() -> None:
        for runner in operations.jobs.values():
            runner.close()
        fleet.close()

    cloud.on_stop(stop)
    cloud.watch("training jobs", lambda: sum(1 for runner in operations.jobs.values() if runner.alive))
    cloud.watch("changing endpoints", lambda: fleet.changing)
