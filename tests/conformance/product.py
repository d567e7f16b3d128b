"""The argument lists that the product itself builds, for its own mappings and for one over the nasty tables."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hourglass.commands import Access
from hourglass.engines import Engine
from hourglass.imports import COLUMNS_TABLE, CONTROL_TABLE, OLDEST, Landing
from hourglass.lake import Lake, plan_folder
from hourglass.sources import Source, read_source
from hourglass.sqoop import Sqoop
from hourglass.steps import Extract, first_steps, step_of
from hourglass.sweeps import with_sweeps
from hourglass.windows import Window

from tests.conformance.databases import Database
from tests.conformance.emr import LAKE, REGION, WRAPPER, landed

INGEST_DATE = "2026-03-01"
LOW, HIGH = datetime(2026, 2, 1, 11, 0, 0, 1, UTC), datetime(2026, 2, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Mapped:
    """A source mapping and the windows to read of its tables."""

    name: str
    source: Source
    windows: Mapping[str, Window]

    @property
    def tables(self) -> list[str]:
        """Everything that lands."""
        return [*(table.name for table in self.source.tables), COLUMNS_TABLE, CONTROL_TABLE, OLDEST]

    def landing(self, sqoop: str) -> Landing:
        return Landing(f"{self.name}-{sqoop}", INGEST_DATE)

    def steps(self, sqoop: str, database: Database, secret_arn: str) -> list[dict[str, Any]]:
        """The steps of the product for Sqoop, with the mapping in their names."""
        access = Access(database.jdbc_url, secret_arn, REGION, {"sqoop_with_secret.sh": WRAPPER})
        return self.steps_by(Sqoop(), access, sqoop)

    def steps_by(self, engine: Engine, access: Access, importer: str) -> list[dict[str, Any]]:
        """The steps of the product for an engine, with the mapping in their names."""
        extract = Extract(engine, access, self.source, self.windows, self.landing(importer), Lake(LAKE))
        checked = {table.name: self.windows[table.name] for table in self.source.tables if table.check_column}
        asked = [{"totals": "before"}, *({"import": table.name} for table in self.source.tables), {"totals": "after"}]
        steps = [
            *first_steps(extract),
            step_of(replace(extract, windows=checked), {"oldest": "rows"}, []),
            *(step_of(extract, each, []) for each in (*asked, {"copy": "landing"})),
        ]
        return [{**step, "Name": f"{self.name}: {step['Name']}"} for step in steps]

    def landed(self, sqoop: str, table: str) -> dict[str, Path]:
        """The files of one table in the lake."""
        landing = self.landing(sqoop)
        if table == OLDEST:
            return landed(f"{plan_folder(landing.run_id)}{OLDEST}/")
        return landed(f"raw/{landing.partition(table)}/")


def mapped(name: str, mapping: Path, low: datetime | None = LOW, high: datetime = HIGH) -> Mapped:
    """A mapping whose tables with a check column are read from `low` to `high`; without `low` also the sweeps."""
    read = read_source(mapping.read_text(encoding="utf-8"))
    source = with_sweeps(read) if low is None else read
    whole = Window(None, None)
    return Mapped(name, source, {t.name: Window(low, high) if t.check_column else whole for t in source.tables})
