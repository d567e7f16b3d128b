"""Finds in a step's stderr the one line that says why it failed."""

import re
from collections.abc import Iterable

MOST_CHARACTERS = 1000
DATABASE = re.compile(r"[\w.]*SQLException: (.*)")
TELLING = re.compile(r"\b(ERROR|FATAL)\b|Exception\b|\b[Ee]rror:|\w+Error\b|Unrecognized|not found|No such")
STAMP = re.compile(r"^\d\d/\d\d/\d\d \d\d:\d\d:\d\d ")
SECRET_OPTION = re.compile(r"(--password(?:[= ]|', '))\S+|((?:password|passwd|pwd)=)[^\s&]+", re.IGNORECASE)
SECRET_URL = re.compile(r"(\w+://[^\s/:@]+:)[^\s/@]+@")


def telling_line(lines: Iterable[str]) -> str:
    """The last line about a database error, else the last that looks like an error, else the last at all."""
    kept = [line.strip() for line in lines if line.strip()]
    for wanted in (DATABASE, TELLING):
        for line in reversed(kept):
            if wanted.search(line):
                return without_secrets(STAMP.sub("", line))[:MOST_CHARACTERS]
    return without_secrets(kept[-1])[:MOST_CHARACTERS] if kept else ""


def without_secrets(line: str) -> str:
    """The line with passwords in options and URLs blotted out."""
    return SECRET_URL.sub(r"\1****@", SECRET_OPTION.sub(lambda m: f"{m[1] or m[2]}****", line))
