"""The steps of an extract cluster, and who may run beside whom.

A step is found again by its name, so a name says all that makes a step another one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hourglass.commands import COMMAND_RUNNER, Access, Command
from hourglass.engines import Engine
from hourglass.errors import NothingLandedError, SettingsError, SourceMappingError
from hourglass.failures import Failure
from hourglass.imports import Landing, columns_import, control_import, oldest_import, table_import
from hourglass.lake import Lake
from hourglass.sources import Source
from hourglass.sweeps import swept_table
from hourglass.windows import Window

READ_COLUMNS = "Read the columns of the source"
MOST_CHARACTERS = 10_240  # of the strings of one HadoopJarStep


@dataclass(frozen=True)
class Extract:
    """What one run extracts: by which engine, from where, which windows, to where.

    `windows` holds the tables that are still part of the run.
    """

    engine: Engine
    access: Access
    source: Source
    windows: Mapping[str, Window]
    landing: Landing
    lake: Lake


def first_steps(extract: Extract) -> list[dict[str, Any]]:
    """What a cluster does by itself, in this order; nothing can be read when one fails, so that ends the cluster."""
    columns = columns_import(extract.source, extract.landing, extract.lake)
    commands = {
        **extract.engine.preparation(extract.access),
        READ_COLUMNS: extract.engine.command(extract.access, columns),
    }
    return [_step(name, command, "TERMINATE_CLUSTER") for name, command in commands.items()]


def step_of(extract: Extract, asked: Mapping[str, str], failures: Iterable[Failure]) -> dict[str, Any]:
    """One step that a state asks for: `{"import": table}`, `{"totals": phase}`, `{"oldest": "rows"}` or
    `{"copy": "landing"}`.

    `failures` are those of imports. It runs beside others, so nothing else ends when it fails.

    Raises:
        NothingLandedError: there is nothing to copy or to total, because every import has failed.
        SourceMappingError: the mapping's SQL makes a step longer than EMR takes.
    """
    left_out = {each["table"]: each for each in failures}
    if left_out.keys() >= extract.windows.keys():
        raise NothingLandedError("; ".join(each["cause"] for each in left_out.values()))
    match dict(asked):
        case {"import": name}:
            table = extract.source.table(name)
            wanted = table_import(extract.source, table, extract.windows[name], extract.landing)
            return _checked(_step(f"Import {name}", extract.engine.command(extract.access, wanted)))
        case {"totals": phase}:
            windows = {name: window for name, window in extract.windows.items() if name not in left_out}
            step = _totals(extract, windows, phase)
            if _characters(step) > MOST_CHARACTERS:  # the tables go on; their sweeps fail for want of totals
                step = _totals(extract, {name: w for name, w in windows.items() if not swept_table(name)}, phase)
            return _checked(step)
        case {"oldest": _}:
            wanted = oldest_import(extract.source, extract.windows, extract.landing, extract.lake)
            return _checked(_step("Find the oldest rows", extract.engine.command(extract.access, wanted)))
        case {"copy": _}:
            return _step("Copy the landing to S3", copy_command(extract.landing, extract.lake, left_out))
        case _:
            raise KeyError(f"no step does {dict(asked)}")


def copy_command(landing: Landing, lake: Lake, left_out: Collection[str]) -> Command:
    """Everything that landed goes to `raw/`, but for the halves of tables that failed; files that are no Avro stay."""
    others = f"(?!.*/({'|'.join(sorted(left_out))})/ingest_date=)" if left_out else ""
    names = (f"--src={landing.root}", f"--dest={lake.raw_location()}", rf"--srcPattern={others}.*\.avro")
    return Command(COMMAND_RUNNER, ("s3-dist-cp", *names))


def _totals(extract: Extract, windows: Mapping[str, Window], phase: str) -> dict[str, Any]:
    wanted = control_import(extract.source, windows, extract.landing, extract.lake, phase)
    return _step(f"Take the totals {phase}", extract.engine.command(extract.access, wanted))


def _step(name: str, command: Command, on_failure: str = "CONTINUE") -> dict[str, Any]:
    return {
        "Name": name,
        "ActionOnFailure": on_failure,
        "HadoopJarStep": {"Jar": command.jar, "Args": list(command.arguments)},
    }


def _characters(step: Mapping[str, Any]) -> int:
    return sum(map(len, (step["HadoopJarStep"]["Jar"], *step["HadoopJarStep"]["Args"])))


def _checked(step: dict[str, Any]) -> dict[str, Any]:
    characters = _characters(step)
    if characters > MOST_CHARACTERS:
        raise SourceMappingError(
            f"the step {step['Name']!r} has {characters} characters, EMR takes {MOST_CHARACTERS}: "
            "shorten the mapping's SQL"
        )
    return step


def imports_at_a_time(source: Source, connections: int) -> int:
    """How many imports the source bears side by side; each asks for its boundaries on a connection of its own.

    Raises:
        SettingsError: not even the widest table alone fits.
    """
    widest = max(source.tables, key=lambda table: table.mappers)
    needed = widest.mappers + 1
    if needed > connections:
        raise SettingsError(
            f"table {widest.name} needs {needed} connections ({widest.mappers} mappers and one that plans them), but "
            f"SourceConnections is {connections}"
        )
    return connections // needed


def import_order(source: Source, names: Collection[str]) -> list[str]:
    """The widest of these tables first, so that the last ones to run are short."""
    wanted = [table for table in source.tables if table.name in names]
    return [table.name for table in sorted(wanted, key=lambda table: -table.mappers)]
