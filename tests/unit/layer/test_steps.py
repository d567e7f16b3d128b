import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hourglass.commands import Access
from hourglass.engines import ENGINES
from hourglass.errors import NothingLandedError, SettingsError, SourceMappingError
from hourglass.failures import failure
from hourglass.imports import Landing
from hourglass.lake import Lake
from hourglass.sources import load_source
from hourglass.steps import READ_COLUMNS, Extract, first_steps, import_order, imports_at_a_time, step_of
from hourglass.sweeps import with_sweeps
from hourglass.windows import Window

SOURCE = load_source("timekeeping")
SQOOP = ENGINES["sqoop"]
ACCESS = Access(
    connect="jdbc:postgresql://db/company",
    secret_arn="arn:aws:secretsmanager:us-east-1:123456789012:secret:source",
    region="us-east-1",
    scripts={name: f"s3://lake/jobs/abc/{name}" for engine in ENGINES.values() for name in engine.scripts},
)
LOW = datetime(2026, 11, 22, tzinfo=UTC)
HIGH = datetime(2026, 11, 23, tzinfo=UTC)
EXTRACT = Extract(
    engine=SQOOP,
    access=ACCESS,
    source=SOURCE,
    windows={t.name: Window(None, HIGH if t.check_column else None) for t in SOURCE.tables},
    landing=Landing("run-1", "2026-11-23"),
    lake=Lake("lake"),
)
ASKED = [
    {"oldest": "rows"},
    {"totals": "before"},
    *({"import": t.name} for t in SOURCE.tables),
    {"totals": "after"},
    {"copy": "landing"},
]
WITH_CHECK = {name: window for name, window in EXTRACT.windows.items() if window.high}
DRIVER = "s3://lake/jobs/jdbc/postgresql-42.7.4.jar"


def steps_of(extract: Extract) -> list[dict[str, Any]]:
    """Every step of a run, in order."""
    asked = [(replace(extract, windows=WITH_CHECK) if "oldest" in each else extract, each) for each in ASKED]
    return [*first_steps(extract), *(step_of(extract, each, []) for extract, each in asked)]


STEPS = steps_of(EXTRACT)
LATER = STEPS[len(first_steps(EXTRACT)) :]
OF_EVERY_ENGINE = {
    name: steps_of(replace(EXTRACT, engine=engine, access=replace(ACCESS, driver=DRIVER)))
    for name, engine in ENGINES.items()
}
TRAVEL = failure("travel", "StepFailedError", "Import travel: refused")


def args(step):
    return step["HadoopJarStep"]["Args"]


def test_the_columns_of_the_source_are_read_first_and_a_driver_is_installed_before():
    assert [step["Name"] for step in first_steps(EXTRACT)] == [READ_COLUMNS]
    install, columns = first_steps(replace(EXTRACT, access=replace(ACCESS, driver=DRIVER)))
    assert args(install) == ["s3://lake/jobs/abc/install_jdbc_driver.sh", DRIVER]
    assert columns == first_steps(EXTRACT)[0]


def test_a_cluster_that_cannot_read_the_columns_ends_and_any_later_step_fails_alone():
    assert {step["ActionOnFailure"] for step in first_steps(EXTRACT)} == {"TERMINATE_CLUSTER"}
    assert {step["ActionOnFailure"] for step in LATER} == {"CONTINUE"}


@pytest.mark.parametrize("steps", OF_EVERY_ENGINE.values(), ids=OF_EVERY_ENGINE)
def test_every_step_has_a_name_of_its_own_by_which_a_retry_finds_it(steps):
    assert len({step["Name"] for step in steps}) == len(steps)
    assert "Import travel" in {step["Name"] for step in steps}


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
@pytest.mark.parametrize(
    ("mapping", "dialect"),
    [("timekeeping", "postgresql"), ("timekeeping", "mysql"), ("kimai", "mysql"), ("odoo", "postgresql")],
)
def test_every_step_of_every_mapping_keeps_within_the_characters_that_emr_takes(mapping, dialect, engine):
    source = with_sweeps(load_source(mapping, dialect))
    windows = {t.name: Window(LOW, HIGH) if t.check_column else Window(None, None) for t in source.tables}
    long_names = replace(ACCESS, connect="jdbc:postgresql://db/company?sslrootcert=" + "x" * 200, driver=DRIVER)
    scripts = {name: f"s3://{'b' * 63}/jobs/{'0' * 16}/{name}" for name in engine.scripts}
    access = replace(long_names, scripts=scripts)
    extract = replace(EXTRACT, engine=engine, access=access, source=source, windows=windows, lake=Lake("b" * 63))
    asked = [{"totals": "before"}, *({"import": name} for name in windows)]
    assert all(step_of(extract, each, []) for each in asked)


