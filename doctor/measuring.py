"""What the rows of a mapped table are like: counted on all of them, or on some of a large table, in bounded time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hourglass.sources import Source, SourceTable

from doctor.database import Database, Reading
from doctor.dialect import Dialect
from doctor.errors import QueryRefusedError, QueryTimeoutError
from doctor.facts import Survey
from doctor.mapped import ingest_query, origin_of, physical_name, physical_tables, rows_of
from doctor.spreading import EVERY_ROW, WHOLE, LookedAt, fullest_shares, or_zero, times

EXACT_ROWS = 1_000_000
SAMPLED_ROWS = 100_000
READ_ROWS = 50_000
SECONDS = 10.0
FAR_FUTURE_HOURS = 15  # no time zone is further ahead of UTC


@dataclass(frozen=True)
class Measured:
    """Counts over `rows` rows; `of` says in words which ones, and is empty when it was all of them."""

    rows: int = 0
    of: str = ""
    nulls: Mapping[str, int] = field(default_factory=dict)
    odd: Mapping[str, int] = field(default_factory=dict)
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    later_than_check: Mapping[str, int] = field(default_factory=dict)
    in_the_future: int = 0
    newest_ahead_seconds: float | None = None  # of the check column; what lies beyond every time zone is left out
    fullest_shares: Mapping[str, float] = field(default_factory=dict)  # by column, at the mapping's number of mappers
    duplicate_keys: int | None = None
    reading: Reading | None = None
    refused: str | None = None  # the database's words about the very query of an ingest
    uncounted: str | None = None  # its words about looking at every row
    untold: tuple[str, ...] = ()


def measure(database: Database, source: Source, table: SourceTable, survey: Survey) -> Measured:
    """Look at the rows of one table, as the mapping selects them."""
    untold: list[str] = []
    facts: dict[str, Any] = {}
    try:
        facts["reading"] = database.read(ingest_query(source, table), READ_ROWS, SECONDS)
    except QueryRefusedError as error:
        return Measured(refused=str(error))
    except QueryTimeoutError:
        untold.append(f"reading its first rows took more than {SECONDS:g} s")
    try:
        facts |= _looked_at(database, source, table, survey, untold)
    except QueryRefusedError as error:
        facts["uncounted"] = str(error)
    return Measured(**facts, untold=tuple(untold))


def _looked_at(
    database: Database, source: Source, table: SourceTable, survey: Survey, untold: list[str]
) -> dict[str, Any]:
    """Everything that is counted; what takes too long is told instead."""
    facts: dict[str, Any] = {}
    for rows in _choices(database, source, table, survey):
        try:
            facts |= _counted(database, table, rows)
            break
        except QueryTimeoutError:
            continue
    else:
        untold.append(f"counting its rows took more than {SECONDS:g} s")
    if table.mappers > 1 and "ranges" in facts:
        try:
            facts["fullest_shares"] = fullest_shares(database, table, rows, facts["ranges"], SECONDS)
        except QueryTimeoutError:
            untold.append(f"seeing how evenly {table.split_by} is spread took more than {SECONDS:g} s")
    origin = origin_of(source, table, survey)
    key = tuple(physical_name(source, table, name, origin) for name in table.key) if origin else ()
    if origin is None or not origin.table.is_unique(key):
        try:
            facts["duplicate_keys"] = _duplicates(database, table)
        except QueryTimeoutError:
            untold.append(f"looking for duplicate keys took more than {SECONDS:g} s")
    return facts


def _choices(database: Database, source: Source, table: SourceTable, survey: Survey) -> list[LookedAt]:
    """All rows unless the catalog says that there are too many; then, or when that takes too long, some of them."""
    origin = origin_of(source, table, survey)
    estimate = max((physical.rows or 0 for physical in physical_tables(source, table, survey)), default=0)
    everything = [EVERY_ROW] if estimate <= EXACT_ROWS else []
    if origin is None:
        return [*everything, LookedAt(f"the first {SAMPLED_ROWS:,} rows", None, SAMPLED_ROWS, is_even=False)]
    read = sorted({read.column for read in table.reads})
    sample = database.sample(origin.table, origin.alias, read, SAMPLED_ROWS)
    return [*everything, LookedAt(sample.words, sample.relation, None, sample.is_even)]


def _counted(database: Database, table: SourceTable, rows: LookedAt) -> dict[str, Any]:
    """One statement that looks once at every row."""
    asked = _questions(table, database.dialect)
    names = [column.name for column in table.columns]
    origin = rows_of(table, names, rows.relation, rows.limit)
    answers = database.rows(f"select count(*), {', '.join(asked.values())} from {origin}", SECONDS)[0]
    found = dict(zip(asked, answers[1:], strict=True))

    def group(kind: str) -> dict[str, int]:
        return {name: int(value or 0) for (what, name), value in found.items() if what == kind}

    lowest, highest = (
        {name: int(value) for (what, name), value in found.items() if what == kind and value is not None}
        for kind in ("lowest", "highest")
    )
    newest = found.get(("newest", "check"))
    return {
        "rows": int(answers[0]),
        "of": rows.words,
        "nulls": group("nulls"),
        "odd": group("odd"),
        "later_than_check": group("later"),
        "in_the_future": group("future").get("check", 0),
        "newest_ahead_seconds": None if newest is None else float(newest),
        "ranges": {name: (lowest[name], highest[name]) for name in lowest},
    }


def _questions(table: SourceTable, dialect: Dialect) -> dict[tuple[str, str], str]:
    """Aggregates by what they tell about which column."""
    asked = {("nulls", "key"): times(" or ".join(f"{name} is null" for name in table.key))}
    check, split = table.check_column, table.split_by
    for name in dict.fromkeys([*table.key, check, split]):
        if name is not None:
            asked["nulls", name] = times(f"{name} is null")
    whole = {*WHOLE, "boolean"} if dialect.booleans_are_numbers else set(WHOLE)
    for column in table.columns:
        name = column.name
        if column.type in whole:
            asked["lowest", name], asked["highest", name] = f"min({or_zero(name)})", f"max({or_zero(name)})"
        elif column.type in ("date", "timestamp"):
            asked["odd", name] = times(dialect.odd_date.format(name))
        elif column.type == "numeric":
            asked["odd", name] = times(dialect.odd_number.format(name))
        if check and column.type == "timestamp" and name != check:
            asked["later", name] = times(f"{name} <= {dialect.utc_now} and {name} > {check} + interval '1' second")
    if check:
        asked["future", "check"] = times(f"{check} > {dialect.utc_now}")
        near = f"{check} < {dialect.utc_now} + interval '{FAR_FUTURE_HOURS}' hour"
        asked["newest", "check"] = dialect.seconds_until.format(f"max(case when {near} then {check} end)")
    return asked


def _duplicates(database: Database, table: SourceTable) -> int:
    """Keys that several rows have."""
    key = ", ".join(table.key)
    origin = rows_of(table, list(table.key))
    grouped = f"select {key} from {origin} group by {key} having count(*) > 1"
    return int(database.rows(f"select count(*) from ({grouped}) as duplicated", SECONDS)[0][0])
