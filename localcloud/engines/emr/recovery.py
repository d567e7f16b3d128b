"""Records, when the cloud starts again, that the clusters it ran are gone."""

from typing import Any

from localcloud.engines.emr import events, records
from localcloud.engines.emr.runner import cancel_step

REASON = "The machine that ran the cluster stopped"


def end_interrupted(backend: Any) -> None:
    """Every cluster that had not ended is TERMINATED_WITH_ERRORS, its running steps have failed."""
    region = backend.region_name
    for cluster in backend.clusters.values():
        if cluster.ended:
            continue
        for step in cluster.steps:
            if step.state == records.RUNNING:
                step.state, step.ended_at, step.reason = records.FAILED, records.now(), REASON
                step.failure = records.Failure("Instance failure.", REASON, "")
                events.emit_step(cluster, step, region)
            elif step.state == records.PENDING:
                cancel_step(cluster, step, region, REASON)
        cluster.ended_at = records.now()
        cluster.state, cluster.reason_code, cluster.reason = records.TERMINATED_WITH_ERRORS, "INSTANCE_FAILURE", REASON
        events.emit_cluster(cluster, region)
