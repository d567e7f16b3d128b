"""What a detection finds to do, from manifests and markers alone."""

from hourglass.gathering import Gathering
from hourglass.lake import Lake, manifest_key
from hourglass.landings import detected_key
from hourglass.publication import CatalogTable
from hourglass.sql_files import load_sql
from hourglass.tables import parse_table
from hourglass.unfinished import Unfinished


def as_created(table):
    columns = tuple((column.name, column.hive_type) for column in table.columns)
    return CatalogTable(table.name, columns, table.partition, "s3://lake/")


TABLES = {name: as_created(parse_table(name, ddl)) for name, ddl in load_sql().folder("tables").items()}


class Documents(dict):
    """The JSON objects of a bucket."""

    get_json = dict.__getitem__
    put_json = dict.__setitem__

    def keys(self, prefix=""):
        return [key for key in super().__iter__() if key.startswith(prefix)]


class Catalog:
    """No table has a partition yet."""

    def partitions(self, _table):
        return {}


def landed(run_id, rows, more=False):
    tables = {"country": {"new_rows": rows}}
    return {manifest_key(run_id): {"run_id": run_id, "tables": tables, "more": more}}


def gathered(documents):
    unfinished = Unfinished(documents, Catalog(), None, {})
    return Gathering(documents, unfinished, Lake("lake"), "timesheets").plan("d20261123t080000_00000001", TABLES)


def test_a_landing_without_news_is_marked_and_ends_the_detection():
    documents = Documents(landed("r1", 0))
    assert gathered(documents)["anything_to_do"] is False
    assert detected_key("r1") in documents


def test_a_round_of_a_load_that_goes_on_is_left_for_the_last_one():
    documents = Documents({**landed("r1", 12, more=True), **landed("r1-002", 12, more=True)})
    assert gathered(documents)["anything_to_do"] is False
    assert detected_key("r1") not in documents


def test_the_last_round_takes_in_those_before():
    documents = Documents({**landed("r1", 12, more=True), **landed("r1-002", 3)})
    plan = gathered(documents)
    assert (plan["anything_to_do"], plan["landings"], plan["new_rows"]) == (True, 2, 15)
