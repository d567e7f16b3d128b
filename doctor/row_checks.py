"""What is to be said about the rows of a mapped table, as far as they were looked at."""

from collections.abc import Iterator

from doctor.facts import Server
from doctor.findings import Finding, error, note, warning
from doctor.table_checks import Examined
from doctor.wording import duration, listed, percent, rows

LIMITS = {"integer": (-(2**31), 2**31 - 1), "bigint": (-(2**63), 2**63 - 1), "boolean": (0, 1)}
LOCAL_TIME_TOLERANCE_SECONDS = 900
_NOT_WHOLE = {"text", "date", "timestamp without time zone", "timestamp with time zone", "uuid", "datetime"}


def row_findings(examined: Examined) -> Iterator[Finding]:
    """Everything that counting and reading has shown."""
    measured = examined.measured
    if measured.refused is not None:
        yield error(
            "refused",
            f"The database refuses what an ingest asks of it: {measured.refused}",
            "Mend the mapping, or give the user SELECT on what it reads.",
        )
        return
    if measured.uncounted is not None:
        yield warning(
            "uncounted",
            f"The database answers for the first rows, but refuses to look at all of them: {measured.uncounted}",
            "Find the rows that the mapping's expressions fail on: an import may fail on them too.",
        )
        yield from _types(examined)
        return
    for what in measured.untold:
        yield note("not-measured", f"Nothing is known about some of it: {what}.")
    if measured.rows == 0 and not measured.untold:
        yield note("empty", "It has no rows.")
        return
    yield from _key(examined)
    yield from _check_column(examined)
    yield from _split_column(examined)
    yield from _values(examined)


def _of(examined: Examined) -> str:
    return f" (looked at {examined.measured.of})" if examined.measured.of else ""


def _key(examined: Examined) -> Iterator[Finding]:
    measured, table = examined.measured, examined.table
    nulls = {name: measured.nulls.get(name, 0) for name in table.key}
    if measured.nulls.get("key", 0):
        columns = listed([name for name, number in nulls.items() if number])
        yield warning(
            "null-key",
            f"{columns} of its key is NULL in {rows(measured.nulls['key'])}{_of(examined)}: quarantined.",
            "Fill it, or name another key.",
        )
    if measured.duplicate_keys:
        yield error(
            "duplicate-keys",
            f"{measured.duplicate_keys:,} of its keys ({', '.join(table.key)}) belong to more than one row: only the "
            "newest of each would be kept.",
            "Name the columns that really keep its rows apart.",
        )
    elif measured.duplicate_keys == 0:
        yield note(
            "key-not-enforced",
            f"Nothing in the database keeps its key ({', '.join(table.key)}) unique; today it is.",
        )


def _check_column(examined: Examined) -> Iterator[Finding]:
    measured, check = examined.measured, examined.table.check_column
    if check is None:
        return
    if measured.nulls.get(check):
        yield warning(
            "null-check-column",
            f"{examined.named(check)} is NULL in {rows(measured.nulls[check])}{_of(examined)}: read again "
            "in every run, and quarantined because no version is the newest.",
            "Fill it, or map it with an expression such as coalesce that is never NULL.",
        )
    if measured.in_the_future:
        yield from _future(examined, check, examined.survey.server)
    for column, number in measured.later_than_check.items():
        if number:
            yield warning(
                "check-column-stands-still",
                f"{examined.named(column)} is later than {check} in {rows(number)}{_of(examined)}: setting "
                f"it did not move {check}, so changes of it can be missed.",
                f"Let every write set {check}, or map it as greatest({check}, {column}).",
            )


def _future(examined: Examined, check: str, server: Server) -> Iterator[Finding]:
    measured, ahead = examined.measured, examined.measured.newest_ahead_seconds or 0.0
    offset = server.utc_offset_seconds
    if ahead > 0 and abs(ahead - offset) < LOCAL_TIME_TOLERANCE_SECONDS and offset:
        yield error(
            "local-time",
            f"The newest {examined.named(check)} is {duration(ahead)} ahead of UTC, just as the time zone "
            f"{server.time_zone} is: it seems to hold local times. Changes are read that much later, and when the "
            "clocks go back an hour of them is missed.",
            f"Map {check} with an expression that converts it to UTC.",
        )
        return
    yield warning(
        "future",
        f"{examined.named(check)} lies in the future in {rows(measured.in_the_future)}{_of(examined)}: not "
        "read before that time.",
        "Correct them, or find out who writes such times.",
    )


