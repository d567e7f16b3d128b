"""The Glue catalog: each table with its partitions is stored on its own, because a change touches one of them.

Patched: GlueResponse.get_partitions and batch_get_partition, FakeTable's methods that change a table, and as_dict of
FakeTable and FakePartition.
"""

from functools import wraps
from typing import TYPE_CHECKING, Any

from localcloud import pickling, service

if TYPE_CHECKING:
    from localcloud.cloud import LocalCloud

# All that changes a table in moto's backend goes through these.
CHANGING = ("update", "delete_version", "create_partition", "update_partition", "delete_partition")

# What Glue answers of a storage descriptor where nobody gave it; Trino's client fails without it.
UNGIVEN = {"Compressed": False, "NumberOfBuckets": 0, "StoredAsSubDirectories": False}


def install(_cloud: "LocalCloud") -> None:
    """Has the catalog's tables stored apart."""
    service.when_loaded("glue", _patch)


def _patch() -> None:
    from moto.glue.models import FakeTable

    pickling.store_apart(FakeTable, lambda table: f"{table.database_name}/{table.name}", CHANGING)
    _leave_out_columns_when_asked()
    _say_that_all_were_processed()
    _answer_what_was_not_given()


def _leave_out_columns_when_asked() -> None:
    """moto ignores ExcludeColumnSchema, and the columns are nearly all of a list of partitions."""
    from moto.glue.responses import GlueResponse

    plain = GlueResponse.get_partitions

    @wraps(plain)
    def get_partitions(self: GlueResponse) -> Any:
        answer = plain(self)
        if self.parameters.get("ExcludeColumnSchema"):
            answer.result["Partitions"] = [_without_columns(partition) for partition in answer.result["Partitions"]]
        return answer

    GlueResponse.get_partitions = get_partitions  # type: ignore[method-assign]


def _say_that_all_were_processed() -> None:
    """Glue always answers the list of the keys that it did not get to; Trino's client fails without it."""
    from moto.glue.responses import GlueResponse

    plain = GlueResponse.batch_get_partition

    @wraps(plain)
    def batch_get_partition(self: GlueResponse) -> Any:
        answer = plain(self)
        answer.result["UnprocessedKeys"] = []
        return answer

    GlueResponse.batch_get_partition = batch_get_partition  # type: ignore[method-assign]


def _answer_what_was_not_given() -> None:
    from moto.glue.models import FakePartition, FakeTable

    plain_table, plain_partition = FakeTable.as_dict, FakePartition.as_dict

    @wraps(plain_table)
    def table_as_dict(self: FakeTable, version: str | None = None) -> dict[str, Any]:
        return {"Retention": 0, **_with_ungiven(plain_table(self, version))}

    @wraps(plain_partition)
    def partition_as_dict(self: FakePartition) -> dict[str, Any]:
        return _with_ungiven(plain_partition(self))

    FakeTable.as_dict = table_as_dict  # type: ignore[method-assign]
    FakePartition.as_dict = partition_as_dict  # type: ignore[method-assign]


def _with_ungiven(described: dict[str, Any]) -> dict[str, Any]:
    descriptor = described.get("StorageDescriptor")
    return described if descriptor is None else {**described, "StorageDescriptor": {**UNGIVEN, **descriptor}}


def _without_columns(partition: dict[str, Any]) -> dict[str, Any]:
    descriptor = partition.get("StorageDescriptor") or {}
    return {**partition, "StorageDescriptor": {key: descriptor[key] for key in descriptor if key != "Columns"}}
