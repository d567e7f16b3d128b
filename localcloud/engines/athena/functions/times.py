"""Trino's date and time functions in DuckDB. Sessions are in UTC, as Athena's are."""

import re

from sqlglot import exp

from localcloud.engines.athena.errors import NotSupportedError, UserQueryError
from localcloud.engines.athena.functions.base import (
    Call,
    Function,
    Types,
    cast,
    fn,
    literal_text,
    number,
    text,
    written,
)
from localcloud.engines.athena.types import (
    BIGINT,
    DATE,
    DOUBLE,
    TIMESTAMP,
    TIMESTAMPTZ,
    VARCHAR,
    ZONED,
    DataType,
    Kind,
    kind,
)

LOCAL = "athena_local_time"
UNITS = ("millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year")


def local(value: exp.Expr) -> exp.Expr:
    """The wall clock a zoned timestamp shows: in its own zone if the query chose one, else UTC."""
    shifted = value.meta.get(LOCAL)
    if isinstance(shifted, exp.Expr):
        return shifted
    if kind(value.type) in ZONED:
        return fn("timezone", text("UTC"), value)
    return value


def unit_of(value: exp.Expr, of: DataType | None = None) -> str:
    """The unit that a constant names; a date has none below a day."""
    unit = (literal_text(value) or "").lower()
    if unit not in UNITS:
        raise UserQueryError(f"'{unit or value.sql()}' is not a valid date/time unit", "INVALID_FUNCTION_ARGUMENT")
    if kind(of) == Kind.DATE and UNITS.index(unit) < UNITS.index("day"):
        raise UserQueryError(f"'{unit}' is not a valid DATE field", "INVALID_FUNCTION_ARGUMENT")
    return unit


def _date_add(call: Call) -> exp.Expr:
    unit, amount, value = unit_of(call.args[0], call.types[2]), call.args[1], call.args[2]
    if unit == "quarter":
        step = fn("to_months", cast(exp.Mul(this=number(3), expression=exp.Paren(this=amount)), BIGINT_AS_INT))
    elif unit in ("millisecond", "second"):
        step = fn(f"to_{unit}s", cast(amount, DOUBLE))
    elif unit in ("day", "week", "month", "year"):
        step = fn(f"to_{unit}s", cast(amount, BIGINT_AS_INT))
    else:
        step = fn(f"to_{unit}s", cast(amount, BIGINT))
    moved = exp.Paren(this=exp.Add(this=value, expression=step))
    return cast(moved, DATE) if kind(call.type) == Kind.DATE else moved


BIGINT_AS_INT = exp.DataType.build("INTEGER", dialect="duckdb")


def _date_diff(call: Call) -> exp.Expr:
    unit, start, end = unit_of(call.args[0]), call.args[1], call.args[2]
    if unit == "day" and kind(call.types[1]) == kind(call.types[2]) == Kind.DATE:
        return exp.Paren(this=exp.Sub(this=end, expression=start))
    return fn("date_sub", text(unit), start, end)


def _date_trunc(call: Call) -> exp.Expr:
    unit = unit_of(call.args[0], call.types[1])
    if kind(call.types[1]) in ZONED:
        return fn("timezone", text("UTC"), fn("date_trunc", text(unit), local(call.args[1])))
    truncated = fn("date_trunc", text(unit), call.args[1])
    return cast(truncated, DATE) if kind(call.type) == Kind.DATE else truncated


def part(name: str) -> Function:
    return written(lambda call: fn(name, local(call.args[0])), BIGINT)


_MYSQL = {
    "%i": "%M",
    "%s": "%S",
    "%T": "%H:%M:%S",
    "%r": "%I:%M:%S %p",
    "%f": "%f",
    "%M": "%B",
    "%W": "%A",
    "%e": "%-d",
    "%c": "%-m",
    "%k": "%-H",
    "%l": "%-I",
    "%h": "%I",
    "%v": "%V",
    "%x": "%G",
}
_MYSQL_SAME = set("YymdHIpSjabB%")
_JODA = {
    "yyyy": "%Y",
    "YYYY": "%G",
    "yy": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "M": "%-m",
    "dd": "%d",
    "d": "%-d",
    "HH": "%H",
    "H": "%-H",
    "hh": "%I",
    "h": "%-I",
    "mm": "%M",
    "m": "%-M",
    "ss": "%S",
    "s": "%-S",
    "SSS": "%g",
    "SSSSSS": "%f",
    "a": "%p",
    "EEEE": "%A",
    "EEE": "%a",
    "E": "%a",
    "DDD": "%j",
    "D": "%-j",
    "ww": "%V",
    "xxxx": "%G",
    "e": "%u",
    "y": "%Y",
}


def mysql_format(template: str, parsing: bool) -> str:
    """date_format's and date_parse's template as strftime's."""

    def convert(match: re.Match[str]) -> str:
        token = match[0]
        if token in _MYSQL:
            if parsing and token in ("%v", "%x", "%W"):
                raise NotSupportedError(f"date_parse with {token} is not supported")
            return _MYSQL[token]
        if token[1] in _MYSQL_SAME:
            return token
        if token[1] in "DUuVwX":
            raise NotSupportedError(f"%{token[1]} is not supported in date formats")
        return token[1]

    return re.sub(r"%.", convert, template)


