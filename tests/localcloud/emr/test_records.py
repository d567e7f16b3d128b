"""Clusters as they are stored: those that have ended cost next to nothing when another one changes."""

import pickle
from types import SimpleNamespace

from localcloud.engines.emr import records
from localcloud.engines.emr.api import change_cluster
from localcloud.engines.emr.records import Cluster, Step


def make_cluster(state: str) -> Cluster:
    steps = [Step(f"import {n}", "CONTINUE", "command-runner.jar", ["sqoop", "import"] * 50, {}) for n in range(20)]
    cluster = Cluster("ingest", "arn:aws:elasticmapreduce:us-east-1:1", {"Name": "ingest"}, False, steps=steps)
    cluster.state = state
    return cluster


def stored(cluster: Cluster) -> Cluster:
    found: Cluster = pickle.loads(pickle.dumps(cluster))
    return found


def test_a_cluster_comes_back_as_it_was_whether_it_has_ended_or_not() -> None:
    for state in (records.RUNNING, records.TERMINATED):
        cluster = make_cluster(state)
        assert stored(cluster) == cluster
        assert stored(stored(cluster)) == cluster


def test_an_ended_cluster_is_packed_once_and_small() -> None:
    cluster = make_cluster(records.TERMINATED)
    size = len(pickle.dumps(cluster))
    first = cluster.packed
    assert size < len(pickle.dumps(make_cluster(records.RUNNING))) / 5
    assert pickle.dumps(cluster)
    assert cluster.packed is first


def test_tags_that_an_ended_cluster_gets_are_stored() -> None:
    cluster = stored(make_cluster(records.TERMINATED))
    change_cluster(SimpleNamespace(clusters={cluster.id: cluster}), cluster.id).tags["owner"] = "audit"
    assert stored(cluster).tags == {"owner": "audit"}
