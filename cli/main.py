"""The command line. Each command lives in a module of its own, imported when it is called."""

import gc
import sys
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path

import click

from cli.errors import CommandError

state_option = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".hourglass"),
    show_default=True,
    help="Folder that holds the embedded cloud's state.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="hourglass")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """Finds suspect timesheets and shows auditors why."""


@cli.command()
@click.option("--target", required=True, metavar="URL", help="postgresql://user:password@host:port/database")
@click.option("--employees", type=click.IntRange(min=10), default=2000, show_default=True)
@click.option("--weeks", type=click.IntRange(min=0), default=26, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="End with the last week before this date, not today.")
@click.option(
    "--truth",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path(".hourglass/truth.csv"),
    show_default=True,
    help="File for the timesheets that are fraudulent; nothing but an evaluation reads it.",
)
@click.option("--advance", is_flag=True, help="Let an existing company live on for --weeks more weeks instead.")
@click.option("--late-edits", type=click.IntRange(min=0), default=0, show_default=True, help="With --advance.")
@click.option("--deletions", type=click.IntRange(min=0), default=0, show_default=True, help="With --advance.")
def simulate(
    target: str,
    employees: int,
    weeks: int,
    seed: int,
    until: datetime | None,
    truth: Path,
    advance: bool,
    late_edits: int,
    deletions: int,
) -> None:
    """Create schema `timekeeping` in a PostgreSQL database and fill it with a simulated company."""
    from cli.simulate import advance_company, simulate_company

    if advance:
        advance_company(target, weeks, late_edits, deletions, seed, truth)
    else:
        simulate_company(target, employees, weeks, seed, truth, until.date() if until else None)


@cli.command()
@click.option(
    "--source", required=True, metavar="URL", help="postgresql://user:password@host:port/database; mariadb://, mysql://"
)
@click.option(
    "--mapping", metavar="FILE", default="timekeeping", show_default=True,
    help="The mapping of the source: a file under sources/, or its name.",
)  # fmt: skip
@state_option
@click.option("--from", "low", type=click.DateTime(), help="Load again what changed since then (UTC) …")
@click.option("--to", "high", type=click.DateTime(), help="… and before then. The watermarks stay.")
@click.option(
    "--sweep", is_flag=True, help="Look for deleted rows and compare all days now; else it is done once a day."
)
@click.option(
    "--engine", type=click.Choice(["sqoop", "spark"]), default="sqoop", show_default=True, help="What ingests."
)
def run(
    source: str, mapping: str, state: Path, low: datetime | None, high: datetime | None, sweep: bool, engine: str
) -> None:
    """Ingest what changed in the source and detect: fires the schedule and waits until all has ended."""
    from cli.run import run as run_pipeline
    from cli.suspects import print_outcome

    if (low is None) != (high is None) or (low and high and low >= high):
        raise click.UsageError("--from and --to belong together, and --from comes first.")
    if low and sweep:
        raise click.UsageError("--sweep looks at everything, --from and --to at a period: ask for one of them.")
    asked: dict[str, object] | None = {"sweep": True} if sweep else None
    if low and high:
        asked = {"window": {"low": low.isoformat(), "high": high.isoformat()}}
    with run_pipeline(source, state, asked, mapping, engine):
        print_outcome()


@cli.command()
@state_option
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many of the newest runs.")
def runs(state: Path, limit: int) -> None:
    """List what runs did: rows, bytes that Athena read, seconds, retries, and what that costs on AWS."""
    from cli.runs import list_runs

    list_runs(state, limit)


@cli.command()
@click.argument("run")
@state_option
def rollback(run: str, state: Path) -> None:
    """Let readers see what they saw before a run of detect.

    RUN is its run id, a column of timesheet_scores. What it and the later runs took in is taken in again by the next
    run.
    """
    from cli.rollback import roll_back

    roll_back(run, state)


@cli.command()
@click.argument("sql")
@state_option
@click.option("--format", "output_format", type=click.Choice(["table", "csv", "parquet"]), default="table")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write instead of the terminal."
)
def query(sql: str, state: Path, output_format: str, output: Path | None) -> None:
    """Run one Athena statement in database `timesheets`."""
    from cli.query import run_query

    run_query(sql, state, output_format, output)


@cli.command()
@state_option
@click.option("--port", type=click.IntRange(1, 65535), default=4570, show_default=True)
def up(state: Path, port: int) -> None:
    """Serve the embedded cloud as an AWS endpoint until stopped."""
    from cli.up import serve

    serve(state, port)


@cli.command()
@click.argument("function")
@click.option("--event", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@state_option
def invoke(function: str, event: Path, state: Path) -> None:
    """Invoke one Lambda with one event, as `sam local invoke` does, without Docker.

    FUNCTION is a folder under functions/ or a logical id of template.yaml.
    """
    from cli.invoke import invoke_function

    invoke_function(function, event, state)


@cli.command()
@state_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("hourglass-report.html"),
    show_default=True,
)
def report(state: Path, output: Path) -> None:
    """Write the self-contained HTML report."""
    from cli.report import write_report_file

    write_report_file(state, output)


@cli.command()
@click.option(
    "--source",
    required=True,
    metavar="URL",
    help="postgresql://, mariadb:// or mysql://user:password@host:port/database",
)
@click.option(
    "--mapping", metavar="FILE", help="A mapping (FILE.yaml), or the name of one under sources/; else one that fits."
)
@click.option("--schema", help="List the tables of one schema, whether a mapping fits or not.")
@click.option("--write", type=click.Path(path_type=Path, dir_okay=False), help="New file for a mapping to start from.")
@click.option(
    "--engine", type=click.Choice(["sqoop", "spark"]), help="What will carry the rows, if not the template's."
)
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def doctor(
    source: str, mapping: str | None, schema: str | None, write: Path | None, engine: str | None, output_format: str
) -> None:
    """Say whether a source database can be ingested as it is, and what to fix.

    With a mapping it looks at everything that an ingest depends on; it only reads. Without one that fits it lists the
    tables and how each could be ingested. Exit 0: nothing keeps it from being ingested; 1: something does.
    """
    from cli.doctor import Asked
    from cli.doctor import doctor as examine

    examine(source, Asked(mapping, write, schema, engine, output_format))


@cli.command()
@state_option
@click.option("--employees", type=click.IntRange(min=10), default=2000, show_default=True)
@click.option("--weeks", type=click.IntRange(min=1), default=26, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def demo(state: Path, employees: int, weeks: int, seed: int) -> None:
    """The main job from end to end on a simulated company, with an embedded PostgreSQL as the source."""
    from cli.demo import run_demo

    run_demo(state, employees, weeks, seed)


def main() -> None:
    """Entry point: an error is one sentence; `--debug` shows the traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a character that the terminal lacks is no reason to stop
            stream.reconfigure(errors="replace")
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except CommandError as error:
        if "--debug" in sys.argv:
            raise
        click.echo(f"hourglass: {error}", err=True)
        sys.exit(error.exit_code)
    finally:
        gc.freeze()  # the process ends: looking through half a million objects once more takes it a second
