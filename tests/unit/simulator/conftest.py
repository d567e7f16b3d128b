"""One company for the tests that only read it."""

from datetime import date

import polars as pl
import pytest

from simulator import company_with_truth
from simulator.company import Tables

UNTIL = date(2026, 3, 2)
TODAY = date(2026, 6, 1)


@pytest.fixture(scope="session")
def simulated() -> tuple[Tables, pl.DataFrame]:
    """2,000 employees × 26 weeks, and the truth."""
    return company_with_truth(2000, 26, seed=11, until=UNTIL, today=TODAY)


@pytest.fixture(scope="session")
def tables(simulated: tuple[Tables, pl.DataFrame]) -> Tables:
    return simulated[0]


@pytest.fixture(scope="session")
def truth(simulated: tuple[Tables, pl.DataFrame]) -> pl.DataFrame:
    return simulated[1]