def _split_column(examined: Examined) -> Iterator[Finding]:
    measured, table, split = examined.measured, examined.table, examined.table.split_by
    if split is None or table.mappers == 1:
        return
    if measured.nulls.get(split) and split not in table.key:
        yield note(
            "null-split-column",
            f"{examined.named(split)} is NULL in {rows(measured.nulls[split])}{_of(examined)}: all read by one "
            "mapper, as if it were 0.",
        )
    share = measured.fullest_shares.get(split)
    if share is None or share < min(2 / table.mappers, 0.9):
        return
    best = min(measured.fullest_shares, key=lambda name: measured.fullest_shares[name])
    better = measured.fullest_shares[best]
    remedy = (
        f"Split by {best}: its fullest mapper would read {percent(better)}."
        if better < 0.75 * share
        else "No other whole number of the mapping is spread better: set mappers to 1."
    )
    yield warning(
        "skewed-split",
        f"With -m {table.mappers} over {split}, one mapper reads {percent(share)} of the rows{_of(examined)} and the "
        "others wait for it.",
        remedy,
    )


def _values(examined: Examined) -> Iterator[Finding]:
    measured = examined.measured
    for name, number in measured.odd.items():
        if not number:
            continue
        column = examined.column(name)
        if column.type == "numeric":
            kind = error if name == examined.table.total else warning
            yield kind(
                "not-a-number",
                f"{examined.named(name)} is no finite number in {rows(number)}{_of(examined)}.",
                "Correct them.",
            )
            continue
        zero = "infinite or beyond year 9999" if examined.survey.server.is_postgresql else "a zero date"
        yield warning(
            "odd-dates",
            f"{examined.named(name)} is {zero} in {rows(number)}{_of(examined)}: that is no date to anybody else.",
            "Correct them, or map it with an expression that gives NULL instead.",
        )
    for name, (low, high) in measured.ranges.items():
        yield from _range(examined, name, low, high)
    yield from _types(examined)


def _range(examined: Examined, name: str, low: int, high: int) -> Iterator[Finding]:
    kind = examined.column(name).type
    lowest, highest = LIMITS[kind]
    if kind != "boolean" and not 0 <= low <= high <= 1:
        yield from _tinyint(examined, name, high)
    if lowest <= low and high <= highest:
        return
    if kind == "boolean":
        yield warning(
            "not-boolean",
            f"{examined.named(name)} is mapped as boolean, but holds numbers from {low} to {high}: all but 0 "
            "become true.",
            "Map it with an expression that says what they mean.",
        )
        return
    wider = "bigint" if kind == "integer" and LIMITS["bigint"][0] <= low and high <= LIMITS["bigint"][1] else "text"
    yield error(
        "out-of-range",
        f"{examined.named(name)} is mapped as {kind}, but holds numbers from {low:,} to {high:,}: no {kind} holds "
        "them, and the import fails.",
        f"Map it as {wider}." if wider == "bigint" else "Correct them, or select them as text.",
    )


def _tinyint(examined: Examined, name: str, high: int) -> Iterator[Finding]:
    """Drivers take a tinyint(1) for a boolean, unless they are told not to."""
    origin = examined.origin
    column = origin.table.column(examined.at_source(name)) if origin else None
    told = examined.survey.server.settings.get("tinyInt1isBit", "").lower() == "false"
    if column is not None and column.declared.startswith("tinyint(1)") and not told:
        yield warning(
            "tinyint",
            f"{examined.named(name)} is a tinyint(1) that holds numbers up to {high}: JDBC drivers take it for a "
            "boolean.",
            "Add tinyInt1isBit=false to the JDBC URL.",
        )


def _types(examined: Examined) -> Iterator[Finding]:
    """An expression may give something else than the mapping says, which fails only on the cluster."""
    reading = examined.measured.reading
    for name, found in reading.types if reading else ():
        column = next((column for column in examined.table.columns if column.name == name), None)
        if column is not None and column.type in ("bigint", "integer", "boolean") and found in _NOT_WHOLE:
            yield error(
                "expression-type",
                f"{examined.named(name)} is mapped as {column.type}, but its expression gives {found}.",
                "Cast it in the expression.",
            )
