"""Reads the files under `expressions/`: one expression, or one SELECT, per line; a new case is a new line.

What follows ` -- ` says what is meant, without it both engines answer alike:

- `fails`: both refuse it
- `refused: WORDS`: ours refuses it and says so, Trino answers
- `differs: REASON`: both answer, and Athena itself differs from plain Trino
- `open: WHAT`: ours is wrong, and nobody has mended it yet
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "expressions"


@dataclass(frozen=True)
class Expression:
    """One line: what is asked, and what is meant to come of it."""

    file: str
    text: str
    outcome: str
    words: str

    def __str__(self) -> str:
        return f"{self.file}: {self.text}"

    @property
    def sql(self) -> str:
        return self.text if self.text.startswith("select ") else f"select {self.text} as answer"

    @property
    def ordered(self) -> bool:
        return " order by " in self.text


def read_expressions(folder: Path = FOLDER) -> list[Expression]:
    return [each for file in sorted(folder.glob("*.sql")) for each in _read(file)]


def _read(file: Path) -> Iterator[Expression]:
    for line in file.read_text(encoding="utf-8").splitlines():
        text, _, meant = line.partition("  -- ")
        outcome, _, words = meant.partition(": ")
        if outcome not in ("", "fails", "refused", "differs", "open"):
            raise ValueError(f"{file.name}: {line!r} means {outcome!r}, which is not known")
        yield Expression(file.stem, text.strip(), outcome, words)
