"""What the straight script is to do, worked out beforehand: COPY queries and the SQL files in DuckDB's dialect."""

from dataclasses import asdict, dataclass

from hourglass.chain import BUILT, DELETED, Chain, Query, read_chain
from hourglass.sources import LANDS_AS_STRING, load_source
from hourglass.sql_files import load_sql
from hourglass.sweeps import KEYS, with_sweeps
from sqlglot import exp


@dataclass(frozen=True)
class RawTable:
    """One table of the source: how it is read, and its columns as they land."""

    name: str
    query: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Step:
    """One SELECT in DuckDB's dialect; `partition` is None for a single file."""

    name: str
    stage: str
    sql: str
    partition: str | None = None


@dataclass(frozen=True)
class StraightPlan:
    """In the order of the work; `before` makes the empty tables of a first run, `marts` comes after the scores."""

    raw: tuple[RawTable, ...]
    before: tuple[str, ...]
    steps: tuple[Step, ...]
    checks: tuple[Step, ...]
    marts: tuple[Step, ...]
    late_checks: tuple[Step, ...]
    score_columns: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def straight_plan() -> StraightPlan:
    chain = read_chain(load_sql())
    late = chain.after_scores | {"timesheet_scores"}
    steps = [_step(chain, name) for name in chain.order if name != "timesheet_scores"]
    touched = chain.plans["touched_weeks"]
    clean = frozenset(name for name in chain.order if name in chain.queries[name].before)
    checks = [(query, Step(query.name, "checks", _select(query))) for query in chain.checks.values()]
    return StraightPlan(
        raw=_raw_tables(),
        before=tuple(_before(chain, name) for name in sorted(clean)),
        steps=(
            *(step for step in steps if step.stage in ("typed", DELETED)),
            Step(touched.name, "plan", _select(touched, clean)),
            *(step for step in steps if step.stage not in ("typed", DELETED) and step.name not in late),
        ),
        checks=tuple(step for query, step in checks if not late.intersection(query.inputs)),
        marts=tuple(step for step in steps if step.name in late),
        late_checks=tuple(step for query, step in checks if late.intersection(query.inputs)),
        score_columns=chain.tables["timesheet_scores"].column_names,
    )


def _raw_tables() -> tuple[RawTable, ...]:
    source = with_sweeps(load_source("timekeeping"))
    return tuple(
        RawTable(
            table.name,
            "select "
            + ", ".join(f"{column.expression} as {column.name}" for column in table.columns)
            + f" from {table.relation}",
            tuple((column.name, "text" if column.type in LANDS_AS_STRING else column.type) for column in table.columns),
        )
        for table in source.tables
        if not table.name.startswith(KEYS)
    )


def _step(chain: Chain, name: str) -> Step:
    query, table = chain.queries[name], chain.tables[name]
    casts = ", ".join(
        exp.alias_(exp.cast(exp.column(column.name), column.type, dialect="athena"), column.name).sql("duckdb")
        for column in table.columns
    )
    if query.stage == DELETED:  # a first run knows no rows that could be gone
        select = "select " + ", ".join(f"null as {column}" for column in table.column_names) + " where false"
    else:
        select = _select(query, frozenset(query.before))
    return Step(name, query.stage, f"select {casts} from ({select}) as {BUILT}", table.partition)


def _before(chain: Chain, name: str) -> str:
    columns = chain.tables[name].columns
    types = [f"{each.name} {exp.DataType.build(each.type, dialect='athena').sql('duckdb')}" for each in columns]
    return f"create table {name}_before ({', '.join(types)})"


def _select(query: Query, before: frozenset[str] = frozenset()) -> str:
    """The SELECT of a file; the tables in `before` are read as they were before a first run: empty."""
    if query.tree is None:
        raise ValueError(f"{query.name} has no SELECT")
    tree = query.tree.copy()
    for table in list(tree.find_all(exp.Table)):
        if table.name in before:
            table.replace(exp.alias_(exp.table_(f"{table.name}_before"), table.alias_or_name, table=True))
    return str(tree.sql(dialect="duckdb"))
