from datetime import UTC, datetime

import pytest
from hourglass.dialects import MYSQL, POSTGRESQL, dialect_of
from hourglass.errors import SourceMappingError
from hourglass.landing import column_problems
from hourglass.queries import boundary_query, columns_query, control_query, table_query
from hourglass.sources import Read, load_source, parse_source
from hourglass.windows import Window

HOUR = Window(datetime(2026, 11, 23, 7, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC))
IN_HOUR = (
    "(updated_at >= '2026-11-23 07:00:00.000000' and updated_at < '2026-11-23 08:00:00.000000' or updated_at is null)"
)
PLAIN = {
    "schema": "hr",
    "tables": {
        "client": {
            "key": ["client_id"],
            "check_column": "updated_at",
            "columns": {"client_id": "bigint", "updated_at": "timestamp"},
        }
    },
}
RENAMED = {
    "tables": {
        "client": {
            "key": ["client_id"],
            "table": "Kunden (alt)",
            "columns": {
                "client_id": {"type": "bigint", "reads": "Nr."},
                "name": {"type": "text", "absent": True},
                "since": {"type": "date", "reads": "angelegt"},
            },
        }
    },
}
JOINED = {
    "dialect": "mysql",
    "tables": {
        "entry": {
            "key": ["entry_id"],
            "check_column": "updated_at",
            "split_by": "entry_id",
            "mappers": 2,
            "total": "hours",
            "from": "time as t\n  join person as p on p.id = t.person",
            "where": "t.end_time is not null",
            "reads": {
                "time": {"id": "integer", "person": "integer", "seconds": "integer", "changed": "timestamp"},
                "person": {"id": "integer", "note": "any"},
            },
            "columns": {
                "entry_id": {"type": "bigint", "expression": "t.id"},
                "hours": {"type": "numeric", "expression": "round(t.seconds / 3600, 2)"},
                "updated_at": {"type": "timestamp", "expression": "coalesce(t.changed, t.start_time)"},
            },
        }
    },
}


def test_a_table_that_the_source_has_as_such_is_named_in_the_query():
    source = parse_source(PLAIN)
    assert table_query(source, source.table("client"), HOUR) == (
        f"select client_id, updated_at from hr.client where {IN_HOUR} and $CONDITIONS"
    )


def test_names_of_the_source_that_a_mapping_spells_out_are_quoted_as_its_database_does():
    source = parse_source(RENAMED, "postgresql")
    assert table_query(source, source.table("client"), Window(None, None)) == (
        'select client_id, name, since from (select "Nr." as client_id, cast(null as varchar) as name, '
        '"angelegt" as since from "Kunden (alt)") as client where 1 = 1 and $CONDITIONS'
    )
    other = parse_source(RENAMED, "mysql")
    assert "select `Nr.` as client_id, cast(null as char) as name" in table_query(
        other, other.table("client"), Window(None, None)
    )
    assert MYSQL.quoted("a`b", "c") == "`a``b`.`c`"
    assert POSTGRESQL.quoted('a"b') == '"a""b"'


def test_a_table_with_sql_of_its_own_is_a_sub_select_and_windows_run_over_its_columns():
    source = parse_source(JOINED)
    assert table_query(source, source.table("entry"), HOUR) == (
        "select entry_id, cast(hours as char) as hours, cast(updated_at as char) as updated_at from ("
        "select t.id as entry_id, round(t.seconds / 3600, 2) as hours, coalesce(t.changed, t.start_time) as updated_at "
        "from time as t join person as p on p.id = t.person where t.end_time is not null"
        f") as entry where {IN_HOUR} and $CONDITIONS"
    )


