"""Reads the cases under `cases/<name>/<case>/`: a CSV per input table, and what the SELECT must answer.

A new case is a new folder, no code. Rules of the CSV files:

- columns that a file does not name are NULL, so is an empty cell; a table without a file is empty
- a line that starts with `#` is a comment; spaces around a cell do not count
- `# only: week_start = 2026-05-18` in expected.csv compares only these rows
- expected.csv compares the columns that it names; doubles to 6 significant digits
- a row whose week_start is a range `2026-01-05..2026-02-09` stands for one row a week; in it `100+` counts
  on from 100, and `0.9 ~ 1.1` takes turns
- `parameters.csv` holds the values for `?`, one a line
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

CASES = Path(__file__).parent / "cases"
EXPECTED, PARAMETERS = "expected", "parameters"
ONLY = "# only:"

Row = dict[str, str | None]


@dataclass(frozen=True)
class Case:
    """One SELECT, what it reads and what it must answer."""

    select: str
    name: str
    inputs: dict[str, list[Row]]
    expected: list[Row]
    columns: tuple[str, ...]
    only: Mapping[str, str]
    parameters: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.select}-{self.name}"


def read_cases(root: Path = CASES) -> list[Case]:
    return [_read(folder) for folder in sorted(root.glob("*/*/"))]


def _read(folder: Path) -> Case:
    files = {file.stem: file for file in sorted(folder.glob("*.csv"))}
    lines = files[EXPECTED].read_text(encoding="utf-8").splitlines()
    only = dict(_condition(line) for line in lines if line.startswith(ONLY))
    parameters = files[PARAMETERS].read_text(encoding="utf-8").split() if PARAMETERS in files else ()
    inputs = {name: list(read_rows(file)) for name, file in files.items() if name not in (EXPECTED, PARAMETERS)}
    return Case(
        folder.parent.name,
        folder.name,
        inputs,
        list(read_rows(files[EXPECTED])),
        tuple(_header(files[EXPECTED])),
        only,
        tuple(parameters),
    )


def read_rows(file: Path) -> Iterator[Row]:
    header = _header(file)
    for number, cells in enumerate(list(_cells(file))[1:], start=2):
        if len(cells) != len(header):
            raise ValueError(f"{file}: row {number} has {len(cells)} cells, the header has {len(header)}")
        yield from _weeks(dict(zip(header, (cell or None for cell in cells), strict=True)))


def _header(file: Path) -> Sequence[str]:
    return next(_cells(file))


def _cells(file: Path) -> Iterator[list[str]]:
    text = file.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for cells in csv.reader(lines, skipinitialspace=True):
        yield [cell.strip() for cell in cells]


def _condition(line: str) -> tuple[str, str]:
    column, value = line.removeprefix(ONLY).split("=")
    return column.strip(), value.strip()


def _weeks(row: Row) -> Iterator[Row]:
    span = row.get("week_start")
    if span is None or ".." not in span:
        yield row
        return
    first, last = (date.fromisoformat(each) for each in span.split(".."))
    for index in range((last - first).days // 7 + 1):
        week = (first + timedelta(weeks=index)).isoformat()
        yield {name: week if name == "week_start" else _cell(cell, index) for name, cell in row.items()}


def _cell(cell: str | None, index: int) -> str | None:
    if cell is None:
        return None
    if cell.endswith("+"):
        return str(int(cell[:-1]) + index)
    turns = [turn.strip() for turn in cell.split("~")]
    return turns[index % len(turns)] or None
