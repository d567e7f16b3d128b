"""Extract clusters and their steps on EMR. A step is known as `cluster id/step id`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from hourglass.aws.clients import client
from hourglass.cluster import EXECUTION_TAG
from hourglass.errors import ClusterFailedError
from hourglass.jobs import RUNNING, Outcome
from hourglass.reaping import LivingCluster

_ALIVE = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"]
_STEP_ENDED = ("COMPLETED", "FAILED", "CANCELLED", "INTERRUPTED")
_REFUSED = ("ValidationException", "InvalidRequestException")


class Clusters:
    """Launches, finds and ends clusters, gives them steps, and says what became of a step."""

    def __init__(self) -> None:
        self._emr: Any = client("emr")

    def launch(self, request: dict[str, Any], since: datetime) -> str:
        """Start a cluster, or find the one of that name that an earlier attempt has started, even if it has ended.

        `since` lies before the first attempt.
        """
        started = next(self._named(request["Name"], CreatedAfter=since), None)
        return started or str(self._emr.run_job_flow(**request)["JobFlowId"])

    def find_step(self, cluster_id: str, name: str) -> str | None:
        """The step of that name, whatever became of it."""
        return next((f"{cluster_id}/{step['Id']}" for step in self._steps(cluster_id) if step["Name"] == name), None)

    def add_step(self, cluster_id: str, step: dict[str, Any]) -> str:
        """Give the cluster a step, or find the one of that name that an earlier attempt has given it.

        Raises:
            ClusterFailedError: the cluster takes no more steps, because it ends.
        """
        given = self.find_step(cluster_id, step["Name"])
        if given:
            return given
        try:
            (step_id,) = self._emr.add_job_flow_steps(JobFlowId=cluster_id, Steps=[step])["StepIds"]
        except ClientError as error:
            if error.response["Error"]["Code"] in _REFUSED and not self._lives(cluster_id):
                raise ClusterFailedError(self._why_it_ended(cluster_id)) from error
            raise
        return f"{cluster_id}/{step_id}"

    def let_steps_run_side_by_side(self, cluster_id: str, steps: int) -> None:
        self._emr.modify_cluster(ClusterId=cluster_id, StepConcurrencyLevel=steps)

    def end(self, cluster_id: str) -> None:
        """Terminate a cluster; does not wait until it is gone."""
        self._emr.terminate_job_flows(JobFlowIds=[cluster_id])

    def terminate(self, name: str) -> None:
        """End the cluster of that name, if it lives."""
        for cluster_id in self._named(name, ClusterStates=_ALIVE):
            self.end(cluster_id)

    def living(self, project: str) -> Iterator[LivingCluster]:
        """The clusters of a project that have not ended, by their tag `project`."""
        for summary in self._listed(ClusterStates=_ALIVE):
            cluster = self._emr.describe_cluster(ClusterId=summary["Id"])["Cluster"]
            tags = {tag["Key"]: tag.get("Value", "") for tag in cluster.get("Tags", [])}
            if tags.get("project") == project:
                created_at = cluster["Status"]["Timeline"]["CreationDateTime"]
                yield LivingCluster(summary["Id"], cluster["Name"], created_at, tags.get(EXECUTION_TAG))

    def jobs(self, cluster_id: str) -> list[str]:
        """All steps of a cluster."""
        return [f"{cluster_id}/{step['Id']}" for step in self._steps(cluster_id)]

    def outcome(self, job_id: str) -> Outcome:
        """What became of a step; it has failed too when its cluster is gone before the step has ended."""
        cluster_id, step_id = job_id.split("/")
        step = self._emr.describe_step(ClusterId=cluster_id, StepId=step_id)["Step"]
        state, where = step["Status"]["State"], {"cluster_id": cluster_id, "step_id": step_id}
        facts = {**where, "state": state, **_seconds(step["Status"])}
        if state == "COMPLETED":
            return Outcome(True, where, facts)
        lives = self._lives(cluster_id)
        if state == "FAILED":
            return Outcome(True, {}, facts, "StepFailedError" if lives else "ClusterFailedError", _failure(step))
        if state in _STEP_ENDED or not lives:
            return Outcome(True, {}, facts, "ClusterFailedError", self._why_it_ended(cluster_id))
        return RUNNING

    def _lives(self, cluster_id: str) -> bool:
        return self._status(cluster_id)["State"] in _ALIVE

    def _status(self, cluster_id: str) -> dict[str, Any]:
        status: dict[str, Any] = self._emr.describe_cluster(ClusterId=cluster_id)["Cluster"]["Status"]
        return status

    def _why_it_ended(self, cluster_id: str) -> str:
        failed = next(self._steps(cluster_id, StepStates=["FAILED"]), None)
        if failed:
            return _failure(failed)
        reason = self._status(cluster_id).get("StateChangeReason", {})
        return f"cluster {cluster_id} ended: {reason.get('Message') or reason.get('Code') or 'no reason given'}"

    def _steps(self, cluster_id: str, **filters: Any) -> Iterator[dict[str, Any]]:
        pages = self._emr.get_paginator("list_steps").paginate(ClusterId=cluster_id, **filters)
        return (step for page in pages for step in page["Steps"])

    def _named(self, name: str, **filters: Any) -> Iterator[str]:
        return (cluster["Id"] for cluster in self._listed(**filters) if cluster["Name"] == name)

    def _listed(self, **filters: Any) -> Iterator[dict[str, Any]]:
        pages = self._emr.get_paginator("list_clusters").paginate(**filters)
        return (cluster for page in pages for cluster in page["Clusters"])


def _failure(step: dict[str, Any]) -> str:
    details = step["Status"].get("FailureDetails", {})
    return f"{step['Name']}: {details.get('Message') or details.get('Reason') or 'no reason given'}"


def _seconds(status: dict[str, Any]) -> dict[str, float]:
    timeline = status.get("Timeline", {})
    if "StartDateTime" not in timeline or "EndDateTime" not in timeline:
        return {}
    return {"seconds": (timeline["EndDateTime"] - timeline["StartDateTime"]).total_seconds()}
