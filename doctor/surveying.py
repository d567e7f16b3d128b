"""A database that no mapping is known for: what is in it, and how each of its tables could be ingested."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from hourglass.dialects import DIALECTS
from hourglass.sources import load_source

from doctor.choosing import CANONICAL
from doctor.deployment import Deployment
from doctor.facts import Survey, Table
from doctor.findings import Section, error, note
from doctor.likeness import match_tables
from doctor.long_reads import long_reads_section
from doctor.proposal import Proposal, propose
from doctor.report import Report
from doctor.server_checks import clock_section, connection_section, engine_section, permission_section
from doctor.starting_mapping import Draft, write_mapping
from doctor.wording import listed, rows


def survey_report(
    survey: Survey, proposals: Sequence[Proposal], mapping: Section, deployment: Deployment, today: date
) -> Report:
    """What the server is like, and how each table could be ingested."""
    server = survey.server
    schemas = sorted({proposal.table.schema for proposal in proposals})
    total = sum(proposal.table.rows or 0 for proposal in proposals)
    return Report(
        title=f"{server.product} {server.version} at {server.host}:{server.port}/{server.database} as {server.user}",
        facts=(f"{len(proposals)} tables with about {rows(total)} in {listed(schemas) if schemas else 'no schema'}",),
        sections=(
            connection_section(server),
            clock_section(server, deployment),
            permission_section(server, [proposal.table for proposal in proposals]),
            long_reads_section(server, None),
            engine_section(deployment, today),
            mapping,
        ),
        proposals=tuple(sorted(proposals, key=lambda p: (-(p.table.rows or 0), p.table.schema, p.table.name))),
    )


def no_mapping(known: Sequence[str]) -> Section:
    """What is missing when nobody has named a mapping and none is for these tables."""
    finding = error(
        "no-mapping",
        f"None of the mappings that there are ({listed(list(known))}) is for these tables.",
        "Write one to start from with --write FILE, work it over, and examine it with --mapping FILE.",
    )
    return Section("Mapping", "none fits", (finding,))


def written_mapping(file: str, schema: str, tables: Sequence[str]) -> Section:
    """What to do with a mapping that has just been written."""
    finding = note(
        "written",
        f"{file} is a mapping to start from, with {_some(tables)} of schema {schema}."
        if tables
        else f"{file} has nothing in it yet: schema {schema} has no table with a key that may be read.",
        f"Read every line of it, then examine it with --mapping {file}.",
    )
    return Section("Mapping", f"written to {file}", (finding,))


def _some(names: Sequence[str]) -> str:
    return listed(list(names)) if len(names) <= 12 else f"{len(names)} tables"


def proposals_of(survey: Survey, schema: str | None) -> list[Proposal]:
    """A proposal for every table that this user may read, of one schema or of all."""
    return [propose(table) for table in survey.tables if table.readable and schema in (None, table.schema)]


def main_schema(tables: Sequence[Table], preferred: str) -> str:
    """The schema with the most rows; of several alike, or without any, the one where the connection looks."""
    counted = Counter({preferred: 0})
    for table in tables:
        counted[table.schema] += table.rows or 0
    return max(counted, key=lambda schema: (counted[schema], schema == preferred))


def starting_mapping(survey: Survey, proposals: Sequence[Proposal], schema: str, today: date) -> Draft:
    """A mapping for one schema."""
    dialect = DIALECTS["postgresql" if survey.server.is_postgresql else "mysql"]
    here = [proposal for proposal in proposals if proposal.table.schema == schema]
    wanted = load_source(CANONICAL).tables
    matches = match_tables(wanted, [proposal.table for proposal in here])
    return write_mapping(survey.server, dialect, schema, wanted, matches, here, today)
