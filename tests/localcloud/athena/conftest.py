"""A lake with one table of everyday values and one partitioned table."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from localcloud.engines.athena.testing import TestLake


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestLake]:
    made = TestLake(Path(tmp_path_factory.mktemp("lake")))
    made.table(
        "t",
        {
            "a": "bigint",
            "x": "double",
            "d": "decimal(5,2)",
            "s": "varchar",
            "ts": "timestamp",
            "dt": "date",
            "arr": "array(bigint)",
        },
        [
            (1, 1.5, Decimal("7.50"), "a,b", datetime(2026, 1, 5, 9, 30), date(2026, 1, 5), [1, 2]),
            (2, None, Decimal("1.00"), "x", datetime(2026, 1, 6, 10), date(2026, 1, 6), [3]),
            (5, 9.0, None, None, None, None, None),
        ],
    )
    made.table(
        "w",
        {"a": "bigint", "week_start": "date", "run_id": "varchar"},
        [(1, "2026-01-05", "r1"), (2, "2026-01-12", "r1"), (3, "2026-01-12", "r2")],
        partitioned_by=["week_start", "run_id"],
    )
    yield made
    made.close()
