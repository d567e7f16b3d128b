"""Which clusters nobody owns any more."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class LivingCluster:
    """A cluster of this project that has not ended; `execution` is the ARN of the run that it says it belongs to."""

    cluster_id: str
    name: str
    created_at: datetime
    execution: str | None


def orphans(
    clusters: Iterable[LivingCluster], is_running: Callable[[str], bool], now: datetime, longest: timedelta
) -> Iterator[tuple[LivingCluster, str]]:
    """The clusters to end, each with the reason."""
    for cluster in clusters:
        if now - cluster.created_at > longest:
            yield cluster, f"it is older than {longest.total_seconds() / 3600:g} hours"
        elif cluster.execution is None:
            yield cluster, "it names no execution"
        elif not is_running(cluster.execution):
            yield cluster, f"{cluster.execution} does not run any more"
