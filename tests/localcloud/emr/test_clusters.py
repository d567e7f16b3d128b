"""Clusters through boto3 on a running cloud: states, events, failures, logs, and what a killed cloud leaves."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.exceptions
import fastavro
import pytest
from emr_clients import SCRIPT_RUNNER, Aws, step, until

from localcloud import bus
from localcloud.cloud import LocalCloud


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with LocalCloud(tmp_path_factory.mktemp("state")) as cloud:
        found = Aws(cloud.endpoint_url)
        found.s3.create_bucket(Bucket="lake")
        yield found


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The details of the events that were put on the bus."""
    details: list[dict[str, Any]] = []
    put = bus.Bus.put

    def listen(self: bus.Bus, event: dict[str, Any], bus_name: str = "default") -> None:
        if event["source"] == "aws.emr":
            details.append({"kind": event["detail-type"], **event["detail"]})
        put(self, event, bus_name)

    monkeypatch.setattr(bus.Bus, "put", listen)
    return details


def test_a_transient_cluster_runs_its_steps_in_order_and_ends(aws: Aws, heard: list[dict[str, Any]]) -> None:
    cluster_id = aws.launch(
        step("one", "bash", "-c", "echo first > /dev/stderr; hadoop fs -mkdir -p /x"),
        step("two", "hdfs", "dfs", "-test", "-d", "/x"),
        Tags=[{"Key": "owner", "Value": "audit"}],
    )
    assert aws.wait(cluster_id) == ("TERMINATED", "ALL_STEPS_COMPLETED")
    assert aws.states(cluster_id) == ["COMPLETED", "COMPLETED"]
    assert aws.cluster(cluster_id)["Tags"] == [{"Key": "owner", "Value": "audit"}]
    assert [e["state"] for e in heard if e["kind"] == "EMR Cluster State Change"] == [
        "STARTING", "BOOTSTRAPPING", "RUNNING", "TERMINATING", "TERMINATED",
    ]  # fmt: skip
    last = heard[-1]
    assert last["stateChangeReason"] == '{"code":"ALL_STEPS_COMPLETED","message":"Steps completed"}'
    assert (last["severity"], last["clusterId"], last["name"]) == ("INFO", cluster_id, "ingest")
    steps = [(e["name"], e["state"]) for e in heard if e["kind"] == "EMR Step Status Change"]
    assert steps == [
        ("one", "PENDING"), ("two", "PENDING"), ("one", "RUNNING"), ("one", "COMPLETED"), ("two", "RUNNING"),
        ("two", "COMPLETED"),
    ]  # fmt: skip
    step_id = aws.steps(cluster_id)[0]["Id"]
    log = aws.s3.get_object(Bucket="lake", Key=f"logs/{cluster_id}/steps/{step_id}/stderr.gz")["Body"].read()
    assert gzip.decompress(log) == b"first\n"


def test_a_failed_step_ends_the_cluster_and_says_why(aws: Aws) -> None:
    cluster_id = aws.launch(
        step("import", "bash", "-c", "echo 'ERROR tool: relation \"x\" does not exist' >&2; exit 3"),
        step("never", "true"),
    )
    assert aws.wait(cluster_id) == ("TERMINATED_WITH_ERRORS", "STEP_FAILURE")
    assert aws.states(cluster_id) == ["FAILED", "CANCELLED"]
    failed = aws.steps(cluster_id)[0]
    assert failed["Status"]["FailureDetails"] == {
        "Reason": "Unknown Error.",
        "Message": 'ERROR tool: relation "x" does not exist',
        "LogFile": f"s3://lake/logs/{cluster_id}/steps/{failed['Id']}/stderr.gz",
    }


@pytest.mark.parametrize(
    ("on_failure", "states", "reason"),
    [
        ("CONTINUE", ["FAILED", "COMPLETED"], "Steps completed with errors"),
        ("CANCEL_AND_WAIT", ["FAILED", "CANCELLED"], "Steps completed with errors"),
    ],
)
def test_other_actions_on_failure_let_the_cluster_go_on(
    aws: Aws, on_failure: str, states: list[str], reason: str
) -> None:
    cluster_id = aws.launch(step("bad", "false", on_failure=on_failure), step("good", "true"))
    assert aws.wait(cluster_id) == ("TERMINATED", "ALL_STEPS_COMPLETED")
    assert aws.states(cluster_id) == states
    assert aws.cluster(cluster_id)["Status"]["StateChangeReason"]["Message"] == reason


