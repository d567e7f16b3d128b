"""`hourglass simulate`: a company to try Hourglass on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psycopg

from cli.errors import CommandError
from cli.progress import progress
from cli.source import POSTGRESQL, parse_source_url
from simulator import SimulatorError, advance, simulate


def simulate_company(
    target: str, employees: int, weeks: int, seed: int, truth: Path, until: date | None = None
) -> None:
    """Fill an empty database.

    Raises:
        CommandError: the database does not answer or holds a company already.
    """
    parse_source_url(target, POSTGRESQL)
    truth.parent.mkdir(parents=True, exist_ok=True)
    with progress("Simulated company") as shown, _in_one_sentence():
        shown.show(f"Simulate {employees:,} employees over {weeks} weeks and load them")
        simulate(target, employees, weeks, seed, truth, until=until)


def advance_company(target: str, weeks: int, late_edits: int, deletions: int, seed: int, truth: Path) -> None:
    """Let a simulated company live on.

    Raises:
        CommandError: the database does not answer or holds no simulated company.
    """
    parse_source_url(target, POSTGRESQL)
    with progress("Simulated company") as shown, _in_one_sentence():
        shown.show(f"Advance by {weeks} weeks with {late_edits} late edits and {deletions} deletions")
        advance(target, seed=seed, weeks=weeks, late_edits=late_edits, deletions=deletions, truth=truth)


@contextmanager
def _in_one_sentence() -> Iterator[None]:
    try:
        yield
    except SimulatorError as error:
        raise CommandError(str(error)) from error
    except psycopg.Error as error:
        raise CommandError(f"The target database: {str(error).strip().splitlines()[0]}") from error
