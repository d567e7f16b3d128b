from datetime import UTC, datetime

from hourglass.imports import Import, Landing, columns_import, control_import, table_import
from hourglass.lake import Lake
from hourglass.sources import load_source
from hourglass.sqoop import import_arguments
from hourglass.windows import Window

SOURCE = load_source("timekeeping")
CONNECT = "jdbc:postgresql://db.internal:5432/company"
LANDING = Landing("20261123t080000-5f0e6c1a", "2026-11-23")
LAKE = Lake("lake")
WINDOW = Window(None, datetime(2026, 11, 23, 8, tzinfo=UTC))


def table(name: str, window: Window = WINDOW) -> Import:
    return table_import(SOURCE, SOURCE.table(name), window, LANDING)


def value(arguments: list[str], option: str) -> str:
    return arguments[arguments.index(option) + 1]


def test_a_small_table_is_imported_by_one_mapper_with_dates_and_decimals_as_strings():
    assert import_arguments(CONNECT, table("holiday", Window(None, None))) == [
        "import",
        "--connect",
        CONNECT,
        "--query",
        "select country, holiday_date from timekeeping.holiday where 1 = 1 and $CONDITIONS",
        "--target-dir",
        "hdfs:///landing/20261123t080000-5f0e6c1a/holiday/ingest_date=2026-11-23/run_id=20261123t080000-5f0e6c1a",
        "--as-avrodatafile",
        "--compression-codec",
        "snappy",
        "--fetch-size",
        "10000",
        "--map-column-java",
        "country=String,holiday_date=String",
        "--num-mappers",
        "1",
    ]


def test_a_large_table_is_split_so_that_rows_without_a_key_are_read_too():
    arguments = import_arguments(CONNECT, table("timesheet_entry"))
    assert value(arguments, "--num-mappers") == "4"
    assert value(arguments, "--split-by") == "entry_id"
    low = "case when count(*) = count(entry_id) then min(entry_id) end"
    assert value(arguments, "--boundary-query").startswith(f"select {low}, max(entry_id) from ")


def test_no_personal_name_e_mail_address_or_free_text_is_selected():
    for each in SOURCE.tables:
        selected = table(each.name).query.split(" where ")[0]
        assert "full_name" not in selected
        assert "email" not in selected
    entries = table("timesheet_entry").query
    assert "char_length(description) as description_length" in entries
    assert ", description," not in entries


def test_mariadb_is_read_with_the_driver_that_emr_installs_and_text_that_the_database_writes():
    source = load_source("timekeeping", "mysql")
    wanted = table_import(source, source.table("timesheet_entry"), WINDOW, LANDING)
    arguments = import_arguments("jdbc:mariadb://db.internal:3306/company", wanted)
    assert value(arguments, "--driver") == "org.mariadb.jdbc.Driver"
    assert "cast(hours as char) as hours, task, " in value(arguments, "--query")
    assert "description_is_plain=Boolean,created_at=String" in value(arguments, "--map-column-java")


def test_control_totals_cover_every_table_in_one_import():
    control = control_import(SOURCE, windows(), LANDING, LAKE, "before")
    assert control.query.count(" union all ") == len(SOURCE.tables) - 1
    assert "sum(case when abs(hours) < 1e24 then round(hours, 6) end)" in control.query
    assert control.query.endswith("where $CONDITIONS")
    assert control.directory.endswith("/phase=before")
    assert control.connections == 1


def test_the_columns_of_the_source_are_read_from_its_information_schema():
    assert "where table_schema = 'timekeeping' and $CONDITIONS" in columns_import(SOURCE, LANDING, LAKE).query


def test_no_argument_list_comes_near_the_limit_of_an_emr_step():
    longest = import_arguments(CONNECT, control_import(SOURCE, windows(), LANDING, LAKE, "before"))
    assert sum(map(len, longest)) < 10_240 / 2


def windows() -> dict[str, Window]:
    return {each.name: WINDOW if each.check_column else Window(None, None) for each in SOURCE.tables}