def joda_format(template: str) -> str:
    """format_datetime's and parse_datetime's template as strftime's."""

    def convert(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1].replace("%", "%%") or "'"
        if match[2] is not None:
            if match[2] not in _JODA:
                raise NotSupportedError(f"{match[2]!r} is not supported in a date-time pattern")
            return _JODA[match[2]]
        return match[0].replace("%", "%%")

    return re.sub(r"'([^']*)'|(([A-Za-z])\3*)|[^A-Za-z']+", convert, template)


def _template(value: exp.Expr) -> str:
    literal = literal_text(value)
    if literal is None:
        raise NotSupportedError("a date format must be a constant")
    return literal


def _date_format(call: Call) -> exp.Expr:
    return fn("strftime", local(call.args[0]), text(mysql_format(_template(call.args[1]), parsing=False)))


def _date_parse(call: Call) -> exp.Expr:
    return fn("strptime", call.args[0], text(mysql_format(_template(call.args[1]), parsing=True)))


def _format_datetime(call: Call) -> exp.Expr:
    return fn("strftime", local(call.args[0]), text(joda_format(_template(call.args[1]))))


def _parse_datetime(call: Call) -> exp.Expr:
    return fn("timezone", text("UTC"), fn("strptime", call.args[0], text(joda_format(_template(call.args[1])))))


def _from_unixtime(call: Call) -> exp.Expr:
    return fn("to_timestamp", cast(call.args[0], DOUBLE))


def _at_timezone(call: Call) -> exp.Expr:
    return at_time_zone(call.args[0], call.args[1])


def at_time_zone(value: exp.Expr, zone: exp.Expr) -> exp.Expr:
    """The same instant shown in another zone: consumers that read the wall clock find it in the node's meta."""
    instant = value if kind(value.type) in ZONED else fn("timezone", text("UTC"), value)
    result = exp.Paren(this=instant.copy())
    result.meta[LOCAL] = fn("timezone", zone, instant)
    result.type = TIMESTAMPTZ
    return result


def _to_iso8601(call: Call) -> exp.Expr:
    if kind(call.types[0]) == Kind.DATE:
        return fn("strftime", call.args[0], text("%Y-%m-%d"))
    suffix = "Z" if kind(call.types[0]) in ZONED else ""
    return fn("strftime", local(call.args[0]), text("%Y-%m-%dT%H:%M:%S.%g" + suffix))


def _moved_type(types: Types) -> DataType:
    return types[2]


TIMES: dict[str, Function] = {
    "date_add": written(_date_add, _moved_type, 3),
    "date_diff": written(_date_diff, BIGINT, 3),
    "date_trunc": written(_date_trunc, lambda types: types[1], 2),
    "date": written(lambda call: cast(local(call.args[0]), DATE), DATE),
    "year": part("year"),
    "quarter": part("quarter"),
    "month": part("month"),
    "day": part("day"),
    "day_of_month": part("day"),
    "hour": part("hour"),
    "minute": part("minute"),
    "second": part("second"),
    "week": part("weekofyear"),
    "week_of_year": part("weekofyear"),
    "day_of_week": part("isodow"),
    "dow": part("isodow"),
    "day_of_year": part("dayofyear"),
    "doy": part("dayofyear"),
    "year_of_week": part("isoyear"),
    "yow": part("isoyear"),
    "millisecond": written(
        lambda call: exp.Paren(this=exp.Mod(this=fn("millisecond", local(call.args[0])), expression=number(1000))),
        BIGINT,
    ),
    "last_day_of_month": written(lambda call: fn("last_day", local(call.args[0])), DATE),
    "date_format": written(_date_format, VARCHAR, 2),
    "date_parse": written(_date_parse, TIMESTAMP, 2),
    "format_datetime": written(_format_datetime, VARCHAR, 2),
    "parse_datetime": written(_parse_datetime, TIMESTAMPTZ, 2),
    "from_unixtime": written(_from_unixtime, TIMESTAMPTZ),
    "to_unixtime": written(lambda call: fn("epoch", call.args[0]), DOUBLE),
    "from_iso8601_date": written(lambda call: cast(call.args[0], DATE), DATE),
    "from_iso8601_timestamp": written(lambda call: cast(call.args[0], TIMESTAMPTZ), TIMESTAMPTZ),
    "to_iso8601": written(_to_iso8601, VARCHAR),
    "at_timezone": written(_at_timezone, TIMESTAMPTZ, 2),
    "now": written(lambda call: fn("now"), TIMESTAMPTZ, 0),
}
PARTS = {
    "YEAR": "year",
    "QUARTER": "quarter",
    "MONTH": "month",
    "WEEK": "week",
    "DAY": "day",
    "DAY_OF_MONTH": "day_of_month",
    "DAY_OF_WEEK": "day_of_week",
    "DOW": "dow",
    "DAY_OF_YEAR": "day_of_year",
    "DOY": "doy",
    "YEAR_OF_WEEK": "year_of_week",
    "YOW": "yow",
    "HOUR": "hour",
    "MINUTE": "minute",
    "SECOND": "second",
}