def test_a_step_that_is_longer_than_emr_takes_is_refused():
    access = replace(ACCESS, connect="jdbc:postgresql://db/" + "x" * 10_000)
    with pytest.raises(SourceMappingError, match=r"'Take the totals before' has 1\d{4} characters, EMR takes 10240"):
        step_of(replace(EXTRACT, access=access), {"totals": "before"}, [])


@pytest.mark.parametrize("steps", OF_EVERY_ENGINE.values(), ids=OF_EVERY_ENGINE)
def test_no_step_carries_a_password_or_a_user(steps):
    words = [word for step in steps for word in args(step)]
    assert not {"--password", "--username", "--password-file"} & set(words)
    assert ACCESS.secret_arn in words


def test_columns_and_totals_are_put_into_the_lake_by_their_own_steps():
    for step, place in ((STEPS[0], "source_column"), (LATER[1], "control_total"), (LATER[-2], "control_total")):
        wrapper, _secret, option, source, target = args(step)[:5]
        assert (wrapper, option) == (ACCESS.scripts["sqoop_with_secret.sh"], "--copy")
        assert source.startswith("hdfs:///aside/run-1/")
        assert target.startswith(f"s3://lake/raw/{place}/ingest_date=2026-11-23/run_id=run-1/")


def test_spark_puts_the_same_into_the_same_places():
    by_name = {step["Name"]: args(step) for step in OF_EVERY_ENGINE["spark"]}
    for step in STEPS:
        words = by_name[step["Name"]]
        assert ("--copy" in words) == ("--copy" in args(step))
        if "--copy" in words:
            assert words[words.index("--copy") + 1] == args(step)[4]


def test_the_oldest_rows_are_asked_so_that_an_index_answers_and_put_beside_the_plan():
    words = args(LATER[0])
    assert words[4] == "s3://lake/plans/run-1/oldest_row/"
    assert "is null" not in " ".join(words)
    assert "min(updated_at)" in " ".join(words)


def test_the_copy_takes_what_has_landed_and_leaves_the_halves_of_tables_that_failed():
    def taken(step):
        pattern = args(step)[-1].removeprefix("--srcPattern=")
        folder = "hdfs:///landing/run-1/{}/ingest_date=2026-11-23/run_id=run-1/"
        folders = [folder.format(table) for table in ("travel", "timesheet", "timesheet_entry")]
        paths = [each + name for each in folders for name in ("part-m-00000.avro", "_SUCCESS")]
        return [path.split("/")[5] for path in paths if re.fullmatch(pattern, path)]

    assert taken(LATER[-1]) == ["travel", "timesheet", "timesheet_entry"]
    halves = [TRAVEL, failure("timesheet", "StepFailedError", "")]
    assert taken(step_of(EXTRACT, {"copy": "landing"}, halves)) == ["timesheet_entry"]


def test_totals_are_not_taken_of_a_table_that_failed():
    query = " ".join(args(step_of(EXTRACT, {"totals": "after"}, [TRAVEL])))
    assert "'timesheet', count(*)" in query
    assert "'travel'" not in query


def test_when_every_table_has_failed_nothing_is_copied_and_their_causes_are_told():
    alone = replace(EXTRACT, windows={"travel": EXTRACT.windows["travel"]})
    with pytest.raises(NothingLandedError, match="Import travel: refused"):
        step_of(alone, {"copy": "landing"}, [TRAVEL])


def test_imports_at_a_time_never_need_more_connections_than_the_source_gives():
    widest = max(table.mappers for table in SOURCE.tables)
    for connections in range(widest + 1, 30):
        assert 1 <= imports_at_a_time(SOURCE, connections) * (widest + 1) <= connections


def test_a_table_that_needs_more_connections_than_the_source_gives_is_refused_with_the_numbers():
    with pytest.raises(SettingsError, match=r"timesheet_entry needs 5 connections \(4 mappers .* is 4"):
        imports_at_a_time(SOURCE, 4)


def test_the_widest_tables_are_imported_first():
    assert import_order(SOURCE, EXTRACT.windows)[0] == "timesheet_entry"
    assert sorted(import_order(SOURCE, EXTRACT.windows)) == sorted(EXTRACT.windows)
    assert import_order(SOURCE, ["travel"]) == ["travel"]
