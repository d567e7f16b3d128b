"""Whether the checks let a run go on: a check that finds a row stops it."""

from collections.abc import Iterable, Mapping

from hourglass.errors import HourglassError


class CheckFailedError(HourglassError):
    """Raised when checks found rows that must not exist; names every such check and its number of rows."""


def require_no_violations(results: Iterable[Mapping[str, str | None]]) -> int:
    """Read the rows `check_name, violations`; how many checks passed.

    Raises:
        CheckFailedError: a check found rows.
    """
    listed = [(str(row["check_name"]), int(row["violations"] or 0)) for row in results]
    failed = [f"{name} found {rows} rows" for name, rows in listed if rows]
    if failed:
        raise CheckFailedError(f"{len(failed)} of {len(listed)} checks failed: {'; '.join(failed)}")
    return len(listed)
