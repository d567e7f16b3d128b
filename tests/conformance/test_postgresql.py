"""Apache Sqoop 1.4.7 and the embedded `sqoop` land the same from a PostgreSQL that has seen bad days."""

import pytest

from tests.conformance.cases import Case, read_cases
from tests.conformance.databases import Database
from tests.conformance.emr import Emr
from tests.conformance.paths import HERE, ROOT
from tests.conformance.product import Mapped, mapped
from tests.conformance.running import Landed, assert_same, assert_same_case, files_with, run

NASTY = mapped("nasty", HERE / "sources" / "postgresql.yaml")
NASTY_FIRST = mapped("nasty-first", HERE / "sources" / "postgresql.yaml", low=None)
TIMEKEEPING = mapped("timekeeping", ROOT / "sources" / "timekeeping.yaml", low=None)
ODOO = mapped("odoo", ROOT / "sources" / "odoo.yaml", low=None)
MAPPINGS = (NASTY, NASTY_FIRST, TIMEKEEPING, ODOO)


@pytest.fixture(scope="module")
def both(emr: Emr, postgresql: Database, selected: list[Case | Mapped]) -> Landed:
    return run(emr, "postgresql", postgresql, selected)


@pytest.mark.parametrize("chosen", read_cases("postgresql"), ids=lambda case: case.name)
def test_what_sqoop_is_told_directly_lands_the_same(chosen: Case, both: Landed) -> None:
    assert_same_case(chosen, both)


@pytest.mark.parametrize(
    ("chosen", "table"),
    [pytest.param(mapping, table, id=f"{mapping.name}-{table}") for mapping in MAPPINGS for table in mapping.tables],
)
def test_what_the_product_tells_sqoop_lands_the_same(chosen: Mapped, table: str, both: Landed) -> None:
    assert_same(chosen, table, both)


def test_no_file_of_the_clusters_holds_the_password(both: Landed, emr: Emr, postgresql: Database) -> None:
    for folder in ("objects", "emr"):
        assert (emr.state / folder).is_dir()
        assert not files_with(postgresql.password, emr.state / folder)
