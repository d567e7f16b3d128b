"""What is said about a mapped table: its catalog entry and its rows."""

from dataclasses import replace

import pytest

from doctor.database import Reading
from doctor.facts import Column, Index
from doctor.findings import Finding
from doctor.measuring import Measured
from doctor.row_checks import row_findings
from doctor.table_checks import catalog_findings
from tests.unit.doctor.doctor_fixture import MAPPING, MARIADB, SERVER, WORK_LOG, examined

COLUMNS = MAPPING["tables"]["work_log"]["columns"]
NO_INDEX = replace(WORK_LOG, indexes=(Index(("id",), unique=True),))


def found(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.severity.value, finding.code) for finding in findings]


def of_catalog(**asked) -> list[Finding]:
    return list(catalog_findings(examined(**asked)))


def of_rows(measured: Measured, **asked) -> list[Finding]:
    return list(row_findings(examined(measured, **asked)))


def test_a_good_table_has_nothing_to_say():
    assert of_catalog() == []
    assert of_rows(Measured(rows=300_000, ranges={"id": (1, 300_000)}, fullest_shares={"id": 0.25})) == []


def test_a_missing_index_comes_with_the_statement_that_creates_it():
    (finding,) = of_catalog(table=NO_INDEX)
    assert (finding.severity.value, finding.code) == ("warning", "no-index")
    assert finding.statements == ('create index concurrently on "hr"."work_log" ("updated_at")',)


def test_a_missing_index_of_a_small_table_is_only_a_note():
    small = replace(NO_INDEX, rows=200)
    assert found(list(catalog_findings(examined(Measured(rows=200), table=small)))) == [("note", "no-index")]


def test_a_check_column_under_another_name_is_found_at_the_source():
    renamed = replace(WORK_LOG.columns[-1], name="last change")
    table = replace(NO_INDEX, columns=(*WORK_LOG.columns[:-1], renamed))
    columns = {**COLUMNS, "updated_at": {"type": "timestamp", "reads": "last change"}}
    (finding,) = of_catalog(table=table, columns=columns)
    assert finding.statements == ('create index concurrently on "hr"."work_log" ("last change")',)
    indexed = replace(table, indexes=(Index(("last change",)),))
    assert of_catalog(table=indexed, columns=columns) == []


def test_a_computed_check_column_needs_an_index_on_the_expression():
    computed = {**COLUMNS, "updated_at": {"type": "timestamp", "expression": "coalesce(updated_at, created_at)"}}
    (finding,) = of_catalog(columns=computed)
    assert finding.code == "computed-check-column"
    assert finding.statements == ('create index concurrently on "hr"."work_log" ((coalesce(updated_at, created_at)))',)
    indexed = replace(WORK_LOG, indexes=(Index(("coalesce(updated_at, created_at)",)),))
    assert of_catalog(table=indexed, columns=computed) == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"table": replace(WORK_LOG, hides_rows=True)}, [("error", "hidden-rows")]),
        ({"table": replace(WORK_LOG, engine="MyISAM")}, [("warning", "myisam")]),
        ({"table": replace(WORK_LOG, kind="foreign table")}, [("note", "foreign-table")]),
        ({"check_column": None}, [("warning", "no-check-column")]),
        ({"split_by": "day"}, [("error", "split-type")]),
        ({"columns": {**COLUMNS, "id": {"type": "bigint", "reads": "api_token"}}}, [("warning", "secret")]),
    ],
)
def test_what_the_catalog_shows_is_said(asked, expected):
    assert found(of_catalog(**asked)) == expected


