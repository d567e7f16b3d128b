"""Apache Sqoop 1.4.7 and the embedded `sqoop` land the same from MySQL, which MariaDB's driver reads."""

import pytest

from tests.conformance.cases import Case, read_cases
from tests.conformance.databases import Database
from tests.conformance.emr import Emr
from tests.conformance.product import Mapped
from tests.conformance.running import Landed, assert_same, assert_same_case, run
from tests.conformance.test_mariadb import MAPPINGS

CASES = [case for case in read_cases("mariadb") if "odd_type" not in " ".join(case.arguments)]  # MariaDB's own


@pytest.fixture(scope="module")
def both(emr: Emr, mysql: Database, selected: list[Case | Mapped]) -> Landed:
    return run(emr, "mysql", mysql, selected)


@pytest.mark.parametrize("chosen", CASES, ids=lambda case: case.name)
def test_what_sqoop_is_told_directly_lands_the_same(chosen: Case, both: Landed) -> None:
    assert_same_case(chosen, both)


@pytest.mark.parametrize(
    ("chosen", "table"),
    [pytest.param(mapping, table, id=f"{mapping.name}-{table}") for mapping in MAPPINGS for table in mapping.tables],
)
def test_what_the_product_tells_sqoop_lands_the_same(chosen: Mapped, table: str, both: Landed) -> None:
    assert_same(chosen, table, both)
