"""Says how what one importer landed differs from what another one landed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.conformance.avro import AvroFile, read_avro

MOST_ROWS = 5
MOST_CHARACTERS = 1000


def differences(apache: Mapping[str, Path], ours: Mapping[str, Path]) -> list[str]:
    """One sentence per difference of two landings, file by file: names, codec, schema, rows; none if they are equal."""
    found = [f"{name}: Apache Sqoop wrote it, we did not" for name in sorted(apache.keys() - ours.keys())]
    found += [f"{name}: we wrote it, Apache Sqoop did not" for name in sorted(ours.keys() - apache.keys())]
    for name in sorted(apache.keys() & ours.keys()):
        if name.endswith(".avro"):
            found += [f"{name}: {what}" for what in _avro(read_avro(apache[name]), read_avro(ours[name]))]
        elif apache[name].read_bytes() != ours[name].read_bytes():
            lines = [[repr(line) for line in files[name].read_bytes().split(b"\n")] for files in (apache, ours)]
            found += [f"{name}: {what}" for what in _rows(*lines)] or [f"{name}: another order of lines"]
    return found


def _avro(apache: AvroFile, ours: AvroFile) -> Iterator[str]:
    if apache.codec != ours.codec:
        yield f"codec {apache.codec}, ours {ours.codec}"
    if apache.schema != ours.schema:
        keys = [key for key in apache.schema | ours.schema if apache.schema.get(key) != ours.schema.get(key)]
        for key in keys:
            if key != "fields":
                yield f"schema: {key} is {apache.schema.get(key)!r}, ours {ours.schema.get(key)!r}"
        fields = [{field["name"]: field for field in file.schema["fields"]} for file in (apache, ours)]
        for name in fields[0] | fields[1]:
            if fields[0].get(name) != fields[1].get(name):
                yield f"schema: field {fields[0].get(name)}, ours {fields[1].get(name)}"
        if list(fields[0]) != list(fields[1]):
            yield f"schema: order of fields {list(fields[0])}, ours {list(fields[1])}"
    yield from _rows(apache.rows, ours.rows)


def _rows(apache: Sequence[str], ours: Sequence[str]) -> Iterator[str]:
    if len(apache) != len(ours):
        yield f"{len(apache)} rows, ours {len(ours)}"
    theirs, own = Counter(apache), Counter(ours)
    for words, more in (("only Apache Sqoop has", theirs - own), ("only we have", own - theirs)):
        for row in sorted(more)[:MOST_ROWS]:
            yield f"{words} {row[:MOST_CHARACTERS]}"