def test_a_script_from_s3_reads_its_secret_imports_and_copies(aws: Aws, database: dict[str, str]) -> None:
    secret = f'{{"username": "{database["user"]}", "password": "{database["password"]}"}}'
    arn = aws.secrets.create_secret(Name="source", SecretString=secret)["ARN"]
    script = (
        "#!/usr/bin/env bash\nset -euo pipefail\numask 077\n"
        'secret=$(aws secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text)\nshift\n'
        "read -r user password <<< \"$(python3 -c 'import json, sys; s = json.loads(sys.argv[1]); "
        'print(s["username"], s["password"])\' "$secret")"\n'
        'printf %s "$password" > "$HOME/password"\ntrap \'rm -f "$HOME/password"\' EXIT\n'
        'sqoop "$@" --username "$user" --password-file "file://$HOME/password"\n'
    )
    aws.s3.put_object(Bucket="lake", Key="jobs/run.sh", Body=script.encode())
    words = (
        "import", "-Dmapreduce.job.name=many", "--connect", database["jdbc"], "--query",
        "select * from many where $CONDITIONS", "--split-by", "id", "-m", "2", "--target-dir", "hdfs:///landing/r1/many",
        "--as-avrodatafile", "-z",
    )  # fmt: skip
    cluster_id = aws.launch(
        step("import many", "s3://lake/jobs/run.sh", arn, *words, jar=SCRIPT_RUNNER),
        step("copy", "s3-dist-cp", "--src=hdfs:///landing/r1/", "--dest=s3://lake/raw/", "--srcPattern=.*\\.avro"),
    )
    assert aws.wait(cluster_id) == ("TERMINATED", "ALL_STEPS_COMPLETED"), aws.steps(cluster_id)
    keys = [found["Key"] for found in aws.s3.list_objects_v2(Bucket="lake", Prefix="raw/")["Contents"]]
    assert keys == ["raw/many/part-m-00000.avro", "raw/many/part-m-00001.avro"]
    rows = sum(sum(1 for _ in fastavro.reader(aws.s3.get_object(Bucket="lake", Key=key)["Body"])) for key in keys)
    assert rows == 100_000


def test_a_cluster_has_the_programs_of_its_applications_only(aws: Aws) -> None:
    spark = [{"Name": "Hadoop"}, {"Name": "Spark"}]
    cluster_id = aws.launch(step("one", "sqoop", "version"), ReleaseLabel="emr-7.14.0", Applications=spark)
    assert aws.wait(cluster_id) == ("TERMINATED_WITH_ERRORS", "STEP_FAILURE")
    assert 'Cannot run program "sqoop"' in aws.steps(cluster_id)[0]["Status"]["FailureDetails"]["Message"]
    cluster_id = aws.launch(step("one", "sqoop", "version"))
    assert aws.wait(cluster_id) == ("TERMINATED", "ALL_STEPS_COMPLETED")


@pytest.mark.parametrize(
    ("release", "application", "sentence"),
    [
        ("emr-7.5.0", "Sqoop", "Sqoop is not supported on release emr-7.5.0"),
        ("emr-7.4.0", "Flink", "it has no Flink"),
        ("7.4", "Sqoop", "The supplied release label is invalid: 7.4"),
    ],
)
def test_an_application_that_a_release_does_not_have_is_refused(
    aws: Aws, release: str, application: str, sentence: str
) -> None:
    with pytest.raises(botocore.exceptions.ClientError, match=sentence):
        aws.launch(step("one", "true"), ReleaseLabel=release, Applications=[{"Name": application}])


def test_a_copy_of_nothing_fails(aws: Aws) -> None:
    cluster_id = aws.launch(step("copy", "s3-dist-cp", "--src=hdfs:///nowhere/", "--dest=s3://lake/raw/"))
    assert aws.wait(cluster_id)[0] == "TERMINATED_WITH_ERRORS"
    message = aws.steps(cluster_id)[0]["Status"]["FailureDetails"]["Message"]
    assert "java.io.FileNotFoundException: File does not exist: hdfs:///nowhere" in message


