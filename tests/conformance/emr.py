"""Runs the same steps on two clusters of the embedded cloud: one has its own `sqoop`, one has Apache Sqoop.

Both go the way of the product: RunJobFlow, script-runner, sqoop_with_secret.sh, Secrets Manager, s3-dist-cp.
"""

import gzip
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from localcloud import objects
from localcloud.cloud import LocalCloud
from tests.conformance.apache_sqoop import INSTALLER
from tests.conformance.paths import ROOT

LAKE = "lake"
REGION = "us-east-1"
WRAPPER = f"s3://{LAKE}/jobs/sqoop_with_secret.sh"
RUNNER = f"s3://{REGION}.elasticmapreduce/libs/script-runner/script-runner.jar"
PATIENCE_SECONDS = 900
TELLING_LINES = 12
REQUEST = {
    "Name": "conformance",
    "ReleaseLabel": "emr-7.4.0",
    "Applications": [{"Name": "Hadoop"}, {"Name": "Sqoop"}],
    "LogUri": f"s3://{LAKE}/emr/",
    "ServiceRole": "service",
    "JobFlowRole": "node",
    "Instances": {
        "InstanceGroups": [{"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1}],
        "KeepJobFlowAliveWhenNoSteps": False,
    },
}


@dataclass(frozen=True)
class Outcome:
    """How one step ended, and what it wrote to its standard error."""

    name: str
    state: str
    stderr: str

    @property
    def failure(self) -> str:
        """The lines of the log that say what went wrong."""
        telling = ("ERROR", "Exception", "Error:", "Traceback")
        lines = [line for line in self.stderr.splitlines() if any(word in line for word in telling)]
        return "\n".join(lines[-TELLING_LINES:] or self.stderr.splitlines()[-TELLING_LINES:])


class Emr:
    """The EMR of a running cloud, with the scripts of the steps in its bucket."""

    def __init__(self, cloud: LocalCloud, apache_sqoop: Path) -> None:
        access = {"endpoint_url": cloud.endpoint_url, "region_name": REGION}
        access |= {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
        self._emr = boto3.client("emr", **access)
        self._s3 = boto3.client("s3", **access)
        self._secrets = boto3.client("secretsmanager", **access)
        self.state = cloud.state_dir
        self.apache_sqoop = apache_sqoop
        self._s3.create_bucket(Bucket=LAKE)
        for script in (ROOT / "jobs" / "sqoop_with_secret.sh", INSTALLER):
            self._s3.put_object(Bucket=LAKE, Key=f"jobs/{script.name}", Body=script.read_bytes())
        install = {"Path": f"s3://{LAKE}/jobs/{INSTALLER.name}", "Args": [str(apache_sqoop)]}
        self._actions: Mapping[str, list[dict[str, Any]]] = {
            "embedded": [],
            "apache": [{"Name": "Install Apache Sqoop", "ScriptBootstrapAction": install}],
        }

    def keep_secret(self, name: str, username: str, password: str) -> str:
        """The ARN of a new secret of the form that the wrapper reads."""
        secret = json.dumps({"username": username, "password": password})
        return str(self._secrets.create_secret(Name=name, SecretString=secret)["ARN"])

    def launch(self, sqoop: str, steps: Sequence[Mapping[str, Any]]) -> str:
        """Starts a cluster with `apache` or `embedded` Sqoop and answers its id; a failed step does not end it."""
        going_on = [{**step, "ActionOnFailure": "CONTINUE"} for step in steps]
        answer = self._emr.run_job_flow(**REQUEST, Steps=going_on, BootstrapActions=self._actions[sqoop])
        return str(answer["JobFlowId"])

    def outcomes(self, cluster_id: str) -> list[Outcome]:
        """Waits for the end of a cluster; one outcome per step, in order."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (status := self._status(cluster_id))["State"].startswith("TERMINATED"):
            assert time.monotonic() < deadline, f"cluster {cluster_id} is {status} after {PATIENCE_SECONDS} s"
            time.sleep(0.1)
        assert status["State"] == "TERMINATED", status
        pages = self._emr.get_paginator("list_steps").paginate(ClusterId=cluster_id)
        steps = [step for page in pages for step in page["Steps"]]
        steps.reverse()
        return [Outcome(step["Name"], step["Status"]["State"], self._log(cluster_id, step["Id"])) for step in steps]

    def _status(self, cluster_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._emr.describe_cluster(ClusterId=cluster_id)["Cluster"]["Status"]
        return found

    def _log(self, cluster_id: str, step_id: str) -> str:
        key = f"emr/{cluster_id}/steps/{step_id}/stderr.gz"
        return gzip.decompress(self._s3.get_object(Bucket=LAKE, Key=key)["Body"].read()).decode(errors="replace")


def sqoop_step(name: str, secret_arn: str, arguments: Sequence[str]) -> dict[str, Any]:
    """A step as `hourglass.cluster` makes it."""
    return {"Name": name, "HadoopJarStep": {"Jar": RUNNER, "Args": [WRAPPER, secret_arn, *arguments]}}


def copy_step(source: str, prefix: str) -> dict[str, Any]:
    """Copies a directory of HDFS with all its files."""
    command = ["s3-dist-cp", f"--src={source}", f"--dest=s3://{LAKE}/{prefix}"]
    return {"Name": f"Copy {source}", "HadoopJarStep": {"Jar": "command-runner.jar", "Args": command}}


def landed(prefix: str) -> dict[str, Path]:
    """The files below a prefix of the bucket, by what follows it, without Hadoop's own checksums."""
    found = {info.key.removeprefix(prefix): info.path for info in objects.store().list(LAKE, prefix)}
    return {name: path for name, path in found.items() if not name.endswith(".crc")}
