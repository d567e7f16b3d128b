"""The bodies of /invocations: CSV, Parquet and Arrow in; JSON Lines, Parquet and Arrow out.

A body has timesheet_id and the model's features. Parquet and Arrow go by column name and may carry more. CSV goes
by position, timesheet_id first, then the features in the artefact's order; a first line with these names is
tolerated, so that a batch may be cut at any line.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from model.columns import KEY, keys, matrix, require_columns
from model.errors import BadInputError, UnknownAcceptError, UnknownContentTypeError
from model.scorer import ScoredBatch
from model.tail import Matrix

CSV = "text/csv"
PARQUET = "application/vnd.apache.parquet"
ARROW = "application/vnd.apache.arrow.stream"
JSON_LINES = "application/jsonlines"

Body = bytes | bytearray
Rows = tuple[npt.NDArray[np.int64], Matrix]

COMPRESSED_FROM_BYTES = 5_000_000  # SageMaker lets 6 MiB through; below, compressing costs more than sending

_NULLS = ["", "NULL", "null", "NaN", "nan"]
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_BLANK = re.compile(rb"\s*")
_INTEGER = re.compile(r"-?\d+")
_ANY = ("", "*/*", "application/*")


def decode(content_type: str, body: Body, features: Sequence[str]) -> Rows:
    """The ids and the matrix of a request body."""
    reader = _READERS.get(media_type(content_type))
    if reader is None:
        raise UnknownContentTypeError(content_type, list(_READERS))
    return reader(body, features)


def choose_reply(accept: str) -> str:
    """The first format the caller lists that the server writes; JSON Lines if any will do."""
    for wanted in map(media_type, accept.split(",")):
        if wanted in _ANY:
            return JSON_LINES
        if wanted in _WRITERS:
            return wanted
    raise UnknownAcceptError(accept, list(_WRITERS))


def encode(media: str, batch: ScoredBatch) -> bytes:
    """The body of the answer, one row or line per timesheet in the order of the request."""
    return _WRITERS[media](batch)


def media_type(header: str) -> str:
    """The type without its parameters, in lower case."""
    return header.partition(";")[0].strip().lower()


def _from_table(table: pa.Table, features: Sequence[str]) -> Rows:
    require_columns(table.column_names, [KEY, *features])
    return keys(table), matrix(table, features)


def _read_parquet(body: Body, features: Sequence[str]) -> Rows:
    try:
        with pq.ParquetFile(pa.BufferReader(body)) as file:
            require_columns(file.schema_arrow.names, [KEY, *features])
            table = file.read(columns=[KEY, *features])
    except (pa.ArrowException, OSError) as error:
        raise BadInputError("the body is not a Parquet file that can be read") from error
    return _from_table(table, features)


def _read_arrow(body: Body, features: Sequence[str]) -> Rows:
    try:
        with pa.ipc.open_stream(pa.BufferReader(body)) as stream:
            table = stream.read_all()
            table.validate()
    except (pa.ArrowException, OSError) as error:
        raise BadInputError("the body is not an Arrow stream that can be read") from error
    return _from_table(table, features)


def _read_csv(body: Body, features: Sequence[str]) -> Rows:
    names = [KEY, *features]
    start = _end_of_header(body, names)
    if _BLANK.fullmatch(body, start):
        return np.empty(0, np.int64), np.empty((0, len(features)), np.float32)
    types = {name: pa.float64() for name in features} | {KEY: pa.int64()}
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(memoryview(body)[start:]),
            read_options=pa_csv.ReadOptions(column_names=names),
            convert_options=pa_csv.ConvertOptions(column_types=types, null_values=_NULLS),
        )
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise BadInputError(_first_fault(body[start:], names)) from error
    return _from_table(table, features)


def _end_of_header(body: Body, names: Sequence[str]) -> int:
    """Where the rows start; a header with other names or another order would put values under wrong names."""
    end = body.find(b"\n")
    line = body if end < 0 else body[:end]
    if KEY.encode() not in line:
        return 0
    header = next(csv.reader([line.decode(errors="replace").strip()]))
    if header != list(names):
        wrong = next((i for i, pair in enumerate(zip(header, names, strict=False)) if pair[0] != pair[1]), None)
        place = f"column {wrong + 1} is not {names[wrong]}" if wrong is not None else f"{len(header)} columns"
        raise BadInputError(f"the CSV header differs from the model's {len(names)} columns: {place}")
    return len(line) + 1


def _first_fault(rows: Body, names: Sequence[str]) -> str:
    """Find, slowly, the row and column that stopped the fast reader; never repeats the content."""
    lines = (line for line in csv.reader(io.StringIO(rows.decode(errors="replace"))) if line)
    for row, fields in enumerate(lines, start=1):
        if len(fields) != len(names):
            return f"row {row} has {len(fields)} columns, expected {len(names)}"
        for name, field in zip(names, fields, strict=True):
            valid = _INTEGER if name == KEY else _NUMBER
            if field not in _NULLS and not valid.fullmatch(field):
                return f"row {row}, column {name}: the value is not {'an integer' if name == KEY else 'a number'}"
    return "the body is not CSV that can be read"


def _table(batch: ScoredBatch) -> pa.Table:
    rows = len(batch.timesheet_ids)
    codes, explanations, evidence = zip(*batch.reasons, strict=True) if batch.reasons else ((), (), ())
    return pa.table(
        {
            KEY: _numbers(pa.int64(), batch.timesheet_ids),
            "score": _numbers(pa.float64(), batch.scores),
            "reason_codes": _texts(batch, codes, ""),
            "explanation": _texts(batch, explanations, ""),
            "evidence": _texts(batch, evidence, "[]"),
            "model_version": _same(batch.model_version, rows),
            "feature_schema_hash": _same(batch.feature_schema_hash, rows),
        }
    )


def _numbers(kind: pa.DataType, values: npt.NDArray[Any]) -> pa.Array:
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def _same(text: str, rows: int) -> pa.Array:
    """A string column that takes a byte per row; `pa.array` and `pa.repeat` would import pandas where there is one."""
    content = text.encode()
    ends = pa.py_buffer(np.array([0, len(content)], np.int32))
    texts = pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(content)])
    return pa.DictionaryArray.from_arrays(_numbers(pa.int8(), np.zeros(rows, np.int8)), texts)


def _texts(batch: ScoredBatch, told: Sequence[str], untold: str) -> pa.Array:
    """A string column, built from its buffers: nearly every row holds the same `untold` text."""
    encoded, rows = [text.encode() for text in told], len(batch.timesheet_ids)
    lengths = np.full(rows + 1, len(untold), dtype=np.int32)
    lengths[0] = 0
    lengths[batch.explained + 1] = [len(text) for text in encoded]
    if untold:
        gaps = np.diff(batch.explained, prepend=-1, append=rows) - 1
        between = [untold.encode() * gap for gap in gaps.tolist()]
        encoded = [part for pair in zip(between, [*encoded, b""], strict=True) for part in pair]
    offsets = np.cumsum(lengths, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))])


def _write_arrow(batch: ScoredBatch) -> bytes:
    table = _table(batch)
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4" if table.nbytes > COMPRESSED_FROM_BYTES else None)
    with pa.ipc.new_stream(sink, table.schema, options=options) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def _write_parquet(batch: ScoredBatch) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(_table(batch), sink, compression="zstd")
    return bytes(sink.getvalue())


def _write_json_lines(batch: ScoredBatch) -> bytes:
    told = dict(zip(batch.explained.tolist(), batch.reasons, strict=True))
    end = f'"model_version":{json.dumps(batch.model_version)},"feature_schema_hash":"{batch.feature_schema_hash}"}}\n'
    plain = f'"reason_codes":"","explanation":"","reasons":[],{end}'
    lines = [
        f'{{"timesheet_id":{key},"score":{micros / 1_000_000:.6f},{plain}'
        for key, micros in zip(batch.timesheet_ids.tolist(), batch.micro_scores.tolist(), strict=True)
    ]
    for row, reasons in told.items():
        lines[row] = (
            f'{lines[row][: -len(plain)]}"reason_codes":"{reasons.codes}",'
            f'"explanation":{json.dumps(reasons.explanation)},"reasons":{reasons.evidence},{end}'
        )
    return "".join(lines).encode()


_READERS: dict[str, Callable[[Body, Sequence[str]], Rows]] = {
    CSV: _read_csv,
    PARQUET: _read_parquet,
    ARROW: _read_arrow,
}
_WRITERS: dict[str, Callable[[ScoredBatch], bytes]] = {
    JSON_LINES: _write_json_lines,
    PARQUET: _write_parquet,
    ARROW: _write_arrow,
}
