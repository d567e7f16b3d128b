from datetime import UTC, datetime

from hourglass.sources import load_source
from hourglass.sqoop import Landing, columns_import, control_import, table_import
from hourglass.windows import Window

SOURCE = load_source("timekeeping")
CONNECT = "jdbc:postgresql://db.internal:5432/company"
LANDING = Landing("20261123t080000-5f0e6c1a", "2026-11-23")
WINDOW = Window(None, datetime(2026, 11, 23, 8, tzinfo=UTC))


def value(arguments: list[str], option: str) -> str:
    return arguments[arguments.index(option) + 1]


def test_a_small_table_is_imported_by_one_mapper_with_dates_and_decimals_as_strings():
    assert table_import(CONNECT, SOURCE, SOURCE.table("holiday"), Window(None, None), LANDING) == [
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
        "holiday_date=String",
        "--num-mappers",
        "1",
    ]


def test_a_large_table_is_split_so_that_rows_without_a_key_are_read_too():
    arguments = table_import(CONNECT, SOURCE, SOURCE.table("timesheet_entry"), WINDOW, LANDING)
    assert value(arguments, "--num-mappers") == "4"
    assert value(arguments, "--split-by") == "coalesce(entry_id, 0)"
    assert value(arguments, "--boundary-query").startswith("select min(coalesce(entry_id, 0)), max(")


def test_no_personal_name_e_mail_address_or_free_text_is_selected():
    for table in SOURCE.tables:
        query = value(table_import(CONNECT, SOURCE, table, WINDOW, LANDING), "--query")
        selected = query.split(" from ")[0]
        assert "full_name" not in selected
        assert "email" not in selected
    entries = value(table_import(CONNECT, SOURCE, SOURCE.table("timesheet_entry"), WINDOW, LANDING), "--query")
    assert "length(description) as description_length" in entries
    assert ", description," not in entries


def test_control_totals_cover_every_table_in_one_import():
    windows = {table.name: WINDOW if table.check_column else Window(None, None) for table in SOURCE.tables}
    arguments = control_import(CONNECT, SOURCE, windows, LANDING, "before")
    query = value(arguments, "--query")
    assert query.count(" union all ") == len(SOURCE.tables) - 1
    assert "sum(hours) as total" in query
    assert query.endswith("where $CONDITIONS")
    assert value(arguments, "--target-dir").endswith("/phase=before")


def test_the_columns_of_the_source_are_read_from_its_information_schema():
    query = value(columns_import(CONNECT, SOURCE, LANDING), "--query")
    assert "where table_schema = 'timekeeping' and $CONDITIONS" in query


def test_no_argument_list_comes_near_the_limit_of_an_emr_step():
    windows = {table.name: WINDOW if table.check_column else Window(None, None) for table in SOURCE.tables}
    longest = control_import(CONNECT, SOURCE, windows, LANDING, "before")
    assert sum(map(len, longest)) < 10_240 / 2
