"""What the catalog gets for a table is what Athena would have made of its DDL."""

import pytest
from hourglass.sql_files import load_sql
from hourglass.tables import TableDefinitionError, parse_table, table_input

from localcloud.engines.athena import glue
from localcloud.engines.athena.runner import Request, StatementRunner
from localcloud.engines.athena.testing import TestLake

FILES = load_sql().folder("tables")
LOCATION = "s3://lake/tables/x/empty/"


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return TestLake(tmp_path_factory.mktemp("lake"), "timesheets")


@pytest.mark.parametrize("name", FILES)
def test_the_catalog_gets_what_athena_makes_of_the_ddl(lake, name):
    request = Request(FILES[name].replace("${location}", LOCATION), name, "timesheets", "s3://results/etl/")
    StatementRunner(lake.engine).run(request, lambda _connection: None)
    made = glue.table_input(lake.catalog.table("timesheets", name))
    given = table_input(parse_table(name, FILES[name]), LOCATION.rstrip("/"))  # Athena takes the last slash away
    assert glue.table_from_input("timesheets", name, given) == glue.table_from_input("timesheets", name, made)


def test_a_twin_differs_in_its_name_and_place_only():
    table = parse_table("quarantine", FILES["quarantine"])
    twin, plain = table_input(table, "s3://lake/twin/", "quarantine__d1"), table_input(table, LOCATION)
    descriptor = {**plain["StorageDescriptor"], "Location": "s3://lake/twin/"}
    assert twin == {**plain, "Name": "quarantine__d1", "StorageDescriptor": descriptor}


def test_a_file_that_creates_another_table_is_refused():
    with pytest.raises(TableDefinitionError, match="does not create a table named country"):
        parse_table("country", FILES["quarantine"])
