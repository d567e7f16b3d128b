"""One test per symbol of moto that the core replaces: a new moto that moved one fails here, by name."""

import inspect
from typing import Any

import pytest
from moto.awslambda import models as lambda_models
from moto.core import base_backend, common_models, serialize
from moto.core import responses as core_responses
from moto.glue.models import FakeTable
from moto.glue.responses import GlueResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.s3 import models as s3_models
from moto.s3 import notifications
from moto.s3.responses import S3Response
from moto.s3.utils import _VersionedKeyStore
from moto.sqs import models as sqs_models

REPLACED: list[tuple[Any, str, list[str]]] = [
    (s3_models.FakeKey, "dispose", ["self", "garbage"]),
    (s3_models.FakeKey, "__init__", ["self", "name", "value", "account_id", "region_name"]),
    (s3_models.FakeMultipart, "complete", ["self", "body"]),
    (s3_models.FakeMultipart, "set_part", ["self", "part_id", "value"]),
    (s3_models.S3Backend, "copy_object", ["self", "src_key", "dest_bucket_name", "dest_key_name"]),
    (s3_models.S3Backend, "get_object", ["self", "bucket_name", "key_name", "version_id"]),
    (s3_models.S3Backend, "list_objects", ["self", "bucket", "prefix", "delimiter", "marker", "max_keys"]),
    (s3_models.S3Backend, "_set_delete_marker", ["self", "bucket_name", "key_name"]),
    (s3_models.S3Backend, "_truncate_result", ["self", "result_keys", "max_keys"]),
    (s3_models.FakeBucket, "__init__", ["self", "name", "account_id", "region_name"]),
    (S3Response, "get_object", ["self"]),
    (notifications, "send_event", ["account_id", "event_name", "bucket", "key"]),
    (_VersionedKeyStore, "setlist", ["self", "key", "list_"]),
    (_VersionedKeyStore, "pop", ["self", "key"]),
    (lambda_models.LambdaBackend, "invoke", ["self", "function_name", "qualifier", "body", "headers"]),
    (lambda_models.LambdaBackend, "put_function_event_invoke_config", ["self", "function_name", "config"]),
    (lambda_models.LambdaBackend, "create_event_source_mapping", ["self", "spec"]),
    (lambda_models.LambdaFunction, "invoke", ["self", "body", "request_headers", "response_headers"]),
    (lambda_models.LambdaFunction, "update_configuration", ["self", "config_updates"]),
    (lambda_models.LambdaFunction, "get_configuration", ["self", "on_create"]),
    (FakeTable, "update", ["self", "table_input"]),
    (FakeTable, "delete_version", ["self", "version_id"]),
    (FakeTable, "create_partition", ["self", "partiton_input"]),
    (FakeTable, "update_partition", ["self", "old_values", "partiton_input"]),
    (FakeTable, "delete_partition", ["self", "values"]),
    (sqs_models.SQSBackend, "receive_message", ["self", "queue_name", "count", "wait_seconds_timeout"]),
    (sqs_models.Queue, "add_message", ["self", "message"]),
    (base_backend.BackendDict, "__getitem__", ["self", "account_id"]),
    (common_models.BaseModel, "__new__", ["cls"]),
    (GlueResponse, "get_partitions", ["self"]),
    (core_responses, "method_names_from_class", ["clazz"]),
    (serialize, "parse_to_aware_datetime", ["value"]),
    (DomainDispatcherApplication, "get_backend_for_host", ["self", "host"]),
    (DomainDispatcherApplication, "get_application", ["self", "environ"]),
]


@pytest.mark.parametrize(("owner", "name", "parameters"), REPLACED, ids=lambda value: str(value)[-40:])
def test_the_symbol_is_there_and_takes_what_the_replacement_takes(owner: Any, name: str, parameters: list[str]) -> None:
    function = inspect.unwrap(getattr(owner, name))
    if function.__module__.startswith(("moto.", "botocore.")):  # otherwise it is ours already, in this process
        assert list(inspect.signature(function).parameters)[: len(parameters)] == parameters


def test_moto_writes_the_value_through_the_property_after_the_name_and_the_bucket() -> None:
    source = inspect.getsource(s3_models.FakeKey.__init__)
    assert source.index("self.bucket_name = bucket_name") < source.index("self.value = value")


def test_backends_are_created_under_the_lock_that_is_replaced() -> None:
    assert "backend_lock" in inspect.getsource(base_backend.AccountSpecificBackend.__getitem__)
