"""The catalog's tables are stored apart: a change stores one of them, and a kill loses none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cloud_fixture import client, running
from test_kill import started

from localcloud import pickling, service
from localcloud.state import Store

GLUE = "localcloud.engines.glue"
IN = {"DatabaseName": "timesheets"}


def table_input(name: str, location: str = "s3://lake/a/") -> dict[str, Any]:
    return {
        "Name": name,
        "StorageDescriptor": {"Columns": [{"Name": "hours", "Type": "double"}], "Location": location},
        "PartitionKeys": [{"Name": "week_start", "Type": "date"}],
    }


def week(day: str, location: str = "s3://lake/a/") -> dict[str, Any]:
    return {"Values": [day], "StorageDescriptor": {"Columns": [], "Location": location}}


def fill(glue: Any) -> None:
    glue.create_database(DatabaseInput={"Name": "timesheets"})
    for name in ("kept", "changed", "dropped"):
        glue.create_table(**IN, TableInput=table_input(name))
        days = [week(f"2026-01-0{day}") for day in range(1, 4)]
        glue.batch_create_partition(**IN, TableName=name, PartitionInputList=days)


CHANGES: dict[str, Callable[[Any], Any]] = {
    "update_table": lambda glue: glue.update_table(**IN, TableInput=table_input("changed", "s3://lake/b/")),
    "create_partition": lambda glue: glue.create_partition(
        **IN, TableName="changed", PartitionInput=week("2026-02-01")
    ),
    "update_partition": lambda glue: glue.update_partition(
        **IN, TableName="changed", PartitionValueList=["2026-01-01"], PartitionInput=week("2026-03-01")
    ),
    "batch_update_partition": lambda glue: glue.batch_update_partition(
        **IN,
        TableName="changed",
        Entries=[{"PartitionValueList": ["2026-01-02"], "PartitionInput": week("2026-01-02", "s3://lake/b/")}],
    ),
    "delete_partition": lambda glue: glue.delete_partition(**IN, TableName="changed", PartitionValues=["2026-01-03"]),
    "batch_delete_partition": lambda glue: glue.batch_delete_partition(
        **IN, TableName="changed", PartitionsToDelete=[{"Values": ["2026-01-02"]}]
    ),
    "delete_table_version": lambda glue: glue.delete_table_version(**IN, TableName="changed", VersionId="1"),
    "delete_table": lambda glue: glue.delete_table(**IN, Name="dropped"),
    "create_it_again": lambda glue: glue.create_table(**IN, TableInput=table_input("dropped", "s3://lake/new/")),
}


def seen(glue: Any) -> Any:
    tables = glue.get_tables(**IN)["TableList"]
    partitions = {table["Name"]: glue.get_partitions(**IN, TableName=table["Name"])["Partitions"] for table in tables}
    return tables, partitions, glue.get_table_versions(**IN, TableName="changed")["TableVersions"]


def locations(seen_before: Any) -> Any:
    """Without what only the engine answers."""
    tables, partitions, versions = seen_before
    described = [*tables, *(each for listed in partitions.values() for each in listed), *(v["Table"] for v in versions)]
    return [(each.get("Name"), each.get("Values"), each["StorageDescriptor"]["Location"]) for each in described]


def test_every_change_of_a_table_survives_a_kill(tmp_path: Path) -> None:
    with started(tmp_path, GLUE) as process:
        glue = process.client("glue")
        fill(glue)
        for change in CHANGES.values():
            change(glue)
        before = seen(glue)
    with started(tmp_path, GLUE) as process:
        assert seen(process.client("glue")) == before


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_stores_the_table_that_it_touches_and_no_other(tmp_path: Path, change: str) -> None:
    with running(tmp_path, (GLUE,)) as cloud:
        glue = client("glue", cloud)
        fill(glue)
        if change == "create_it_again":
            glue.delete_table(**IN, Name="dropped")
        if change == "delete_table_version":
            CHANGES["update_table"](glue)
        before = stored()
        CHANGES[change](glue)
        touched = "dropped" if change in ("delete_table", "create_it_again") else "changed"
        after = stored()
        differing = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        assert differing == {f"timesheets/{touched}"}
        assert after == as_it_is()


def test_columns_are_left_out_of_partitions_when_asked(tmp_path: Path) -> None:
    with running(tmp_path, (GLUE,)) as cloud:
        glue = client("glue", cloud)
        fill(glue)
        (first, *_) = glue.get_partitions(**IN, TableName="kept", ExcludeColumnSchema=True)["Partitions"]
        assert first["StorageDescriptor"]["Location"] == "s3://lake/a/"
        assert "Columns" not in first["StorageDescriptor"]
        (first, *_) = glue.get_partitions(**IN, TableName="kept")["Partitions"]
        assert first["StorageDescriptor"]["Columns"] == []


def stored() -> dict[str, bytes]:
    (row,) = [row for row in service.store().backends("glue") if row.parts]
    return dict(row.parts)


def as_it_is() -> dict[str, bytes]:
    """What a backend would store if it had stored nothing yet."""
    (held,) = [held for held in service.stored("glue") if held.databases]
    return {name: pickling.dump_part(held, part) for name, part in pickling.dump(held).parts.items()}


def test_a_state_from_before_there_were_parts_is_read_and_stored_anew(tmp_path: Path) -> None:
    with started(tmp_path) as process:  # without the engine, in a process of its own: whole, as it was
        fill(process.client("glue"))
        before = seen(process.client("glue"))
    store = Store(tmp_path / "state.sqlite")
    assert store.read("select * from part") == []
    store.write("update meta set value = ? where name = 'format'", [("1",)])
    store.close()
    with running(tmp_path, (GLUE,)) as cloud:
        assert locations(seen(client("glue", cloud))) == locations(before)
        CHANGES["update_table"](client("glue", cloud))
        assert set(stored()) == {"timesheets/kept", "timesheets/changed", "timesheets/dropped"}


def test_the_catalog_answers_what_glue_answers_where_nothing_was_given(tmp_path: Path):
    with running(tmp_path, (GLUE,)) as cloud:
        glue = client("glue", cloud)
        fill(glue)
        table = glue.get_table(**IN, Name="kept")["Table"]
        asked = glue.batch_get_partition(**IN, TableName="kept", PartitionsToGet=[{"Values": ["2026-01-01"]}])

    ungiven = {"Compressed": False, "NumberOfBuckets": 0, "StoredAsSubDirectories": False}
    assert table["Retention"] == 0
    assert ungiven.items() <= table["StorageDescriptor"].items()
    assert ungiven.items() <= asked["Partitions"][0]["StorageDescriptor"].items()
    assert asked["UnprocessedKeys"] == []
