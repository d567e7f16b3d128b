"""Extract clusters on EMR."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hourglass.aws.clients import client
from hourglass.jobs import RUNNING, Outcome

_ALIVE = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"]


class Clusters:
    """Launch, find and end clusters; says what became of one."""

    def __init__(self) -> None:
        self._emr: Any = client("emr")

    def launch(self, request: dict[str, Any], since: datetime) -> str:
        """Start a cluster, or find the one of that name that an earlier attempt has started, even if it has ended.

        `since` lies before the first attempt.
        """
        started = next(self._named(request["Name"], CreatedAfter=since), None)
        return started or str(self._emr.run_job_flow(**request)["JobFlowId"])

    def terminate(self, name: str) -> None:
        """End the cluster of that name, if it lives."""
        for cluster_id in self._named(name, ClusterStates=_ALIVE):
            self._emr.terminate_job_flows(JobFlowIds=[cluster_id])

    def _named(self, name: str, **filters: Any) -> Iterator[str]:
        pages = self._emr.get_paginator("list_clusters").paginate(**filters)
        return (cluster["Id"] for page in pages for cluster in page["Clusters"] if cluster["Name"] == name)

    def outcome(self, job_id: str) -> Outcome:
        """Ended when the cluster is gone: its nodes cost money until then."""
        status = self._emr.describe_cluster(ClusterId=job_id)["Cluster"]["Status"]
        if status["State"] not in ("TERMINATED", "TERMINATED_WITH_ERRORS"):
            return RUNNING
        reason = status.get("StateChangeReason", {})
        facts = {"cluster_id": job_id, "state": status["State"], **_seconds(status)}
        if status["State"] == "TERMINATED" and reason.get("Code") == "ALL_STEPS_COMPLETED":
            return Outcome(True, {"cluster_id": job_id}, facts)
        cause = self._failed_step(job_id) or f"cluster {job_id} ended: {reason.get('Message') or reason.get('Code')}"
        return Outcome(True, {}, facts, "ClusterFailedError", cause)

    def _failed_step(self, cluster_id: str) -> str | None:
        for page in self._emr.get_paginator("list_steps").paginate(ClusterId=cluster_id, StepStates=["FAILED"]):
            for step in page["Steps"]:
                failure = step["Status"].get("FailureDetails", {})
                why = failure.get("Message") or failure.get("Reason") or "no reason given"
                return f"{step['Name']}: {why}"
        return None


def _seconds(status: dict[str, Any]) -> dict[str, float]:
    timeline = status.get("Timeline", {})
    if "CreationDateTime" not in timeline or "EndDateTime" not in timeline:
        return {}
    return {"seconds": (timeline["EndDateTime"] - timeline["CreationDateTime"]).total_seconds()}
