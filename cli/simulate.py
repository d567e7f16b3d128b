"""`hourglass simulate`: a company to try Hourglass on."""

from pathlib import Path

from cli.progress import progress
from cli.source import parse_source_url
from simulator import advance, simulate


def simulate_company(target: str, employees: int, weeks: int, seed: int, truth: Path) -> None:
    """Fill an empty database.

    Raises:
        CommandError: the database does not answer or holds a company already.
    """
    parse_source_url(target)
    truth.parent.mkdir(parents=True, exist_ok=True)
    with progress("Simulated company") as shown, _one_sentence():
        shown.show(f"Simulate {employees:,} employees over {weeks} weeks and load them")
        simulate(target, employees, weeks, seed, truth)


def advance_company(target: str, weeks: int, late_edits: int, deletions: int, seed: int, truth: Path) -> None:
    """Let a simulated company live on.

    Raises:
        CommandError: the database does not answer or holds no simulated company.
    """
    parse_source_url(target)
    with progress("Simulated company") as shown, _one_sentence():
        shown.show(f"Advance by {weeks} weeks with {late_edits} late edits and {deletions} deletions")
        advance(target, weeks=weeks, late_edits=late_edits, deletions=deletions, seed=seed, truth=truth)
