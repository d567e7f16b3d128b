"""The Athena statements of a run, built from syntax trees: what a SELECT reads, what it writes and where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from hourglass.chain import BUILT, ChainError, Query
from hourglass.inputs import Inputs, Names, partition_in
from hourglass.plans import Statement
from hourglass.rebuild import Weeks
from hourglass.tables import DIALECT, Kind, Table

PARTITIONS_PER_STATEMENT = 100  # what one CTAS or INSERT may write


@dataclass(frozen=True)
class Writer:
    """Builds the statements of one run."""

    inputs: Inputs

    @property
    def names(self) -> Names:
        return self.inputs.names

    def build(self, query: Query, table: Table, location: str) -> Iterator[Statement]:
        """The statements that build one table at a fresh location: a CTAS, then one INSERT per further
        hundred partitions."""
        own_weeks = self.inputs.rebuild.weeks.get(table.name, frozenset())
        for number, values in enumerate(self._batches(table)):
            weeks = self._weeks(table, values)
            select = self._result(query, table, values, weeks, own_weeks)
            target = self.names.staged(table.name)
            if number == 0:
                yield Statement(
                    table.name,
                    render(_create_as(target, select, location, table)),
                    self.names.staging_name(table.name),
                    (location,),
                    tuple(values),
                )
            else:
                folders = tuple(f"{location}{table.partition}={value}/" for value in values)
                sql = render(exp.insert(select, target))
                yield Statement(f"{table.name}.{number}", sql, None, folders, tuple(values))

    def count(self, query: Query, weeks: Weeks | None) -> Statement:
        """How many rows a check finds, beside its name."""
        select = exp.select(
            exp.alias_(exp.Literal.string(query.name), "check_name"),
            exp.alias_(exp.Count(this=exp.Star()), "violations"),
        ).from_(BUILT)
        return Statement(f"check.{query.name}", render(self._with_inputs(query, select, weeks, frozenset())))

    def rows(self, query: Query, weeks: Weeks | None) -> Statement:
        """The rows of a SELECT as they are."""
        select = exp.select("*").from_(BUILT)
        return Statement(query.name, render(self._with_inputs(query, select, weeks, frozenset())))

    def _batches(self, table: Table) -> list[Sequence[str]]:
        rebuild = self.inputs.rebuild
        if table.kind is Kind.WHOLE:
            return [()]
        weekly = [week.isoformat() for week in sorted(rebuild.weeks.get(table.name, frozenset()))]
        values = weekly if table.kind is Kind.WEEKLY else list(rebuild.run_ids)
        return [
            values[start : start + PARTITIONS_PER_STATEMENT]
            for start in range(0, len(values), PARTITIONS_PER_STATEMENT)
        ]

    def _weeks(self, table: Table, values: Sequence[str]) -> Weeks | None:
        """The weeks that come out; None reads all weeks of the inputs: what landed may point to any week."""
        if table.kind is not Kind.WEEKLY:
            return None
        weeks = self.inputs.rebuild.weeks[table.name]
        return frozenset(week for week in weeks if week.isoformat() in values)

    def _result(
        self, query: Query, table: Table, values: Sequence[str], weeks: Weeks | None, own_weeks: Weeks
    ) -> exp.Select:
        casts = [
            exp.alias_(exp.cast(exp.column(column.name), column.type, dialect=DIALECT), column.name)
            for column in table.columns
        ]
        select = exp.select(*casts).from_(BUILT)
        if values:
            select = select.where(partition_in(table.kind, values))
        return self._with_inputs(query, select, weeks, own_weeks)

    def _with_inputs(self, query: Query, select: exp.Select, weeks: Weeks | None, own_weeks: Weeks) -> exp.Select:
        """`with <input> as (…), <the steps of the file>, built as (<its last SELECT>) <select>`."""
        if query.tree is None:
            raise ChainError(f"{query.name} has no SELECT: the model fills it")
        tree = query.tree.copy()
        steps = list(tree.ctes)
        tree.set("with_", None)
        for name, subquery in self.inputs.of(query, weeks, own_weeks):
            select = select.with_(name, as_=subquery, copy=False)
        for step in steps:
            select = select.with_(step.alias, as_=step.this, copy=False)
        return select.with_(BUILT, as_=tree, copy=False)


def _create_as(target: exp.Table, select: exp.Select, location: str, table: Table) -> exp.Create:
    properties: list[exp.Expression] = [
        exp.FileFormatProperty(this=exp.Literal.string("PARQUET")),
        exp.Property(this=exp.var("write_compression"), value=exp.Literal.string("ZSTD")),
        exp.Property(this=exp.var("external_location"), value=exp.Literal.string(location)),
    ]
    if table.partition:
        values = exp.Array(expressions=[exp.Literal.string(table.partition)])
        properties.append(exp.PartitionedByProperty(this=values))
    return exp.Create(this=target, kind="TABLE", expression=select, properties=exp.Properties(expressions=properties))


def render(tree: exp.Expression) -> str:
    return str(tree.sql(dialect=DIALECT, pretty=True, comments=False, copy=False))
