"""What an engine answers to a query, in the words of Athena's API, and what differs between two answers."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

TOLERANCE = 1e-9  # of doubles: the order of a sum is not defined
_DOUBLES = ("double", "float", "real")

Row = Sequence[str | None]


class RefusedError(Exception):
    """Raised when an engine refuses a statement or fails at it; has its words."""


@dataclass(frozen=True)
class Answer:
    """Columns by name, their types, and the rows as text; None is NULL."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Sequence[Row]


def differences(ours: Answer, theirs: Answer, *, ordered: bool = False) -> list[str]:
    """What differs, in sentences: names, types, then rows, in their order only if that is defined."""
    if ours.columns != theirs.columns:
        return [f"the columns are {ours.columns}, Trino has {theirs.columns}"]
    pairs = zip(ours.columns, ours.types, theirs.types, strict=True)
    found = [f"{name} is {mine}, on Trino {other}" for name, mine, other in pairs if mine != other]
    if len(ours.rows) != len(theirs.rows):
        return [*found, f"{len(ours.rows)} rows, on Trino {len(theirs.rows)}"]
    doubles = [kind in _DOUBLES for kind in theirs.types]
    sides = [list(side.rows) if ordered else _sorted(side.rows, doubles) for side in (ours, theirs)]
    for mine, other in zip(*sides, strict=True):
        if not all(map(_same, mine, other, doubles)):
            found.append(f"{_shown(ours.columns, mine, other)} (ours, Trino)")
    return found


def _sorted(rows: Sequence[Row], doubles: Sequence[bool]) -> list[Row]:
    """Rows in an order that two engines share: doubles, which may differ in their last digits, decide last."""

    def order(row: Row) -> tuple[list[tuple[bool, str]], list[tuple[bool, float]]]:
        cells = list(zip(row, doubles, strict=True))
        exact = [_key(cell) for cell, is_double in cells if not is_double]
        return exact, [_rounded(cell) for cell, is_double in cells if is_double]

    return sorted(rows, key=order)


def _key(cell: str | None) -> tuple[bool, str]:
    return cell is not None, cell or ""


def _rounded(cell: str | None) -> tuple[bool, float]:
    return cell is not None, float(f"{float(cell):.7g}") if cell is not None and not _is_nan(cell) else 0.0


def _is_nan(cell: str) -> bool:
    return cell.lower() == "nan"


def _same(mine: str | None, other: str | None, is_double: bool) -> bool:
    if mine is None or other is None or not is_double or _is_nan(mine) or _is_nan(other):
        return mine == other
    return math.isclose(float(mine), float(other), rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _shown(columns: Sequence[str], mine: Row, other: Row) -> str:
    wrong = [(name, a, b) for name, a, b in zip(columns, mine, other, strict=True) if a != b]
    return "; ".join(f"{name}: {a!r}, {b!r}" for name, a, b in wrong)


def plain_type(text: str) -> str:
    """A type of Trino as Athena's API has it: only decimals keep their digits."""
    kept = re.sub(r"\b(varchar|char|timestamp|time)\(\d+\)", r"\1", text.lower())
    return kept.replace(", ", ",")