def test_a_file_of_several_parts_arrives_whole_and_comes_back(aws: Aws) -> None:
    cluster_id = aws.launch(
        step("make", "bash", "-c", "head -c 80000000 /dev/urandom > b; hadoop fs -mkdir /big; hadoop fs -put b /big/b"),
        step("out", "s3-dist-cp", "--src", "/big", "--dest", "s3://lake/big", "--deleteOnSuccess"),
        step("back", "s3-dist-cp", "--src", "s3://lake/big", "--dest", "hdfs:///again"),
        step("same", "bash", "-c", "hadoop fs -get /again/b c && cmp b c && ! hadoop fs -test -e /big/b"),
    )  # fmt: skip
    assert aws.wait(cluster_id) == ("TERMINATED", "ALL_STEPS_COMPLETED"), aws.steps(cluster_id)


def test_an_object_keeps_its_bytes_when_its_source_is_written_again(aws: Aws) -> None:
    cluster_id = aws.launch(
        step("make", "bash", "-c", "echo old > f; hadoop fs -mkdir /w; hadoop fs -put f /w/f"),
        step("out", "s3-dist-cp", "--src=/w", "--dest=s3://lake/w"),
        step("again", "bash", "-c", "echo new > f; hadoop fs -put -f f /w/f"),
    )
    assert aws.wait(cluster_id) == ("TERMINATED", "ALL_STEPS_COMPLETED"), aws.steps(cluster_id)
    assert aws.s3.get_object(Bucket="lake", Key="w/f")["Body"].read() == b"old\n"


def test_a_copy_into_a_bucket_that_does_not_exist_says_so(aws: Aws) -> None:
    cluster_id = aws.launch(
        step("make", "bash", "-c", "hadoop fs -mkdir /n; touch f; hadoop fs -put f /n/f"),
        step("out", "s3-dist-cp", "--src=/n", "--dest=s3://nowhere/n"),
    )
    assert aws.wait(cluster_id)[0] == "TERMINATED_WITH_ERRORS"
    assert "There is no bucket nowhere" in aws.steps(cluster_id)[1]["Status"]["FailureDetails"]["Message"]


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (step("jar", "x", jar="s3://lake/my.jar"), "only command-runner.jar and script-runner.jar"),
        (step("script", "s3://lake/none.sh", jar=SCRIPT_RUNNER), "The script s3://lake/none.sh does not exist"),
        (step("program", "no-such-program"), 'Cannot run program "no-such-program"'),
        (step("spark", "spark-submit", "job.py"), 'Cannot run program "spark-submit"'),
        (
            step("hive", "bash", "-c", "aws ec2 describe-instances"),
            "`aws ec2 describe-instances` is not on this cluster",
        ),
        (step("copy", "s3-dist-cp", "--src=/a", "--dest=/b", "--groupBy=.*"), "--groupBy is not supported"),
    ],
)
def test_what_a_cluster_cannot_run_fails_by_name(aws: Aws, bad: dict[str, Any], sentence: str) -> None:
    cluster_id = aws.launch(bad)
    assert aws.wait(cluster_id) == ("TERMINATED_WITH_ERRORS", "STEP_FAILURE")
    assert sentence in aws.steps(cluster_id)[0]["Status"]["FailureDetails"]["Message"]


def test_a_failed_bootstrap_action_ends_the_cluster_before_its_steps(aws: Aws) -> None:
    aws.s3.put_object(Bucket="lake", Key="jobs/bootstrap.sh", Body=b"exit $1")
    action = {"Name": "prepare", "ScriptBootstrapAction": {"Path": "s3://lake/jobs/bootstrap.sh", "Args": ["7"]}}
    cluster_id = aws.launch(step("never", "true"), BootstrapActions=[action])
    assert aws.wait(cluster_id) == ("TERMINATED_WITH_ERRORS", "BOOTSTRAP_FAILURE")
    assert aws.states(cluster_id) == ["CANCELLED"]


def test_a_waiting_cluster_takes_steps_and_ends_by_request(aws: Aws) -> None:
    cluster_id = aws.launch(keep=True)
    assert aws.wait(cluster_id, "WAITING")[0] == "WAITING"
    aws.emr.add_job_flow_steps(JobFlowId=cluster_id, Steps=[step("late", "true"), step("long", "sleep", "60")])
    until(lambda: aws.states(cluster_id), lambda found: found == ["COMPLETED", "RUNNING"])
    aws.emr.terminate_job_flows(JobFlowIds=[cluster_id])
    assert aws.wait(cluster_id) == ("TERMINATED", "USER_REQUEST")
    assert aws.states(cluster_id) == ["COMPLETED", "CANCELLED"]
    with pytest.raises(botocore.exceptions.ClientError, match="may not be modified"):
        aws.emr.add_job_flow_steps(JobFlowId=cluster_id, Steps=[step("too late", "true")])


