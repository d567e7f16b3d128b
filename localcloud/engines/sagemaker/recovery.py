"""Records, when the cloud starts again, what a stop did to jobs and endpoints."""

from typing import Any

from localcloud.engines.sagemaker import events, records

REASON = "InternalServerError: the machine that ran it stopped"


def end_interrupted(backend: Any) -> None:
    """Jobs that ran have failed; endpoints in service come back with their first invocation."""
    for job in backend.training_jobs.values():
        if not job.ended:
            job.failure_reason = REASON
            job.training_end_time = records.now()
            job.become("Failed", "Failed", REASON)
            events.emit_job(job)
    for endpoint in backend.endpoints.values():
        if endpoint.endpoint_status == "Creating":
            endpoint.become("Failed", REASON)
            events.emit_endpoint(endpoint)
        elif endpoint.endpoint_status == "Updating":
            endpoint.updating_to = None
            endpoint.become("InService", f"The update was rolled back. {REASON}")
            events.emit_endpoint(endpoint)
