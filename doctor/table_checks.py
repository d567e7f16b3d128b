"""What is to be said about one mapped table: its columns as the catalog has them, and how it is found and read."""

from collections.abc import Iterator
from dataclasses import dataclass

from hourglass.sources import Source, SourceColumn, SourceTable

from doctor.facts import Survey, Table
from doctor.findings import Finding, error, note, warning
from doctor.mapped import Origin, origin_of, physical_name, physical_tables
from doctor.measuring import Measured
from doctor.proposal import LARGE_ROWS
from doctor.sensitive import looks_secret
from doctor.wording import rows

FEW_ROWS = 10_000


@dataclass(frozen=True)
class Examined:
    """One mapped table, with what the catalog and its rows say."""

    source: Source
    table: SourceTable
    survey: Survey
    measured: Measured

    @property
    def origin(self) -> Origin | None:
        return origin_of(self.source, self.table, self.survey)

    @property
    def physical(self) -> list[Table]:
        return physical_tables(self.source, self.table, self.survey)

    @property
    def estimate(self) -> int:
        """Rows of the largest table behind it, as the catalog estimates; what was counted when that is known."""
        counted = self.measured.rows if not self.measured.of else 0
        return max([counted, *(table.rows or 0 for table in self.physical)])

    @property
    def size(self) -> str:
        """`estimate` in words."""
        exact = self.measured.rows == self.estimate and not self.measured.of
        return rows(self.estimate) if exact else f"about {rows(self.estimate)}"

    def column(self, name: str) -> SourceColumn:
        return next(column for column in self.table.columns if column.name == name)

    def named(self, name: str) -> str:
        """One of the mapping's columns, with what it is called at the source if that differs."""
        at_source = self.at_source(name)
        return name if at_source == name else f"{name} ({at_source} at the source)"

    def at_source(self, name: str) -> str:
        """The source's name of one of the mapping's columns, or the expression that computes it."""
        return (
            physical_name(self.source, self.table, name, self.origin) if self.origin else self.column(name).expression
        )


def catalog_findings(examined: Examined) -> Iterator[Finding]:
    """What can be said without looking at a single row."""
    for table in examined.physical:
        yield from _table(table)
    yield from _check_column(examined)
    yield from _split_column(examined)
    for read in examined.table.reads:
        if looks_secret(read.column):
            yield warning(
                "secret",
                f"The mapping reads {read.table}.{read.column}, whose name says that it is a secret.",
                "Leave it out of the mapping unless you know better.",
            )


def _table(table: Table) -> Iterator[Finding]:
    name = f"{table.schema}.{table.name}"
    if table.hides_rows:
        yield error(
            "hidden-rows",
            f"Row level security hides rows of {name} from this user: they would be missing, and later taken for "
            "deleted.",
            "Give the user BYPASSRLS or a policy that shows it every row.",
        )
    if table.engine == "MyISAM":
        yield warning(
            "myisam",
            f"{name} is a MyISAM table: a long read blocks everybody who writes to it.",
            "Convert it to InnoDB, or read a replica.",
            f"alter table `{table.schema}`.`{table.name}` engine = InnoDB",
        )
    if table.kind == "foreign table":
        yield note("foreign-table", f"{name} is a foreign table: another server is asked for every window.")


def _check_column(examined: Examined) -> Iterator[Finding]:
    table = examined.table
    if table.check_column is None:
        if examined.estimate > LARGE_ROWS:
            yield warning(
                "no-check-column",
                f"It has no check column: every run reads all of its {examined.size}.",
                "Name a column that moves on every write, if the source has one.",
            )
        return
    yield from _check_index(examined, table.check_column)


def _check_index(examined: Examined, check_column: str) -> Iterator[Finding]:
    origin = examined.origin
    if origin is None or origin.table.kind in ("view", "foreign table"):
        return
    name = examined.at_source(check_column)
    if origin.table.leads_an_index(name) or origin.table.leads_an_index(f"({name})"):
        return
    is_large = examined.estimate > FEW_ROWS
    kind = warning if is_large else note
    every_run = (
        f"every run reads all of its {examined.size}"
        if is_large
        else "every run reads the whole table, which is small today"
    )
    postgresql = examined.survey.server.is_postgresql
    if origin.table.column(name) is None:
        yield kind(
            "computed-check-column",
            f"Its check column is computed ({name}) and nothing indexes that: {every_run}.",
            "Index the expression." if postgresql else "Index a generated column that computes it, and map that.",
            *([f"create index concurrently on {_quoted(examined, origin.table)} (({name}))"] if postgresql else []),
        )
        return
    quoted = examined.source.dialect.quoted
    made = "concurrently" if postgresql else quoted(f"{origin.table.name}_{name}")
    statement = f"create index {made} on {_quoted(examined, origin.table)} ({quoted(name)})"
    yield kind(
        "no-index",
        f"{origin.table.schema}.{origin.table.name} has no index on {name}: {every_run}.",
        "Create one.",
        statement,
    )


def _quoted(examined: Examined, table: Table) -> str:
    return examined.source.dialect.quoted(table.schema, table.name)


def _split_column(examined: Examined) -> Iterator[Finding]:
    table = examined.table
    if table.mappers == 1:
        if examined.estimate > 10 * LARGE_ROWS:
            yield note(
                "one-mapper",
                f"One connection reads all of its {examined.size}.",
                "Give it split_by and mappers, and they are read by several.",
            )
        return
    kind = examined.column(table.split_by).type if table.split_by else "bigint"
    if kind not in ("bigint", "integer", "numeric"):
        yield error(
            "split-type",
            f"Its split column {table.split_by} is a {kind}: only the range of a number "
            "can be shared by several mappers.",
            "Name a number, or leave mappers out.",
        )