def test_steps_run_at_the_same_time_up_to_the_concurrency_level(aws: Aws) -> None:
    meet = "touch $TMPDIR/$0; for i in $(seq 500); do [ -e $TMPDIR/$1 ] && exit 0; sleep .02; done; exit 1"
    steps = [
        step("a", "bash", "-c", meet, "a", "b", on_failure="CONTINUE"),
        step("b", "bash", "-c", meet, "b", "a", on_failure="CONTINUE"),
    ]
    cluster_id = aws.launch(*steps, StepConcurrencyLevel=2)
    assert aws.wait(cluster_id) == ("TERMINATED", "ALL_STEPS_COMPLETED")
    assert aws.states(cluster_id) == ["COMPLETED", "COMPLETED"]


def test_a_running_step_can_be_cancelled(aws: Aws) -> None:
    cluster_id = aws.launch(step("long", "sleep", "60"), step("next", "true"))
    until(lambda: aws.states(cluster_id), lambda found: found == ["RUNNING", "PENDING"])
    aws.emr.cancel_steps(ClusterId=cluster_id, StepIds=[aws.steps(cluster_id)[0]["Id"]])
    assert aws.wait(cluster_id) == ("TERMINATED", "ALL_STEPS_COMPLETED")
    assert aws.states(cluster_id) == ["CANCELLED", "COMPLETED"]


def test_policies_are_kept_and_checked(aws: Aws) -> None:
    cluster_id = aws.launch(keep=True, AutoTerminationPolicy={"IdleTimeout": 3600})
    limits = {"UnitType": "Instances", "MinimumCapacityUnits": 1, "MaximumCapacityUnits": 3}
    aws.emr.put_managed_scaling_policy(ClusterId=cluster_id, ManagedScalingPolicy={"ComputeLimits": limits})
    found = aws.emr.get_managed_scaling_policy(ClusterId=cluster_id)["ManagedScalingPolicy"]
    assert found["ComputeLimits"] == limits
    assert aws.emr.get_auto_termination_policy(ClusterId=cluster_id)["AutoTerminationPolicy"]["IdleTimeout"] == 3600
    with pytest.raises(botocore.exceptions.ClientError, match="IdleTimeout must be from 60 to 604800 seconds; it is 5"):
        aws.emr.put_auto_termination_policy(ClusterId=cluster_id, AutoTerminationPolicy={"IdleTimeout": 5})
    aws.emr.set_termination_protection(JobFlowIds=[cluster_id], TerminationProtected=True)
    with pytest.raises(botocore.exceptions.ClientError, match="termination protected"):
        aws.emr.terminate_job_flows(JobFlowIds=[cluster_id])
    aws.emr.set_termination_protection(JobFlowIds=[cluster_id], TerminationProtected=False)
    aws.emr.terminate_job_flows(JobFlowIds=[cluster_id])
    aws.wait(cluster_id)


def test_a_program_that_says_nothing_keeps_no_step_waiting(aws: Aws) -> None:
    silent = "import os, socket; s = socket.socket(socket.AF_UNIX); s.connect(os.environ['EMR_PROGRAMS_SOCKET'])"
    program = f"{silent}; open('connected', 'w').close(); s.recv(1)"
    cluster_id = aws.launch(
        step("silent", "python3", "-c", program, on_failure="CONTINUE"),
        step(
            "other", "bash", "-c", "until [ -e connected ]; do sleep .02; done; hadoop fs -ls /", on_failure="CONTINUE"
        ),
        StepConcurrencyLevel=2,
    )
    until(lambda: aws.states(cluster_id), lambda found: found == ["RUNNING", "COMPLETED"])
    aws.emr.terminate_job_flows(JobFlowIds=[cluster_id])
    aws.wait(cluster_id)


def test_moto_emr_is_imported_without_ec2_which_stays_usable() -> None:
    program = (
        "import sys\nfrom localcloud.engines.emr.light_import import import_emr\n"
        "import_emr()\nimport moto.emr.responses\nassert 'moto.ec2' not in sys.modules\n"
        "from moto.ec2.models.instances import Instance\nprint(Instance.__module__)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert told.stdout.strip() == "moto.ec2.models.instances"


def test_step_arguments_above_the_limit_are_refused_with_the_numbers(aws: Aws) -> None:
    with pytest.raises(botocore.exceptions.ClientError, match="at most 10240 are allowed"):
        aws.launch(step("long", "x" * 10_240))
