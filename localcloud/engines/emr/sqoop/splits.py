"""Divides an import among mappers exactly where Sqoop 1.4.7's splitters do.

Every function answers the splits as (lower clause, upper clause); both go into the query with AND.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_UP, Context, Decimal
from itertools import pairwise
from typing import Any

from localcloud.engines.emr.sqoop import columns
from localcloud.engines.emr.sqoop.errors import ImportFailedError, NotSupportedError

Split = tuple[str, str]
EVERYTHING: list[Split] = [("1=1", "1=1")]
ALLOW_TEXT_SPLITTER = "org.apache.sqoop.splitter.allow_text_splitter"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def split(
    sql_type: int,
    low: Any,
    high: Any,
    column: str,
    mappers: int,
    *,
    split_limit: int | None = None,
    allow_text: bool = False,
) -> list[Split]:
    """Splits `[low, high]`, the answer of the boundary query, by the type of its first column."""
    if sql_type in (columns.TINYINT, columns.SMALLINT, columns.INTEGER, columns.BIGINT):
        return split_integers(low, high, column, mappers, split_limit)
    if sql_type in (columns.DATE, columns.TIMESTAMP, columns.TIME):
        return split_times(sql_type, low, high, column, mappers, split_limit)
    if split_limit is not None:
        raise ImportFailedError(
            "split-limit is supported only with Integer and Date columns", "IllegalArgumentException"
        )
    if sql_type in (columns.NUMERIC, columns.DECIMAL):
        return split_decimals(low, high, column, mappers)
    if sql_type in (columns.BIT, columns.BOOLEAN):
        return split_booleans(low, high, column)
    if sql_type in (columns.REAL, columns.DOUBLE):
        raise NotSupportedError(
            "A floating-point --split-by column",
            "Sqoop's splitter loses rows on one; choose an integral column or -m 1.",
        )
    if sql_type in (columns.CHAR, columns.VARCHAR, columns.LONGVARCHAR):
        if not allow_text:
            raise ImportFailedError(
                "Generating splits for a textual index column allowed only in case of "
                f'"-D{ALLOW_TEXT_SPLITTER}=true" property passed as a parameter',
                "java.io.IOException: org.apache.sqoop.validation.ValidationException",
            )
        raise NotSupportedError("A textual --split-by column", "Choose an integral column or -m 1.")
    raise ImportFailedError(
        "Sqoop does not have the splitter for the given SQL data type. Please use either different split column "
        f"(argument --split-by) or lower the number of mappers to 1. Unknown SQL data type: {sql_type}",
        "java.io.IOException",
    )


def split_integers(low: int | None, high: int | None, column: str, mappers: int, limit: int | None) -> list[Split]:
    """IntegerSplitter: the remainder goes one by one to the first splits; a NULL end counts as 0 and adds a split."""
    if low is None and high is None:
        return [_nulls(column)]
    points = integer_points(max(mappers, 1), limit or 0, low or 0, high or 0)
    splits = _intervals(points, column, str)
    if low is None or high is None:
        splits.append(_nulls(column))
    return splits


def integer_points(splits: int, limit: int, low: int, high: int) -> list[int]:
    """The boundaries, one more than there are splits; a range wider than a long overflows as it does in Java."""
    distance = _java_long(high - low)
    size, remainder = _java_divide(distance, splits)
    if limit > 0 and (float(high) - float(low)) / splits > limit:
        wanted = _java_divide(distance, limit)[0]
        return integer_points(wanted if wanted != splits else wanted + 1, limit, low, high)
    points: list[int] = []
    current = low
    for i in range(splits + 1):
        points.append(current)
        if current >= high:
            break
        current = _java_long(current + size + (1 if i < remainder else 0))
    if len(points) == 1 or distance <= splits:
        points.append(high)
    return points


def _java_long(number: int) -> int:
    return (number + 2**63) % 2**64 - 2**63


def _java_divide(numerator: int, denominator: int) -> tuple[int, int]:
    quotient = abs(numerator) // denominator * (1 if numerator >= 0 else -1)
    return quotient, numerator - quotient * denominator


def split_decimals(low: Decimal | None, high: Decimal | None, column: str, mappers: int) -> list[Split]:
    """BigDecimalSplitter: steps of (high - low) / n at the scale of the bounds, rounded up."""
    if low is None and high is None:
        return [_nulls(column)]
    if low is None or high is None:
        raise ImportFailedError(
            "Cannot find a range for NUMERIC or DECIMAL fields with one end NULL.", "java.lang.NullPointerException"
        )
    if not (low.is_finite() and high.is_finite()):
        raise ImportFailedError(f"Bad value for type BigDecimal : {low if not low.is_finite() else high}",
                                "org.postgresql.util.PSQLException")  # fmt: skip
    exact = Context(prec=200)
    difference = exact.subtract(high, low)
    step = exact.divide(difference, Decimal(mappers))
    if exact.multiply(step, Decimal(mappers)) != difference:  # no finite expansion: BigDecimal.ROUND_UP at the scale
        step = step.quantize(Decimal(1).scaleb(int(difference.as_tuple().exponent)), ROUND_UP, exact)
    points: list[Decimal] = [low]
    while step > 0 and exact.add(points[-1], step) <= high:
        points.append(exact.add(points[-1], step))
    if (len(points) > 1 and points[-1] != high) or len(points) == 1:
        points.append(high)
    return _intervals(points, column, lambda point: format(point, "f"))


def split_times(sql_type: int, low: Any, high: Any, column: str, mappers: int, limit: int | None) -> list[Split]:
    """DateSplitter: integer splits of epoch milliseconds in UTC, written as java.sql's toString does."""
    if low is None and high is None:
        return [_nulls(column)]
    if low is None or high is None:
        raise NotSupportedError(
            f"A split column ({column}) with one end NULL", "Give a --boundary-query without NULL or use -m 1."
        )
    points = integer_points(max(mappers, 1), (limit or 0) * 1000, _milliseconds(low), _milliseconds(high))
    texts = [_time_text(sql_type, point) for point in points]
    if sql_type == columns.TIMESTAMP:
        texts[0], texts[-1] = timestamp_text(_naive(low)), timestamp_text(_naive(high))
    return _intervals(texts, column, lambda text: f"'{text}'")


