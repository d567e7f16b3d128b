"""An ingest with a given mapping, thought through before anything is launched."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from hourglass.errors import SettingsError
from hourglass.landing import column_problems
from hourglass.sources import Source, SourceTable
from hourglass.steps import imports_at_a_time

from doctor.database import Database
from doctor.deployment import Deployment
from doctor.facts import Server, Survey
from doctor.findings import Finding, Section, error
from doctor.long_reads import long_reads_section
from doctor.mapped import catalog_query, physical_tables
from doctor.measuring import Measured, measure
from doctor.report import Report
from doctor.row_checks import row_findings
from doctor.server_checks import (
    clock_section,
    connection_section,
    connections_section,
    engine_section,
    permission_section,
)
from doctor.table_checks import Examined, catalog_findings
from doctor.wording import duration, rows, size

CATALOG_SECONDS = 30.0


@dataclass(frozen=True)
class Load:
    """What a first load of everything amounts to, as far as reading some of it tells."""

    rows: int
    bytes: float
    seconds: float
    longest_seconds: float


def examine(
    database: Database,
    survey: Survey,
    source: Source,
    mapping: str,
    deployment: Deployment,
    today: date,
    progress: Callable[[str], None],
) -> Report:
    """Look at everything that an ingest depends on."""
    problems = _column_problems(database, source)
    examined = []
    for table in source.tables:
        progress(f"Look at {table.name}")
        measured = Measured() if problems[table.name] else measure(database, source, table, survey)
        examined.append(Examined(source, table, survey, measured))
    load = _load(examined)
    read = {(t.schema, t.name): t for table in source.tables for t in physical_tables(source, table, survey)}
    server = survey.server
    first_load = f"a first load reads about {rows(load.rows)}, {size(load.bytes)}, over one connection from here in"
    return Report(
        title=f"{server.product} {server.version} at {server.host}:{server.port}/{server.database} as {server.user}",
        facts=(
            f"mapping {mapping}, {len(source.tables)} tables",
            f"{first_load} {duration(load.seconds)}; a cluster takes minutes to start",
        ),
        sections=(
            connection_section(server),
            clock_section(server, deployment),
            permission_section(server, list(read.values())),
            _connections(server, source, deployment),
            long_reads_section(server, load.longest_seconds),
            engine_section(deployment, today),
        ),
        tables=tuple(_section(one, problems[one.table.name]) for one in examined),
    )


def _connections(server: Server, source: Source, deployment: Deployment) -> Section:
    """What an ingest opens at a time: for as many tables side by side as SourceConnections allows."""
    per_table = max(table.mappers for table in source.tables) + 1
    try:
        at_a_time = min(imports_at_a_time(source, deployment.connections), len(source.tables))
    except SettingsError as refused:
        return connections_section(server, per_table, str(refused))
    return connections_section(server, at_a_time * per_table)


def _column_problems(database: Database, source: Source) -> dict[str, list[str]]:
    """By table: what an ingest would say about the columns that it finds."""
    found = [
        (str(table), str(column), str(kind))
        for table, column, kind in database.rows(catalog_query(source), CATALOG_SECONDS)
    ]
    return {table.name: list(column_problems(replace(source, tables=(table,)), found)) for table in source.tables}


def _section(examined: Examined, problems: list[str]) -> Section:
    findings: list[Finding] = [error("columns", _sentence(problem), _mend(problem)) for problem in problems]
    findings += catalog_findings(examined)
    if not problems:
        findings += row_findings(examined)
    return Section(examined.table.name, ", ".join(_facts(examined)), tuple(findings))


def _sentence(problem: str) -> str:
    return problem[0].upper() + problem[1:] + "."


def _mend(problem: str) -> str:
    if "is expected" in problem:
        return "Change the type in the mapping, or convert the column in an expression."
    return "Grant SELECT if it is there; otherwise change the mapping, with `absent: true` for a column it never had."


def _facts(examined: Examined) -> Iterator[str]:
    table: SourceTable = examined.table
    yield examined.size
    yield f"by {table.check_column}" if table.check_column else "reloaded whole"
    if table.mappers > 1:
        yield f"-m {table.mappers} over {table.split_by}"


def _load(examined: list[Examined]) -> Load:
    """Tables are read one after the other, each at the speed of its first rows through one connection."""
    seconds, volume = [0.0], 0.0
    for one in examined:
        reading = one.measured.reading
        if reading is not None and reading.rows:
            seconds.append(reading.seconds * one.estimate / reading.rows)
            volume += reading.bytes_per_row * one.estimate
    return Load(sum(one.estimate for one in examined), volume, sum(seconds), max(seconds))
