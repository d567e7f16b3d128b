"""The mapping that is written can be read, and holds nothing that it must not."""

from dataclasses import replace
from datetime import date

import pytest
from hourglass.dialects import MYSQL, POSTGRESQL
from hourglass.sources import Source, load_source, read_source

from doctor.facts import Column, Index, Table
from doctor.likeness import match_tables
from doctor.proposal import propose
from doctor.starting_mapping import converted, landing_names, write_mapping
from tests.unit.doctor.doctor_fixture import MARIADB, SERVER, WORK_LOG

TODAY = date(2026, 11, 22)
STAFF = Table(
    schema="hr",
    name="hr_staff",
    rows=40,
    columns=(
        Column("staff_id", "integer", "integer", nullable=False),
        Column("fullName", "text", "text"),
        Column("department", "character varying", "character varying(40)"),
        Column("password", "text", "text"),
        Column("changed", "timestamp with time zone", "timestamp with time zone"),
    ),
    primary_key=("staff_id",),
)
ODD = Table(
    schema="hr",
    name='Ünï "cöde"',
    columns=(
        Column("Order", "integer", "integer", nullable=False),
        Column("order", "integer", "integer"),
        Column("2nd\nday", "date", "date"),
    ),
    primary_key=("Order",),
)
KEYLESS = Table(schema="hr", name="log", columns=(Column("n", "integer", "integer"),))


def written(*tables: Table, server=SERVER) -> str:
    wanted = load_source("timekeeping").tables
    dialect = POSTGRESQL if server.is_postgresql else MYSQL
    proposals = [propose(table) for table in tables]
    return write_mapping(server, dialect, "hr", wanted, match_tables(wanted, tables), proposals, TODAY).text


def mapped(*tables: Table) -> Source:
    return read_source(written(*tables), "postgresql")


def test_tables_that_look_like_ours_take_our_names_and_columns():
    source = mapped(WORK_LOG, STAFF)
    assert [table.name for table in source.tables] == ["employee", "timesheet_entry"]
    entry = source.table("timesheet_entry")
    assert (entry.relation, entry.key, entry.check_column) == ('"hr"."work_log"', ("entry_id",), "updated_at")
    reads = {column.name: column.reads for column in entry.columns if not column.expression.startswith("cast(null")}
    assert reads == {
        "entry_id": "id", "project_id": "project_id", "work_date": "day", "hours": "hours", "created_at": "created_at",
        "updated_at": "updated_at",
    }  # fmt: skip
    assert (entry.split_by, entry.mappers, entry.total) == ("entry_id", 2, "hours")


def test_a_time_with_a_zone_is_converted_to_utc():
    employee = mapped(STAFF).table("employee")
    by_name = {column.name: column.expression for column in employee.columns}
    assert by_name["updated_at"] == "\"changed\" at time zone 'UTC'"
    assert by_name["practice"] == '"department"'


def test_no_secret_and_no_name_is_read():
    for source in (mapped(STAFF), mapped(replace(STAFF, name="unlike_any"))):
        read = {one.column for table in source.tables for one in table.reads}
        assert not read & {"fullName", "password"}
    assert "fullName (may identify a person), password (may be a secret)" in written(STAFF)


def test_what_looks_like_nothing_of_ours_stands_beside_it_in_comments():
    text = written(WORK_LOG, ODD, KEYLESS)
    assert [table.name for table in read_source(text, "postgresql").tables] == ["timesheet_entry"]
    assert '#     table: "Ünï \\"cöde\\""' in text
    assert "# Left out: log; nothing keeps its rows apart: name the columns that do." in text


def test_without_anything_like_ours_the_tables_are_mapped_as_they_are():
    source = mapped(ODD)
    table = source.table("uni_code")
    assert table.relation == '"hr"."Ünï ""cöde"""'
    assert {column.name: column.reads for column in table.columns} == {
        "its_order": "Order", "its_order__2": "order", "its_2nd_day": "2nd\nday",
    }  # fmt: skip


def test_an_empty_database_gives_a_mapping_without_tables():
    assert "tables:\n# Left out: log" in written(KEYLESS)


def test_mysql_needs_no_schema_where_the_connection_looks():
    text = written(replace(WORK_LOG, schema="onprem"), server=replace(MARIADB, default_schema="hr"))
    assert "schema:" not in text
    assert "dialect: mysql" in text


@pytest.mark.parametrize(
    ("column", "kind", "dialect", "expression"),
    [
        (Column("t", "timestamp", "timestamp"), "timestamp", MYSQL, "convert_tz(`t`, @@session.time_zone, '+00:00')"),
        (Column("t", "datetime", "datetime"), "date", MYSQL, "cast(`t` as date)"),
        (Column("x", "double precision", "double precision"), "numeric", POSTGRESQL, 'cast("x" as decimal(18, 4))'),
        (Column("x", "numeric", "numeric"), "bigint", POSTGRESQL, 'cast("x" as bigint)'),
        (Column("x", "numeric", "numeric"), "bigint", MYSQL, "cast(`x` as signed)"),
        (Column("x", "integer", "integer"), "boolean", POSTGRESQL, '"x" <> 0'),
        (Column("x", "text", "text"), "timestamp", POSTGRESQL, None),
    ],
)
def test_types_are_converted_where_that_is_safe(column, kind, dialect, expression):
    assert converted(column, kind, dialect) == expression


def test_landing_names_are_plain_and_differ():
    assert landing_names(["Äpfel", "a b", "A-B", "select", "7up", "!!"]) == {
        "Äpfel": "apfel", "a b": "a_b", "A-B": "a_b__2", "select": "its_select", "7up": "its_7up", "!!": "its_column",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("kimai2_timesheet", "timesheet"), ("time_entries", "timesheet_entry"), ("TimeEntries", "timesheet_entry"),
        ("worklogs", "timesheet_entry"), ("app_customers", "client"), ("projects", "project"),
    ],
)  # fmt: skip
def test_tables_are_recognised_by_plurals_prefixes_and_other_words(name, ours):
    columns = tuple(Column(column, "bigint", "bigint", nullable=False) for column in ("id", "project_id", "hours"))
    table = Table("app", name, columns=columns, primary_key=("id",), indexes=(Index(("id",), unique=True),))
    assert list(match_tables(load_source("timekeeping").tables, [table])) == [ours]


def test_a_table_whose_key_cannot_be_found_is_not_taken_for_ours():
    table = Table("app", "projects", columns=(Column("guid", "uuid", "uuid"),))
    assert match_tables(load_source("timekeeping").tables, [table]) == {}


def test_of_very_many_tables_only_the_largest_are_written():
    tables = [replace(ODD, name=f"odd_{number}", rows=number) for number in range(120)]
    text = written(*tables)
    assert "odd_119:" in text
    assert "odd_19:" not in text
    assert "# Left out: 20 more tables, with fewer rows than these." in text