def split_booleans(low: bool | None, high: bool | None, column: str) -> list[Split]:
    """BooleanSplitter: one split per value; NULL counts as false and adds a split."""
    if low is None and high is None:
        return [_nulls(column)]
    splits: list[Split] = []
    if not low:
        splits.append((f"{column} = FALSE", f"{column} = FALSE"))
    if high:
        splits.append((f"{column} = TRUE", f"{column} = TRUE"))
    if low is None or high is None:
        splits.append(_nulls(column))
    return splits


def timestamp_text(value: datetime) -> str:
    """java.sql.Timestamp.toString: at least one fractional digit, no trailing zeros."""
    fraction = f"{value.microsecond:06d}".rstrip("0") or "0"
    return f"{value:%Y-%m-%d %H:%M:%S}.{fraction}"


def _intervals(points: list[Any], column: str, text: Callable[[Any], str]) -> list[Split]:
    last = len(points) - 2
    return [
        (f"{column} >= {text(start)}", f"{column} {'<=' if i == last else '<'} {text(end)}")
        for i, (start, end) in enumerate(pairwise(points))
    ]


def _nulls(column: str) -> Split:
    return (f"{column} IS NULL", f"{column} IS NULL")


def _naive(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


def _milliseconds(value: Any) -> int:
    if isinstance(value, datetime):
        return int((_naive(value) - EPOCH.replace(tzinfo=None)) // timedelta(milliseconds=1))
    if isinstance(value, date):
        return (value - EPOCH.date()).days * 86_400_000
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) * 1000 + value.microsecond // 1000
    raise ImportFailedError(f"Not a date-type field: {value!r}", "java.sql.SQLException")


def _time_text(sql_type: int, milliseconds: int) -> str:
    moment = EPOCH + timedelta(milliseconds=milliseconds)
    if sql_type == columns.DATE:
        return f"{moment:%Y-%m-%d}"
    if sql_type == columns.TIME:
        return f"{moment:%H:%M:%S}"
    return timestamp_text(moment.replace(tzinfo=None))
