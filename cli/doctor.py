"""`hourglass doctor`: whether a source database can be ingested as it is, and what to fix."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from cli.errors import CommandError, UsageError
from cli.progress import console
from doctor.address import Address, parse_address
from doctor.choosing import fitting_mapping, known_mappings, read_mapping
from doctor.connect import connect
from doctor.deployment import deployment_by_default
from doctor.errors import DoctorError, MappingError, SourceUrlError
from doctor.examination import examine
from doctor.facts import Survey
from doctor.rendering import print_report
from doctor.report import Report
from doctor.surveying import (
    main_schema,
    no_mapping,
    proposals_of,
    starting_mapping,
    survey_report,
    written_mapping,
)


@dataclass(frozen=True)
class Asked:
    """What the command line says beyond the URL."""

    mapping: str | None = None
    write: Path | None = None
    schema: str | None = None
    engine: str | None = None
    output_format: str = "text"


def doctor(url: str, asked: Asked) -> None:
    """Print what was found.

    Raises:
        UsageError: the URL or the mapping cannot be read, or the file to write exists.
        CommandError: the database cannot be examined.
        SystemExit: it was, and ingest would fail on it.
    """
    if asked.write is not None and asked.mapping is not None:
        raise UsageError("--write makes a new mapping: leave --mapping out.")
    if asked.write is not None and asked.write.exists():
        raise UsageError(f"{asked.write} exists, and is left as it is: name another file.")
    try:
        address = parse_address(url)
        report = _report(address, asked)
    except (SourceUrlError, MappingError) as error:
        raise UsageError(str(error)) from error
    except DoctorError as error:
        where = f"{address.host}:{address.port}/{address.database}"
        raise CommandError(f"{where} cannot be examined: {error}") from error
    if asked.output_format == "json":
        console.print_json(json.dumps({**asdict(report), "verdict": report.verdict}))
    else:
        print_report(report, console)
    if report.errors:
        sys.exit(CommandError.exit_code)


def _report(address: Address, asked: Asked) -> Report:
    source = read_mapping(asked.mapping, address) if asked.mapping else None
    name, today, deployment = asked.mapping, date.today(), deployment_by_default(asked.engine)
    with connect(address) as database, _waiting(asked.output_format) as progress:
        survey = Survey(database.server(), tuple(database.tables()), datetime.now(UTC))
        if source is None and asked.schema is None and asked.write is None:
            name = fitting_mapping(survey, address, known_mappings())
            source = read_mapping(name, address) if name else None
        if source is not None and name is not None:
            return examine(database, survey, source, name, deployment, today, progress)
        proposals = proposals_of(survey, asked.schema)
        if asked.write is None:
            return survey_report(survey, proposals, no_mapping(known_mappings()), deployment, today)
        schema = asked.schema or main_schema(survey.tables, survey.server.default_schema)
        draft = starting_mapping(survey, proposals, schema, today)
        _write(asked.write, draft.text)
        written = written_mapping(str(asked.write), schema, draft.tables)
        return survey_report(survey, proposals, written, deployment, today)


def _write(file: Path, text: str) -> None:
    """Write a file that does not exist yet."""
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from error


@contextmanager
def _waiting(output_format: str) -> Iterator[Callable[[str], None]]:
    """Says on a terminal what is being looked at."""
    if not console.is_terminal or output_format == "json":
        yield lambda _: None
        return
    with console.status("Look at the catalogs") as status:
        yield status.update
