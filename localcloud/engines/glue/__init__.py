"""The Glue catalog: each table with its partitions is stored on its own, because a change touches one of them.

Patched: GlueResponse.get_partitions, and FakeTable's methods that change a table.
"""

from functools import wraps
from typing import TYPE_CHECKING, Any

from localcloud import pickling, service

if TYPE_CHECKING:
    from localcloud.cloud import LocalCloud

# All that changes a table in moto's backend goes through these.
CHANGING = ("update", "delete_version", "create_partition", "update_partition", "delete_partition")


def install(_cloud: "LocalCloud") -> None:
    """Has the catalog's tables stored apart."""
    service.when_loaded("glue", _patch)


def _patch() -> None:
    from moto.glue.models import FakeTable

    pickling.store_apart(FakeTable, lambda table: f"{table.database_name}/{table.name}", CHANGING)
    _leave_out_columns_when_asked()


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


def _without_columns(partition: dict[str, Any]) -> dict[str, Any]:
    descriptor = partition.get("StorageDescriptor") or {}
    return {**partition, "StorageDescriptor": {key: descriptor[key] for key in descriptor if key != "Columns"}}