def test_control_totals_and_boundaries_select_only_the_columns_that_they_need():
    source = parse_source(JOINED)
    table = source.table("entry")
    origin = "from time as t join person as p on p.id = t.person where t.end_time is not null"
    changed = "coalesce(t.changed, t.start_time) as updated_at"
    assert boundary_query(table, HOUR) == (
        "select case when count(*) = count(entry_id) then min(entry_id) end, max(entry_id) from ("
        f"select t.id as entry_id, {changed} {origin}) as entry where {IN_HOUR}"
    )
    assert control_query(source, table, HOUR) == (
        "select 'entry' as table_name, count(*) as row_count, "
        "cast(sum(case when abs(hours) < 1e24 then round(hours, 6) end) as char) as total, "
        "cast(min(updated_at) as char) as lowest, cast(max(updated_at) as char) as highest from ("
        f"select round(t.seconds / 3600, 2) as hours, {changed} {origin}) as entry where {IN_HOUR}"
    )


def test_a_table_without_total_and_check_column_is_counted_by_its_key():
    source = parse_source(RENAMED, "mysql")
    assert control_query(source, source.table("client"), Window(None, None)).endswith(
        "from (select `Nr.` as client_id from `Kunden (alt)`) as client where 1 = 1"
    )


def test_without_a_schema_the_columns_are_those_that_the_connection_finds():
    assert "where table_schema = database() and " in columns_query(parse_source(JOINED))
    assert "where table_schema = current_schema() and " in columns_query(parse_source(RENAMED))


def test_what_a_table_reads_is_what_it_lists_or_its_columns():
    assert parse_source(JOINED).table("entry").reads[-2:] == (Read("person", "id", "integer"), Read("person", "note"))
    assert parse_source(RENAMED).table("client").reads == (
        Read("Kunden (alt)", "Nr.", "bigint"),
        Read("Kunden (alt)", "angelegt", "date"),
    )


def test_columns_behind_an_expression_are_checked_as_listed():
    found = [("time", "id", "int"), ("time", "person", "int"), ("time", "seconds", "varchar"), ("person", "id", "int")]
    assert list(column_problems(parse_source(JOINED), found)) == [
        "the source's column time.seconds is varchar, but integer is expected",
        "the source has no column time.changed, or its user may not read it",
        "the source has no column person.note, or its user may not read it",
    ]


def test_the_canonical_mapping_holds_on_both_dialects():
    for dialect in ("postgresql", "mysql"):
        source = load_source("timekeeping", dialect)
        assert source.dialect.name == dialect
        assert len(source.tables) == 11


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"key": ["nr"]}, r"table client names columns that it does not list: \['nr'\]"),
        ({"check_column": "client_id"}, "table client has the check column client_id, which is no timestamp"),
        ({"mappers": 2}, "table client wants 2 mappers but has no split_by column"),
        ({"from": "kunde"}, "table client has a `from` and must list in `reads` what that reads"),
        ({"where": {"mysql": "1"}}, "client has no SQL for postgresql, only for mysql"),
        ({"columns": {"client_id": "uuid"}}, "column client.client_id has the unknown type 'uuid'"),
        (
            {"columns": {"client_id": "bigint", True: "boolean"}},
            "column that YAML reads as True: put its name in quotes",
        ),
        ({"reads": {"kunde": {"nr": "uuid"}}}, "table client reads kunde.nr with the unknown type 'uuid'"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_with_the_table_and_the_reason(change, sentence):
    body = {**PLAIN["tables"]["client"], **change}
    with pytest.raises(SourceMappingError, match=sentence):
        parse_source({**PLAIN, "tables": {"client": body}})


def test_a_mapping_for_one_database_is_refused_on_another():
    with pytest.raises(SourceMappingError, match="the mapping is written for mysql, but the source is postgresql"):
        parse_source(JOINED, "postgresql")


def test_the_dialect_follows_from_the_jdbc_url():
    urls = ("jdbc:postgresql://h/d", "jdbc:mariadb://h/d", "jdbc:mysql://h/d?useCursorFetch=true")
    assert [dialect_of(url) for url in urls] == ["postgresql", "mysql", "mysql"]
    with pytest.raises(SourceMappingError, match="not 'jdbc:oracle:thin'"):
        dialect_of("jdbc:oracle:thin:@h:1521/d")
