"""The order of the work follows from the SQL: which table is built from which, and what looks how far back."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

import sqlglot
from sqlglot import exp

from hourglass.errors import HourglassError
from hourglass.plans import SCORED, SCORES
from hourglass.sql_files import STAGES, SqlFiles
from hourglass.tables import DIALECT, Table, parse_table

RAW, DELETED = "raw_", "deleted"
BUILT = "built"
_LOOK_BACK = re.compile(r"^--\s*Looks back (\d+) weeks?\.", re.MULTILINE | re.IGNORECASE)


class ChainError(HourglassError):
    """Raised when the files under `sql/` do not make a chain."""


@dataclass(frozen=True)
class Query:
    """One SELECT of the chain: what it reads and how many weeks before its own it needs.

    `before` are the tables that it reads as they stood before the run: its own, and those that tell which rows are
    gone. `tree` is None for the table that the model fills.
    """

    name: str
    stage: str
    inputs: tuple[str, ...]
    before: tuple[str, ...]
    look_back: int
    tree: exp.Query | None
    text: str = ""


@dataclass(frozen=True)
class Chain:
    """Every table and every SELECT, and how they hang together."""

    tables: Mapping[str, Table]
    queries: Mapping[str, Query]
    checks: Mapping[str, Query]
    plans: Mapping[str, Query]

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The tables that are built, each after all that it reads."""
        return tuple(name for level in self.levels(self.queries) for name in level)

    @cached_property
    def after_scores(self) -> frozenset[str]:
        """The tables that depend on the model's scores."""
        found = {SCORES}
        for name in self.order:
            if found.intersection(self.queries[name].inputs):
                found.add(name)
        return frozenset(found - {SCORES})

    def definition(self, name: str) -> str:
        """Changes when the SELECT or the columns of a table do, but not with a comment."""
        query = self.queries[name]
        words = [token.text for token in sqlglot.tokenize(query.text, dialect=DIALECT)]
        columns = [(column.name, column.hive_type) for column in self.tables[name].columns]
        return hashlib.sha256(repr((words, query.look_back, columns)).encode()).hexdigest()[:16]

    def levels(self, names: Iterable[str]) -> Iterator[tuple[str, ...]]:
        """These tables in groups; the members of a group do not read each other."""
        wanted = set(names)
        graph = TopologicalSorter({name: wanted.intersection(self.queries[name].inputs) for name in wanted})
        try:
            graph.prepare()
        except CycleError as error:
            raise ChainError(f"the SQL reads in a circle: {' ← '.join(error.args[1])}") from error
        while graph.is_active():
            ready = tuple(sorted(graph.get_ready()))
            yield ready
            graph.done(*ready)


def read_chain(sql: SqlFiles) -> Chain:
    """Parse all files.

    Raises:
        ChainError: a file cannot be parsed, reads what nothing builds, or the files read in a circle.
        TableDefinitionError: a table definition cannot be used.
    """
    tables = {name: parse_table(name, ddl) for name, ddl in sql.folder("tables").items()}
    queries = {name: parse_query(name, stage, text) for stage in STAGES for name, text in sql.folder(stage).items()}
    if SCORES in tables:
        queries[SCORES] = Query(SCORES, "scores", (SCORED,), (), 0, None)
    checks = {name: parse_query(name, "checks", text) for name, text in sql.folder("checks").items()}
    plans = {name: parse_query(name, "plan", text) for name, text in sql.folder("plan").items()}
    undefined = sorted(set(queries) - set(tables))
    if undefined:
        raise ChainError(f"sql/tables/ does not define {', '.join(undefined)}")
    for query in [*queries.values(), *checks.values(), *plans.values()]:
        unknown = [name for name in (*query.inputs, *query.before) if name not in tables and not name.startswith(RAW)]
        if unknown:
            raise ChainError(f"sql/{query.stage}/{query.name}.sql reads {', '.join(unknown)}, which nothing builds")
        shadowing = sorted(_steps(query.tree).intersection(tables))
        if shadowing:
            raise ChainError(f"sql/{query.stage}/{query.name}.sql has a step named like the table {shadowing[0]}")
    chain = Chain(tables, queries, checks, plans)
    _ = chain.order
    return chain


def parse_query(name: str, stage: str, text: str) -> Query:
    """Read one SELECT and find the tables that it reads.

    Raises:
        ChainError: it is no single SELECT, names a database, or has a step named like a table that it reads.
    """
    where = f"sql/{stage}/{name}.sql"
    try:
        tree = sqlglot.parse_one(text, dialect=DIALECT)
    except sqlglot.ParseError as error:
        raise ChainError(f"{where} cannot be read: {error}") from error
    if not isinstance(tree, exp.Query):
        raise ChainError(f"{where} is no SELECT")
    steps = _steps(tree)
    found = {table.name: table for table in tree.find_all(exp.Table) if table.name not in steps}
    qualified = sorted(name for name, table in found.items() if table.db)
    if qualified:
        raise ChainError(f"{where} names the database of {', '.join(qualified)}; the runner decides what is read")
    if BUILT in steps:
        raise ChainError(f"{where} calls one of its steps {BUILT}, a name that the runner uses itself")
    back = _LOOK_BACK.search(text)
    before = sorted(table for table in found if table == name or (stage == DELETED and not table.startswith(RAW)))
    inputs = sorted(found.keys() - set(before))
    return Query(name, stage, tuple(inputs), tuple(before), int(back.group(1)) if back else 0, tree, text)


def _steps(tree: exp.Query | None) -> set[str]:
    return {cte.alias for cte in tree.find_all(exp.CTE)} if tree is not None else set()
