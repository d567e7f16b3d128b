"""`hourglass demo`, which `make demo` calls: a company, its database, two machines, suspects, a report."""

from pathlib import Path

from cli.progress import console
from cli.report import draw_report
from cli.run import run
from cli.simulate import simulate_company
from cli.suspects import print_outcome
from postgres import EmbeddedPostgres


def run_demo(state: Path, employees: int, weeks: int, seed: int) -> None:
    """Everything from an empty folder; a second call goes on with the same company."""
    state.mkdir(parents=True, exist_ok=True)
    truth = state / "truth.csv"
    with EmbeddedPostgres(state / "postgres", durable=False, notice=console.print) as database:
        if not truth.exists():
            simulate_company(database.url, employees, weeks, seed, truth)
        with run(database.url, state) as cloud:
            print_outcome()
            draw_report(cloud, Path("hourglass-report.html"))
    console.print(f'\nAsk more: hourglass query "select * from suspect_timesheets limit 5" --state {state}')
