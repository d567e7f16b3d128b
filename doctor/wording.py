"""Numbers and times as people read them."""

_STEPS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"))


def duration(seconds: float) -> str:
    """`0.3 s`, `12 s`, `4 min`, `2.5 h`, `3 d`."""
    for size, unit in _STEPS:
        if seconds >= 1.5 * size:
            return f"{_short(seconds / size)} {unit}"
    return f"{_short(seconds)} s" if seconds >= 0.05 else "less than 0.1 s"


def size(bytes_: float) -> str:
    """`980 bytes`, `14 MB`, `2.3 GB`."""
    for unit, power in (("TB", 4), ("GB", 3), ("MB", 2), ("kB", 1)):
        if bytes_ >= 1000**power:
            return f"{_short(bytes_ / 1000**power)} {unit}"
    return f"{bytes_:.0f} bytes"


def rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def listed(names: "tuple[str, ...] | list[str]", last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *others, final = names
    return f"{', '.join(others)} {last} {final}" if others else final


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0") if number < 10 else f"{number:.0f}"
