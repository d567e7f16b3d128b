"""What one statement of a run reads: for each table the staged version where there is one, else the published.

Each table becomes a common table expression of its own name, so the SELECT in the file stays as it is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from hourglass.chain import RAW, Query
from hourglass.plans import staging_name
from hourglass.rebuild import WEEK, Rebuild, Weeks, look_behind
from hourglass.tables import Kind, Table


@dataclass(frozen=True)
class Names:
    """Where tables are found: the database, and the suffix of the tables that this run stages."""

    database: str
    run_id: str

    def published(self, table: str) -> exp.Table:
        return exp.table_(table, db=self.database)

    def staged(self, table: str) -> exp.Table:
        return exp.table_(self.staging_name(table), db=self.database)

    def staging_name(self, table: str) -> str:
        return staging_name(table, self.run_id)


@dataclass(frozen=True)
class Inputs:
    """The versions that the statements of one run read."""

    names: Names
    tables: Callable[[str], Table]
    rebuild: Rebuild

    def of(self, query: Query, weeks: Weeks | None, own_weeks: Weeks) -> list[tuple[str, exp.Query]]:
        """One subquery per table that `query` reads, by table name.

        `weeks` are the weeks that come out, None for all; `own_weeks` those that the previous version
        of the query's own table is read for. Of other tables as they stood before the run all weeks are read.
        """
        needed = None if weeks is None else look_behind(weeks, query.look_back)
        found = [(name, self._input(name, needed)) for name in query.inputs]
        found += [(name, self._previous(name, own_weeks if name == query.name else None)) for name in query.before]
        return sorted(found, key=lambda pair: pair[0])

    def _input(self, name: str, needed: Weeks | None) -> exp.Query:
        if name.startswith(RAW):
            runs = _strings(self.rebuild.landed.get(name.removeprefix(RAW), self.rebuild.run_ids))
            return exp.select("*").from_(self.names.published(name)).where(exp.column("run_id").isin(*runs))
        table = self.tables(name)
        built = name in self.rebuild.tables
        if table.kind is Kind.WEEKLY:
            return self._weekly(table, needed)
        if table.kind is Kind.PER_RUN and not built:
            return _nothing(table, self.names.published(name))
        return _select(table, self.names.staged(name) if built else self.names.published(name))

    def _weekly(self, table: Table, needed: Weeks | None) -> exp.Query:
        built = self.rebuild.weeks.get(table.name, frozenset())
        published = self.rebuild.published.get(table.name, frozenset())
        staged, seen = self.names.staged(table.name), self.names.published(table.name)
        parts: list[exp.Query] = []
        if needed is None:
            if built:
                parts.append(_select(table, staged))
            if published - built:
                kept = _select(table, seen)
                parts.append(kept.where(exp.not_(_weeks_in(built))) if built else kept)
        else:
            if needed & built:
                parts.append(_select(table, staged).where(_weeks_in(needed & built)))
            if (needed - built) & published:
                parts.append(_select(table, seen).where(_weeks_in((needed - built) & published)))
        if not parts:
            return _nothing(table, seen)
        return parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)

    def _previous(self, name: str, weeks: Weeks | None) -> exp.Query:
        table = self.tables(name)
        published = self.names.published(name)
        if table.kind is not Kind.WEEKLY or weeks is None:
            return _select(table, published)
        known = weeks & self.rebuild.published.get(name, frozenset())
        return _select(table, published).where(_weeks_in(known)) if known else _nothing(table, published)


def _select(table: Table, source: exp.Table) -> exp.Select:
    return exp.select(*(exp.column(name) for name in table.column_names)).from_(source)


def _nothing(table: Table, source: exp.Table) -> exp.Select:
    """No row, with the table's types."""
    return _select(table, source).where(exp.false())


def _weeks_in(weeks: Iterable[date]) -> exp.Condition:
    """Consecutive weeks as a range: a history of years stays a short statement."""
    spans: list[list[date]] = []
    for week in sorted(weeks):
        if spans and week - spans[-1][1] == WEEK:
            spans[-1][1] = week
        else:
            spans.append([week, week])
    column = exp.column("week_start")
    return exp.or_(*(column.eq(_day(a)) if a == b else column.between(_day(a), _day(b)) for a, b in spans))


def partition_in(kind: Kind, values: Iterable[str]) -> exp.Condition:
    """The condition that the partition column is one of these values."""
    if kind is Kind.WEEKLY:
        return _weeks_in(map(date.fromisoformat, values))
    return exp.column("run_id").isin(*_strings(values))


def _day(week: date) -> exp.Cast:
    return exp.cast(exp.Literal.string(week.isoformat()), "date")


def _strings(values: Iterable[str]) -> list[exp.Literal]:
    return [exp.Literal.string(value) for value in values]
