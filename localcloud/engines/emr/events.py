"""Puts EMR's two events on the bus, worded as the service words them."""

import json

from localcloud import bus
from localcloud.engines.emr import records
from localcloud.engines.emr.records import Cluster, Step

SOURCE = "aws.emr"
MINUTE = "%Y-%m-%d %H:%M UTC"
CLUSTER_SENTENCES = {
    records.STARTING: "was requested at {created} and is being created.",
    records.BOOTSTRAPPING: "is running bootstrap actions at {now}.",
    records.RUNNING: "began running steps at {now}.",
    records.WAITING: "was created at {created} and is ready for use.",
    records.TERMINATING: "is terminating at {now} with a reason of {code}.",
    records.TERMINATED: "has terminated at {now} with a reason of {code}.",
    records.TERMINATED_WITH_ERRORS: "has terminated with errors at {now} with a reason of {code}.",
}
STEP_SENTENCES = {
    records.PENDING: "was added at {created} and is pending execution.",
    records.RUNNING: "started running at {started}.",
    records.COMPLETED: "completed execution at {ended}. The step started running at {started} and took {minutes} "
    "minutes to complete.",
    records.FAILED: "failed at {ended}. The step started running at {started} and took {minutes} minutes to fail.",
    records.CANCELLED: "was cancelled at {ended}.",
}


def emit_cluster(cluster: Cluster, region: str) -> None:
    """Says that a cluster changed its state (EMR Cluster State Change)."""
    failed = cluster.state == records.TERMINATED_WITH_ERRORS
    reason = {"code": cluster.reason_code or ""} | ({"message": cluster.reason} if cluster.reason else {})
    sentence = CLUSTER_SENTENCES[cluster.state].format(
        created=f"{cluster.created_at:{MINUTE}}", now=f"{records.now():{MINUTE}}", code=cluster.reason_code
    )
    detail = {
        "severity": "CRITICAL" if failed else "INFO",
        "stateChangeReason": json.dumps(reason, separators=(",", ":")),
        "name": cluster.name,
        "clusterId": cluster.id,
        "state": cluster.state,
        "message": f"Amazon EMR Cluster {cluster.id} ({cluster.name}) {sentence}",
    }
    bus.emit(SOURCE, "EMR Cluster State Change", detail, region=region)


def emit_step(cluster: Cluster, step: Step, region: str) -> None:
    """Says that a step changed its state (EMR Step Status Change)."""
    started, ended = step.started_at or records.now(), step.ended_at or records.now()
    sentence = STEP_SENTENCES[step.state].format(
        created=f"{step.created_at:{MINUTE}}",
        started=f"{started:{MINUTE}}",
        ended=f"{ended:{MINUTE}}",
        minutes=int((ended - started).total_seconds() // 60),
    )
    detail = {
        "severity": {records.FAILED: "ERROR", records.CANCELLED: "WARN"}.get(step.state, "INFO"),
        "actionOnFailure": step.action_on_failure,
        "stepId": step.id,
        "name": step.name,
        "clusterId": cluster.id,
        "state": step.state,
        "message": f"Step {step.id} ({step.name}) in Amazon EMR cluster {cluster.id} ({cluster.name}) {sentence}",
    }
    bus.emit(SOURCE, "EMR Step Status Change", detail, region=region)
