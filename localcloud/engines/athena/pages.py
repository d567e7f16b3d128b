"""Reads pages of a result out of its file: a token is the place in the file where the next page starts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

PAGE_ROWS = 1000
_VALUE = re.compile(r'(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))', re.S)


def csv_page(path: Path, offset: int, limit: int) -> tuple[list[dict[str, Any]], int | None]:
    """Rows from `offset` on, the header among them if it is there, and where the next page starts, if there is one."""
    with path.open("rb") as stream:
        stream.seek(offset)
        rows = [{"Data": _data(record)} for _, record in zip(range(limit), _records(stream), strict=False)]
        place = stream.tell()
        return rows, place if stream.read(1) else None


def _records(stream: BinaryIO) -> Iterator[str]:
    """Lines, except that a quoted value may hold line ends."""
    while line := stream.readline():
        while line.count(b'"') % 2:
            line += stream.readline()
        yield line.decode().removesuffix("\n")


def _data(record: str) -> list[dict[str, str]]:
    values = []
    for match in _VALUE.finditer(record):
        if match[1] is not None:
            values.append({"VarCharValue": match[1].replace('""', '"')})
        else:
            values.append({"VarCharValue": match[2]} if match[2] else {})
    return values


def text_page(path: Path, offset: int, limit: int) -> tuple[list[dict[str, Any]], int | None]:
    """Lines of a DDL statement's output, one value each."""
    with path.open("rb") as stream:
        stream.seek(offset)
        rows = []
        for _, line in zip(range(limit), iter(stream.readline, b""), strict=False):
            rows.append({"Data": [{"VarCharValue": line.decode().removesuffix("\n")}]})
        place = stream.tell()
        return rows, place if stream.read(1) else None
