"""How evenly the rows of a table lie between the mappers that share it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from hourglass.sources import SourceTable

from doctor.database import Database
from doctor.mapped import rows_of

WHOLE = ("bigint", "integer")
CANDIDATES = 6


@dataclass(frozen=True)
class LookedAt:
    """Which rows are looked at: in words, empty for all of them, and the FROM item or the number of rows that does it.

    `is_even` when every row is as likely as any other to be among them.
    """

    words: str
    relation: str | None
    limit: int | None
    is_even: bool


EVERY_ROW = LookedAt("", None, None, is_even=True)


def fullest_shares(
    database: Database, table: SourceTable, rows: LookedAt, ranges: Mapping[str, tuple[int, int]], seconds: float
) -> dict[str, float]:
    """The share of the fullest of equal ranges: of the split column, and of others that could take its place.

    `ranges` are those of the rows that were looked at; of the split column those of all rows are asked for. Rows that
    are no even sample tell nothing, so that then all are counted, for the split column alone.
    """
    split = table.split_by
    if split is None or split not in ranges:
        return {}
    others = [name for name in (*table.key, *(c.name for c in table.columns if c.type in WHOLE)) if name in ranges]
    candidates = list(dict.fromkeys([split, *others]))[:CANDIDATES] if rows.is_even else [split]
    bounds = {**ranges, split: _bounds(database, table, split, ranges[split], seconds) if rows.words else ranges[split]}
    asked = {}
    for name in candidates:
        low, high = bounds[name]
        ends = [low + (high - low + 1) * mapper // table.mappers for mapper in range(table.mappers + 1)]
        for mapper, (start, end) in enumerate(pairwise(ends)):
            asked[name, mapper] = times(f"{or_zero(name)} >= {start} and {or_zero(name)} < {end}")
    counted = rows if rows.is_even else EVERY_ROW
    origin = rows_of(table, candidates, counted.relation, counted.limit)
    total, *answers = database.rows(f"select count(*), {', '.join(asked.values())} from {origin}", seconds)[0]
    found = dict(zip(asked, answers, strict=True))
    return {
        name: max(int(found[name, mapper] or 0) for mapper in range(table.mappers)) / int(total)
        for name in candidates
        if total
    }


def _bounds(
    database: Database, table: SourceTable, split: str, seen: tuple[int, int], seconds: float
) -> tuple[int, int]:
    """Lowest and highest of all rows, as the engines ask for them; an index answers that at once."""
    low, high = database.rows(f"select min({split}), max({split}) from {rows_of(table, [split])}", seconds)[0]
    known = [*seen, *(int(end) for end in (low, high) if end is not None)]
    return min(known), max(known)


def or_zero(name: str) -> str:
    """NULL counts as 0, where the ranges of the engines begin when there is one."""
    return f"coalesce({name}, 0)"


def times(condition: str) -> str:
    """How many rows fulfil a condition."""
    return f"sum(case when {condition} then 1 else 0 end)"
