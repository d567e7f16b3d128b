"""Which adapter knows the jobs of which service."""

from hourglass.events import JobEvent
from hourglass.jobs import Service


def service_of(name: str) -> Service:
    """The adapter for `Waiting.service`; imports only that one.

    Raises:
        KeyError: no state ever waits for a job of that name.
    """
    match name:
        case "emr":
            from hourglass.aws.emr import Clusters

            return Clusters()
        case "glue":
            from hourglass.aws.crawler import Crawler

            return Crawler()
        case "athena":
            from hourglass.aws.athena import Queries

            return Queries()
        case "training":
            from hourglass.aws.training import TrainingJobs

            return TrainingJobs()
        case "endpoint":
            from hourglass.aws.endpoint import Endpoints

            return Endpoints()
        case _:
            raise KeyError(f"no service {name!r}")


def jobs_of(event: JobEvent) -> tuple[str, list[str]]:
    """The service and the jobs that an event may have ended: of a cluster that is gone, every step."""
    if event.service == "emr cluster":
        from hourglass.aws.emr import Clusters

        return "emr", Clusters().jobs(event.job_id)
    return event.service, [event.job_id]
