"""Reads rows as columns: COPY's CSV arrives in blocks and pyarrow parses each block while the next one comes.

Measured against a raw binary COPY that discards its bytes: 0.8 of its rows per second, memory flat (one block
of text, one of columns). COPY writes each value with its type's output function, which is the very text that
the JDBC driver's `getString` returns.
"""

import select
from collections.abc import Iterator, Sequence

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
from psycopg.pq import ExecStatus

from localcloud.engines.emr.sqoop.columns import Column
from localcloud.engines.emr.sqoop.errors import DatabaseError
from localcloud.engines.emr.sqoop.java_time import milliseconds
from localcloud.engines.emr.sqoop.jdbc import Connection, database_error

BLOCK_BYTES = 1 << 20
COPY_PREFIX = "COPY ("
COPY_SUFFIX = ") TO STDOUT (FORMAT csv)"

ARROW_TYPES = {
    "int": pa.int32(),
    "long": pa.int64(),
    "boolean": pa.bool_(),
    "float": pa.float32(),
    "double": pa.float64(),
    "string": pa.string(),
    "bytes": pa.binary(),
}
# The texts that pgjdbc takes for a boolean (BooleanTypeUtil), in the cases that people write them.
TRUE_TEXTS, FALSE_TEXTS = ("1", "t", "true", "y", "yes", "on"), ("0", "f", "false", "n", "no", "off")


def _in_every_case(texts: Sequence[str]) -> list[str]:
    return sorted({cased for text in texts for cased in (text, text.upper(), text.title())})


def copy_blocks(connection: Connection, query: str) -> Iterator[bytearray]:
    """The rows of a query as CSV text, in blocks of whole rows of about a megabyte.

    Asks libpq row by row itself: psycopg's own loop costs three times as much as everything else in here.
    """
    link = connection.pgconn
    readable = select.poll()
    readable.register(link.socket, select.POLLIN)
    block = bytearray()
    try:
        started = link.exec_(f"{COPY_PREFIX}{query}{COPY_SUFFIX}".encode())
        if started.status != ExecStatus.COPY_OUT:
            raise psycopg.errors.error_from_result(started)
        while (received := link.get_copy_data(1))[0] >= 0:
            length, row = received
            if length:
                block += row
                if len(block) >= BLOCK_BYTES:
                    yield block
                    block = bytearray()
            else:
                readable.poll()
                link.consume_input()
        ended = link.get_result()
        if ended is None or ended.status != ExecStatus.COMMAND_OK:
            raise (
                psycopg.errors.error_from_result(ended) if ended else psycopg.OperationalError("the connection is lost")
            )
        while link.get_result():  # until there is no more, the connection is busy
            continue
    except psycopg.Error as error:
        raise database_error(error, len(COPY_PREFIX)) from None
    if block:
        yield block


class BlockParser:
    """Parses blocks of CSV into tables whose columns have the Avro types."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        names = [f"f{i}" for i in range(len(columns))]
        types = {
            name: ARROW_TYPES[column.avro_type] if column.reading == "plain" else pa.string()
            for name, column in zip(names, columns, strict=True)
        }
        self._reading = csv.ReadOptions(column_names=names, use_threads=False, block_size=BLOCK_BYTES * 64)
        self._conversion = csv.ConvertOptions(
            column_types=types,
            strings_can_be_null=True,
            null_values=[""],
            quoted_strings_can_be_null=False,
            true_values=_in_every_case(TRUE_TEXTS),
            false_values=_in_every_case(FALSE_TEXTS),
            check_utf8=False,
        )
        self._format = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)

    def parse(self, block: bytearray) -> pa.Table:
        reader = pa.BufferReader(block)
        try:
            table = csv.read_csv(reader, self._reading, self._format, self._conversion)
        except pa.ArrowInvalid as error:
            raise DatabaseError(self._sentence(str(error))) from None
        arrays = [
            convert(table.column(i), column.reading) if column.reading != "plain" else table.column(i)
            for i, column in enumerate(self.columns)
        ]
        return pa.table(arrays, names=[column.field_name for column in self.columns])

    def _sentence(self, message: str) -> str:
        """The driver's words for a value that does not fit the type it was mapped to."""
        _, _, rest = message.partition("In CSV column #")
        number, _, why = rest.partition(":")
        column = self.columns[int(number)] if number.isdigit() else self.columns[0]
        value = why.rsplit("value '", 1)[-1].split("'")[0] if "value '" in why else why.strip()
        if column.avro_type == "boolean":
            return f'Cannot cast to boolean: "{value}" (column {column.name})'
        return f"Bad value for type {column.avro_type} : {value} (column {column.name})"


def convert(values: pa.ChunkedArray, reading: str) -> pa.ChunkedArray:
    """What the text of a value becomes: dates and times epoch milliseconds in UTC, bytea bytes, decimals themselves.

    Raises:
        DatabaseError: a decimal that Java has no BigDecimal for.
    """
    if reading == "decimal":
        odd = values.filter(pc.match_substring_regex(values, "[Nn]"))
        if len(odd):
            raise DatabaseError(f"Bad value for type BigDecimal : {odd[0]}")
        return values
    if reading == "bytes":
        found = [None if value is None else bytes.fromhex(value[2:]) for value in values.to_pylist()]
        return pa.chunked_array([found], type=pa.binary())
    return milliseconds(values, reading)
