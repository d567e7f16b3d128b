"""Tables that fail alone: how they leave a run, and the one sentence that the run ends with."""

from collections.abc import Iterable, Mapping
from typing import Any

from hourglass.sweeps import swept_table

Failure = dict[str, str]  # table, error (a class name), cause (a sentence)


def failure(table: str, error: str, cause: str) -> Failure:
    return {"table": table, "error": error, "cause": cause}


def failed_imports(results: Iterable[Mapping[str, Any]]) -> list[Failure]:
    """What the Map over the tables has caught: `{"table": …, "error": {"Error": …, "Cause": …}}` among its results."""
    return [
        failure(result["table"], result["error"]["Error"], result["error"].get("Cause", ""))
        for result in results
        if "error" in result
    ]


def without(plan: Mapping[str, Any], failures: Iterable[Failure]) -> dict[str, Any]:
    """The plan that goes on without the tables that failed, and without their sweeps."""
    added = list(failures)
    failed = {each["table"] for each in added}
    out = failed | {table for table in plan["windows"] if swept_table(table) in failed}
    return {
        **plan,
        "windows": {table: window for table, window in plan["windows"].items() if table not in out},
        "long": {table: since for table, since in plan["long"].items() if table not in out},
        "any_long": any(table not in out for table in plan["long"]),
        "imports": [table for table in plan["imports"] if table not in out],
        "failures": [*plan["failures"], *added],
    }


def verdict(failures: Iterable[Failure]) -> dict[str, str] | None:
    """`Error` and `Cause` of a run whose other tables have landed; None when none failed."""
    listed = list(failures)
    if not listed:
        return None
    names = {each["error"] for each in listed}
    causes = list(dict.fromkeys(each["cause"] for each in listed))
    return {"Error": names.pop() if len(names) == 1 else "TablesFailedError", "Cause": "; ".join(causes)}
