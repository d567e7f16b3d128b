"""The plan of one detection: the statements of each phase, and what it publishes.

Two documents in S3 hold it: `typing` (tables to create, type the landed rows, find the touched weeks) and
`chain` (everything after). A statement is found by document and name, so states pass only those.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from hourglass.chain import RAW, Chain, Query
from hourglass.inputs import Inputs, Names
from hourglass.lake import Lake
from hourglass.landings import Landing, runs_by_table, tables_with_news
from hourglass.model_life import schema_hash
from hourglass.plans import SCORED, SCORES, Statement
from hourglass.publication import CatalogTable, columns_are_added
from hourglass.rebuild import Change, Published, Rebuild, Weeks, plan_rebuild
from hourglass.statements import Writer
from hourglass.tables import Kind, table_input

TOUCHED = "touched_weeks"


@dataclass(frozen=True)
class Phase:
    """Statements in groups: those of a group may run at the same time."""

    groups: tuple[tuple[Statement, ...], ...]

    def names(self) -> list[list[str]]:
        return [[statement.name for statement in group] for group in self.groups]

    def statements(self) -> Iterable[Statement]:
        return (statement for group in self.groups for statement in group)


@dataclass(frozen=True)
class Planner:
    """Plans one detection run for one chain, database and lake."""

    chain: Chain
    names: Names
    lake: Lake

    def typing(
        self, landings: Sequence[Landing], existing: Mapping[str, CatalogTable], published: Mapping[str, Weeks]
    ) -> dict[str, Any]:
        """The document `typing`. `published` are the weeks that readers see of the tables that tell what is touched.

        Shape: run_id, ingest_runs (all that this detection takes in), news (those with new rows), landed (the
        runs of each table), typed,
        `create` (what the catalog gets for the tables that do not exist yet, and for the one that takes the
        scores when there is news), `widen` (the columns of the tables to which a release has added some), statements by
        name, and the groups `type`.

        Raises:
            SchemaMismatchError: a table that exists has columns that cannot be kept.
        """
        news = tuple(landing.run_id for landing in landings if landing.news)
        typed = tables_with_news(landings)
        unknown = sorted(typed - self.chain.queries.keys())
        if unknown:
            raise KeyError(f"neither sql/typed/ nor sql/deleted/ has {', '.join(unknown)}, but rows of it have landed")
        landed = runs_by_table(landings)
        rebuild = Rebuild(typed, {}, news, published, landed)
        missing = sorted(self.chain.tables.keys() - existing.keys())
        create = [table_input(self.chain.tables[name], self.lake.empty_location(name)) for name in missing]
        if news:
            staging = self.names.staging_name(SCORES)
            create.append(table_input(self.chain.tables[SCORES], self._location(SCORES), staging))
        typing = self._built(typed, rebuild)
        touch = self._writer(rebuild).rows(self.chain.plans[TOUCHED], None)
        return {
            "run_id": self.names.run_id,
            "ingest_runs": [landing.run_id for landing in landings],
            "news": list(news),
            "landed": landed,
            "typed": sorted(typed),
            "create": create,
            "widen": self._widened(existing),
            "groups": {"type": typing.names()},
            "statements": _by_name([touch, *typing.statements()]),
        }

    def chain_plan(
        self,
        typing: Mapping[str, Any],
        touched: Iterable[Mapping[str, str | None]],
        published: Published,
        weeks_per_scoring: int,
    ) -> dict[str, Any]:
        """The document `chain`, from the rows of touched_weeks and what readers see now.

        Shape: run_id, statements by name, groups `features` and `marts`, lists `check_features` and
        `check_marts`, `score` (lists of weeks), `feature_schema`, `scores_columns`, and `publish` (table, kind,
        location, partitions, definition).
        """
        change = Change(
            touched_weeks(touched), frozenset(typing["typed"]), tuple(typing["news"]), typing.get("landed", {})
        )
        rebuild = plan_rebuild(self.chain, change, published)
        late = self.chain.after_scores
        early = rebuild.tables - change.typed - late - {SCORES}
        features = self._built(early, rebuild)
        marts = self._built(rebuild.tables & late, rebuild)
        checks = {True: list[Statement](), False: list[Statement]()}
        for check in self.chain.checks.values():
            if self._applies(check, rebuild):
                reads_late = not (late | {SCORES}).isdisjoint(check.inputs)
                weeks = frozenset[date]().union(*(rebuild.weeks.get(each, ()) for each in check.inputs))
                checks[reads_late].append(self._writer(rebuild).count(check, weeks))
        features_columns = [(column.name, column.hive_type) for column in self.chain.tables[SCORED].columns]
        statements = [*features.statements(), *marts.statements(), *checks[False], *checks[True]]
        return {
            "run_id": self.names.run_id,
            "statements": _by_name(statements),
            "groups": {"features": features.names(), "marts": marts.names()},
            "check_features": [check.name for check in checks[False]],
            "check_marts": [check.name for check in checks[True]],
            "score": _chunks(_texts(rebuild.weeks.get(SCORES, ())), weeks_per_scoring),
            "feature_schema": schema_hash(features_columns),
            "scores_columns": [[column.name, column.hive_type] for column in self.chain.tables[SCORES].columns],
            "publish": [self._publish(name, rebuild) for name in self.chain.order if name in rebuild.tables],
        }

    def _widened(self, existing: Mapping[str, CatalogTable]) -> dict[str, list[dict[str, str]]]:
        """What the catalog gets as columns of the tables to which a release has added some."""
        found = {}
        for name in sorted(self.chain.tables.keys() & existing.keys()):
            table = self.chain.tables[name]
            columns = tuple((column.name, column.hive_type) for column in table.columns)
            if columns_are_added(existing[name], CatalogTable(name, columns, table.partition, "")):
                found[name] = table_input(table, "")["StorageDescriptor"]["Columns"]
        return found

    def _location(self, name: str) -> str:
        return self.lake.table_location(name, self.names.run_id)

    def _writer(self, rebuild: Rebuild) -> Writer:
        return Writer(Inputs(self.names, self.chain.tables.__getitem__, rebuild))

    def _built(self, names: Iterable[str], rebuild: Rebuild) -> Phase:
        writer = self._writer(rebuild)
        groups: list[tuple[Statement, ...]] = []
        for level in self.chain.levels(names):
            first: list[Statement] = []
            further: list[Statement] = []
            for name in level:
                head, *rest = writer.build(self.chain.queries[name], self.chain.tables[name], self._location(name))
                first.append(head)
                further.extend(rest)
            groups.append(tuple(first))
            if further:
                groups.append(tuple(further))
        return Phase(tuple(groups))

    def _applies(self, check: Query, rebuild: Rebuild) -> bool:
        """Whether this run changes what the check reads, and every raw table that it reads has landed."""
        landed = all(
            f"typed_{name.removeprefix(RAW)}" in rebuild.tables for name in check.inputs if name.startswith(RAW)
        )
        return landed and not rebuild.tables.isdisjoint(check.inputs)

    def _publish(self, name: str, rebuild: Rebuild) -> dict[str, Any]:
        kind = self.chain.tables[name].kind
        partitions = {
            Kind.WEEKLY: _texts(rebuild.weeks.get(name, ())),
            Kind.PER_RUN: list(rebuild.run_ids),
            Kind.WHOLE: [],
        }[kind]
        return {
            "table": name,
            "kind": kind.name,
            "location": self._location(name),
            "partitions": partitions,
            "definition": self.chain.definition(name),
        }


def touched_weeks(rows: Iterable[Mapping[str, str | None]]) -> dict[str, frozenset[date]]:
    """Weeks by table from the rows `table_name, week_start` of sql/plan/touched_weeks.sql."""
    found: dict[str, set[date]] = {}
    for row in rows:
        if row["week_start"] is not None:
            found.setdefault(str(row["table_name"]), set()).add(date.fromisoformat(row["week_start"]))
    return {table: frozenset(weeks) for table, weeks in found.items()}


def _by_name(statements: Iterable[Statement]) -> dict[str, Any]:
    return {statement.name: statement.as_json() for statement in statements}


def _texts(weeks: Iterable[date]) -> list[str]:
    return [week.isoformat() for week in sorted(weeks)]


def _chunks(values: list[str], size: int) -> list[list[str]]:
    return [values[start : start + size] for start in range(0, len(values), size)]


class Partitions(Protocol):
    def partitions(self, table: str) -> Mapping[str, str]:
        """Location by partition value."""


def published_weeks(
    chain: Chain, tables: Iterable[str], published: Mapping[str, str], catalog: Partitions
) -> Published:
    """What readers see now, from the catalog. `published` are the definitions by which tables were built: one that
    another release has built counts as not published, so it is built for every week."""
    weekly = [name for name in tables if name in chain.tables and chain.tables[name].kind is Kind.WEEKLY]
    weeks = {name: frozenset(map(date.fromisoformat, catalog.partitions(name))) for name in weekly}
    current = {name for name, definition in published.items() if _is_current(chain, name, definition)}
    return Published(weeks, frozenset(current))


def _is_current(chain: Chain, name: str, definition: str) -> bool:
    return name in chain.queries and chain.definition(name) == definition
