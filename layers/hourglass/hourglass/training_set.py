"""Which files a model learns from: the features as a run leaves them, read where they lie instead of copied."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from hourglass.lake import Lake, split_uri
from hourglass.plans import SCORED


def week_locations(plan: Mapping[str, Any], staged: Mapping[str, str], published: Mapping[str, str]) -> dict[str, str]:
    """Location by week of the features after this run: what it staged, and the other weeks that readers see."""
    rebuilt = {week for item in plan["publish"] if item["table"] == SCORED for week in item["partitions"]}
    return {week: where for week, where in published.items() if week not in rebuilt} | dict(staged)


def files_of(locations: Mapping[str, str], keys: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """The keys of the data files of these weeks, oldest week first; `keys` lists those below a prefix.

    Weeks that one run wrote lie side by side, so it takes one listing per run.
    """
    week_of = {split_uri(where)[1]: week for week, where in locations.items()}
    parents = sorted({folder.rstrip("/").rpartition("/")[0] + "/" for folder in week_of})
    found = [(_folder(key), key) for parent in parents for key in keys(parent)]
    return (key for _, key in sorted((week_of[folder], key) for folder, key in found if folder in week_of))


def manifest(lake: Lake, files: Iterable[str]) -> list[Any]:
    """SageMaker's manifest: a prefix, then the files relative to it."""
    return [{"prefix": lake.uri("")}, *files]


def _folder(key: str) -> str:
    return key[: key.rindex("/") + 1]
