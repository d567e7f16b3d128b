"""Joins the parts of the EMR engine for one running cloud."""

from pathlib import Path
from typing import Any

from localcloud import objects, service
from localcloud.engines.emr import patches
from localcloud.engines.emr.api import Clusters, Operations
from localcloud.engines.emr.filesystem import ROUTE_OF_FILES
from localcloud.engines.emr.node import Node, ProgramHost
from localcloud.engines.emr.records import Cluster
from localcloud.engines.emr.recovery import end_interrupted
from localcloud.engines.emr.runner import ClusterRunner
from localcloud.errors import UnsupportedError


def assemble(cloud: Any, host: ProgramHost) -> None:
    """Lets moto's EMR, just imported, run clusters below the cloud's state folder."""
    folder = cloud.state_dir / "emr"
    host.start()

    def make_node(cluster: Cluster) -> Node:
        return Node(folder / cluster.id, host.start(), cloud.environment, cluster.applications)

    def make_runner(region: str, cluster: Cluster) -> ClusterRunner:
        runner = ClusterRunner(region, cluster, make_node)
        runners.append(runner)
        return runner

    def take_files(files: list[dict[str, str]]) -> None:
        """Files of a cluster's HDFS become objects where they lie: both are on this disk."""
        for file in files:
            path = Path(file["file"]).resolve()
            if folder not in path.parents:
                raise UnsupportedError(f"{path} is no file of a cluster.")
            objects.store().link(file["bucket"], file["key"], path)

    def stop() -> None:
        for runner in runners:
            runner.stop()

    runners: list[ClusterRunner] = []
    clusters = Clusters(make_runner)
    patches.use(Operations(clusters))
    patches.apply()
    service.when_recovering("emr", end_interrupted)
    cloud.answer(ROUTE_OF_FILES, take_files)
    cloud.on_stop(stop)
    cloud.watch("clusters", lambda: sum(1 for runner in runners if runner.alive))