def test_a_large_table_with_one_mapper_is_worth_a_note():
    large = replace(WORK_LOG, rows=9_000_000)
    assert found(of_catalog(table=large, split_by=None, mappers=None)) == [("note", "one-mapper")]


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (Measured(refused="permission denied"), [("error", "refused")]),
        (Measured(uncounted="division by zero"), [("warning", "uncounted")]),
        (Measured(), [("note", "empty")]),
        (Measured(untold=("too slow",)), [("note", "not-measured")]),
        (Measured(rows=9, nulls={"key": 2, "id": 2}), [("warning", "null-key")]),
        (Measured(rows=9, duplicate_keys=3), [("error", "duplicate-keys")]),
        (Measured(rows=9, duplicate_keys=0), [("note", "key-not-enforced")]),
        (Measured(rows=9, nulls={"updated_at": 4}), [("warning", "null-check-column")]),
        (Measured(rows=9, later_than_check={"created_at": 4}), [("warning", "check-column-stands-still")]),
        (Measured(rows=9, in_the_future=2, newest_ahead_seconds=80.0), [("warning", "future")]),
        (Measured(rows=9, odd={"day": 1}), [("warning", "odd-dates")]),
        (Measured(rows=9, odd={"hours": 1}), [("error", "not-a-number")]),
        (Measured(rows=9, ranges={"id": (1, 2**63)}), [("error", "out-of-range")]),
    ],
)
def test_what_the_rows_show_is_said(measured, expected):
    assert found(of_rows(measured)) == expected


def test_a_sample_is_called_one():
    (finding,) = of_rows(Measured(rows=100, of="a sample of about 100 rows", nulls={"updated_at": 4}))
    assert "(looked at a sample of about 100 rows)" in finding.sentence


def test_a_check_column_that_is_as_far_ahead_as_the_time_zone_holds_local_times():
    berlin = replace(SERVER, time_zone="Europe/Berlin", utc_offset_seconds=7200)
    ahead = Measured(rows=9, in_the_future=2, newest_ahead_seconds=7150.0)
    (finding,) = of_rows(ahead, server=berlin)
    assert (finding.severity.value, finding.code) == ("error", "local-time")
    assert found(of_rows(replace(ahead, newest_ahead_seconds=300.0), server=berlin)) == [("warning", "future")]


def test_a_skewed_split_names_a_better_column():
    (finding,) = of_rows(Measured(rows=9, fullest_shares={"id": 0.97, "project_id": 0.3}))
    assert "one mapper reads 97 % of the rows" in finding.sentence
    assert finding.remedy == "Split by project_id: its fullest mapper would read 30 %."
    (finding,) = of_rows(Measured(rows=9, fullest_shares={"id": 0.97, "project_id": 0.95}))
    assert "set mappers to 1" in finding.remedy


def test_an_even_split_is_fine():
    assert of_rows(Measured(rows=9, fullest_shares={"id": 0.4, "project_id": 0.26})) == []


def test_a_number_too_large_for_integer_fits_bigint():
    columns = {**COLUMNS, "project_id": "integer"}
    (finding,) = of_rows(Measured(rows=9, ranges={"project_id": (0, 2**31)}), columns=columns)
    assert (finding.code, finding.remedy) == ("out-of-range", "Map it as bigint.")


def test_a_boolean_that_holds_other_numbers_is_named():
    columns = {**COLUMNS, "project_id": "boolean"}
    assert found(of_rows(Measured(rows=9, ranges={"project_id": (0, 3)}), columns=columns)) == [
        ("warning", "not-boolean")
    ]


def test_a_tinyint_1_that_holds_numbers_needs_an_option_of_the_driver():
    tiny = Column("project_id", "tinyint", "tinyint(1)")
    table = replace(WORK_LOG, columns=(WORK_LOG.columns[0], tiny, *WORK_LOG.columns[2:]))
    measured = Measured(rows=9, ranges={"project_id": (0, 3)})
    assert found(of_rows(measured, table=table, server=MARIADB)) == [("warning", "tinyint")]
    told = replace(MARIADB, settings={"tinyInt1isBit": "false"})
    assert of_rows(measured, table=table, server=told) == []


def test_an_expression_of_another_type_than_its_mapping_is_named():
    reading = Reading(rows=9, bytes=90, seconds=0.1, types=(("id", "bigint"), ("project_id", "text")))
    (finding,) = of_rows(Measured(rows=9, reading=reading))
    assert (finding.code, "mapped as bigint, but its expression gives text" in finding.sentence) == (
        "expression-type",
        True,
    )
