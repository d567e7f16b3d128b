"""The adapters of `detect` on moto: every start can be repeated, and every refusal is named."""

import pytest
from botocore.exceptions import ClientError
from hourglass.aws import clients
from hourglass.aws.athena import Queries, error_name
from hourglass.aws.endpoint import Endpoints, error_meaning
from hourglass.aws.glue import CatalogError, GlueCatalog
from hourglass.aws.training import TrainingJobs
from hourglass.model_life import (
    Training,
    config_request,
    learned_from,
    model_name,
    model_request,
    schema_hash,
    training_request,
)
from moto import mock_aws

NAME = "hourglass-1f0c9a4e-d20261123t081500-d1997239"
ROLE = "arn:aws:iam::123456789012:role/model"
TRAINING = Training("image", ROLE, "ml.m5.large", "arn:aws:kms:us-east-1:123456789012:key/1", 3600)


@pytest.fixture
def aws(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    clients.client.cache_clear()
    with mock_aws():
        yield clients.client
    clients.client.cache_clear()


@pytest.fixture
def catalog(aws):
    glue = aws("glue")
    glue.create_database(DatabaseInput={"Name": "timesheets"})
    descriptor = {"Columns": [{"Name": "hours", "Type": "double"}], "Location": "s3://lake/hours/"}
    key = [{"Name": "week_start", "Type": "date"}]
    table = {"Name": "hours", "StorageDescriptor": descriptor, "PartitionKeys": key, "Parameters": {"a": "b"}}
    glue.create_table(DatabaseName="timesheets", TableInput=table)
    return GlueCatalog("timesheets")


def test_partitions_are_created_repointed_and_deleted_in_batches(catalog):
    weeks = {f"week-{number:03}": f"s3://lake/{number}/" for number in range(230)}
    catalog.create_partitions("hours", weeks)
    assert catalog.partitions("hours") == weeks
    moved = {week: f"{location}new/" for week, location in weeks.items()}
    catalog.update_partitions("hours", moved)
    assert catalog.partitions("hours") == moved
    catalog.delete_partitions("hours", list(weeks))
    assert catalog.partitions("hours") == {}


def test_a_partition_that_exists_is_repointed_by_creating_it_again(catalog):
    catalog.create_partitions("hours", {"w1": "old"})
    catalog.create_partitions("hours", {"w1": "new", "w2": "new"})
    assert catalog.partitions("hours") == {"w1": "new", "w2": "new"}


def test_a_partition_that_glue_refuses_is_named(catalog):
    with pytest.raises(CatalogError, match="Glue refused partition w9 of hours: EntityNotFoundException"):
        catalog.update_partitions("hours", {"w9": "s3://lake/9/"})


def test_pointing_a_table_elsewhere_keeps_what_else_is_said_of_it(catalog):
    catalog.point_table("hours", "s3://lake/elsewhere/")
    catalog.mark_published("hours", "d1")
    table = catalog.tables()["hours"]
    assert (table.location, table.partition) == ("s3://lake/elsewhere/", "week_start")
    assert table.columns == (("hours", "double"), ("week_start", "date"))
    assert catalog.published_tables() == {"hours": "d1"}


def test_dropping_a_table_twice_does_no_harm(catalog):
    catalog.drop_table("hours")
    catalog.drop_table("hours")
    assert catalog.tables() == {}


def test_a_training_job_starts_once(aws):
    jobs, request = TrainingJobs(), training_request(NAME, TRAINING, "s3://lake/in/", "s3://lake/out/")
    jobs.start(request)
    jobs.start(request)
    assert len(aws("sagemaker").list_training_jobs()["TrainingJobSummaries"]) == 1
    outcome = jobs.outcome(NAME)
    assert outcome.ended
    assert outcome.output["model"] == NAME


def test_a_model_comes_into_service_once(aws):
    endpoints = Endpoints()
    assert endpoints.model_in_service("hourglass-timesheets") is None
    for name in (NAME, NAME):
        model = model_request(name, "image", ROLE, "s3://lake/model.tar.gz")
        endpoints.deploy("hourglass-timesheets", model, config_request(name, "ml.m5.large", "key"))
    assert endpoints.model_in_service("hourglass-timesheets") == NAME
    assert endpoints.outcome("hourglass-timesheets").output["model"] == NAME


def test_an_endpoint_that_does_not_exist_has_failed(aws):
    outcome = Endpoints().outcome("nowhere")
    assert (outcome.ended, outcome.error) == (True, "EndpointFailedError")


def test_a_query_is_found_again_by_its_outcome(aws):
    queries = Queries("primary", "timesheets")
    query_id = queries.start("select 1", "t" * 64)
    outcome = queries.outcome(query_id)
    assert outcome.output["query_execution_id"] == query_id


@pytest.mark.parametrize(
    ("state", "error", "name"),
    [
        ("CANCELLED", {}, "AthenaCancelledError"),
        ("FAILED", {"ErrorCategory": 1, "ErrorType": 1}, "AthenaTransientError"),
        ("FAILED", {"ErrorCategory": 2, "Retryable": False}, "AthenaUserError"),
        ("FAILED", {"ErrorCategory": 3, "Retryable": True}, "AthenaTransientError"),
        ("FAILED", {}, "AthenaError"),
    ],
)
def test_a_failed_query_gets_the_name_that_the_state_machine_catches(state, error, name):
    assert error_name(state, error) == name


@pytest.mark.parametrize(
    ("code", "status", "name"),
    [
        ("ModelNotReadyException", 0, "EndpointNotReadyError"),
        ("ModelError", 500, "EndpointNotReadyError"),
        ("ModelError", 400, "EndpointRefusedError"),
        ("ValidationError", 0, "EndpointRefusedError"),
        ("ThrottlingException", 0, "EndpointThrottledError"),
    ],
)
def test_an_endpoints_refusal_says_whether_to_try_again(code, status, name):
    response = {"Error": {"Code": code, "Message": "why"}, "OriginalStatusCode": status}
    error = error_meaning("scorer", ClientError(response, "InvokeEndpoint"))
    assert type(error).__name__ == name
    assert str(error) == "scorer: why"


def test_a_model_is_named_after_what_it_learned_from():
    schema = schema_hash([("timesheet_id", "bigint"), ("excess_hours", "double")])
    name = model_name("stack-a", schema, "d20261123t081500_d1997239")
    assert learned_from(name, "stack-a") == schema
    assert learned_from("another-model", "stack-a") is None
    assert len(model_name("s" * 27, schema, "d20261123t081500_d1997239")) <= 63
