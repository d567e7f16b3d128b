"""What the tests of clusters share: clients of a running cloud, steps, patience."""

import time
from collections.abc import Callable
from typing import Any

import boto3

SCRIPT_RUNNER = "s3://us-east-1.elasticmapreduce/libs/script-runner/script-runner.jar"
APPLICATIONS = [{"Name": "Hadoop"}, {"Name": "Sqoop"}]
COMMAND_RUNNER = "command-runner.jar"
INSTANCES = {
    "InstanceGroups": [{"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1}],
    "KeepJobFlowAliveWhenNoSteps": False,
}


def step(name: str, *args: str, jar: str = COMMAND_RUNNER, on_failure: str = "TERMINATE_CLUSTER") -> dict[str, Any]:
    return {"Name": name, "ActionOnFailure": on_failure, "HadoopJarStep": {"Jar": jar, "Args": list(args)}}


class Aws:
    """Clients of one running cloud, and what its bus heard."""

    def __init__(self, endpoint_url: str) -> None:
        names = {"endpoint_url": endpoint_url, "region_name": "us-east-1"}
        keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
        self.emr = boto3.client("emr", **names, **keys)
        self.s3 = boto3.client("s3", **names, **keys)
        self.secrets = boto3.client("secretsmanager", **names, **keys)

    def launch(self, *steps: dict[str, Any], keep: bool = False, **more: Any) -> str:
        answer = self.emr.run_job_flow(
            Name="ingest",
            LogUri="s3://lake/logs/",
            ServiceRole="service",
            JobFlowRole="node",
            Instances={**INSTANCES, "KeepJobFlowAliveWhenNoSteps": keep},
            Steps=list(steps),
            **{"ReleaseLabel": "emr-7.4.0", "Applications": APPLICATIONS, **more},
        )
        return str(answer["JobFlowId"])

    def cluster(self, cluster_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.emr.describe_cluster(ClusterId=cluster_id)["Cluster"]
        return found

    def steps(self, cluster_id: str) -> list[dict[str, Any]]:
        return list(reversed(self.emr.list_steps(ClusterId=cluster_id)["Steps"]))

    def states(self, cluster_id: str) -> list[str]:
        return [found["Status"]["State"] for found in self.steps(cluster_id)]

    def wait(self, cluster_id: str, *states: str) -> tuple[str, str]:
        """The state and the code of its reason, once the state is one of these (or an ended one)."""
        wanted = states or ("TERMINATED", "TERMINATED_WITH_ERRORS")
        status = until(lambda: self.cluster(cluster_id)["Status"], lambda found: found["State"] in wanted)
        return status["State"], status["StateChangeReason"].get("Code", "")


def until(look: Callable[[], Any], done: Callable[[Any], bool]) -> Any:
    deadline = time.monotonic() + 60
    while not done(found := look()):
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found
