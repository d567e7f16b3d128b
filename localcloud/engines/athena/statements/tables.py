"""Reads CREATE EXTERNAL TABLE, Hive's way to describe files."""

import re

from localcloud.engines.athena.catalog import LAZY_SERDE, Column, Storage
from localcloud.engines.athena.errors import NotSupportedError, UserQueryError
from localcloud.engines.athena.statements.columns import columns
from localcloud.engines.athena.statements.formats import FORMATS
from localcloud.engines.athena.statements.properties import string_map
from localcloud.engines.athena.statements.records import CreateTable, Name, Statement
from localcloud.engines.athena.words import Words

_ICEBERG = re.compile(r"""['"]table_type['"]\s*=\s*['"]iceberg['"]""", re.IGNORECASE)


def create_table(words: Words, name: Name, if_not_exists: bool, external: bool) -> Statement:
    if _ICEBERG.search(words.sql):
        raise NotSupportedError("Iceberg tables are not supported by this engine")
    words.expect("(")
    stored = columns(words)
    partition_keys: tuple[Column, ...] = ()
    comment: str | None = None
    formats, serde, serde_parameters = FORMATS["TEXTFILE"], "", dict[str, str]()
    location, properties = "", dict[str, str]()
    while not words.done:
        if words.take("COMMENT"):
            comment = words.string()
        elif words.take("PARTITIONED", "BY"):
            words.expect("(")
            partition_keys = columns(words)
        elif words.take("ROW", "FORMAT", "SERDE"):
            serde = words.string()
        elif words.take("WITH", "SERDEPROPERTIES"):
            serde_parameters |= string_map(words)
        elif words.take("ROW", "FORMAT", "DELIMITED"):
            serde_parameters |= _delimited(words)
        elif words.take("STORED", "AS"):
            formats = _stored_as(words)
        elif words.take("LOCATION"):
            location = words.string()
        elif words.take("TBLPROPERTIES"):
            properties |= string_map(words)
        elif words.take("CLUSTERED", "BY"):
            raise NotSupportedError("CLUSTERED BY is not supported by this engine")
        else:
            raise words.error("Expecting: 'COMMENT', 'PARTITIONED', 'ROW', 'STORED', 'LOCATION', 'TBLPROPERTIES'")
    if not external:
        raise UserQueryError(
            "external is required to create a table that is not Iceberg: use CREATE EXTERNAL TABLE", "SYNTAX_ERROR"
        )
    if not location:
        raise UserQueryError("No location is specified for the table", "MISSING_LOCATION")
    input_format, output_format, default_serde = formats
    if "skip.header.line.count" in properties:
        serde_parameters.setdefault("skip.header.line.count", properties["skip.header.line.count"])
    storage = Storage(
        location.rstrip("/") if location.count("/") > 3 else location,
        input_format,
        output_format,
        serde or default_serde,
        tuple(sorted((serde_parameters or {"serialization.format": "1"}).items())),
    )
    return CreateTable(name, if_not_exists, stored, partition_keys, storage, comment, properties)


def _stored_as(words: Words) -> tuple[str, str, str]:
    if words.take("INPUTFORMAT"):
        input_format = words.string()
        words.expect("OUTPUTFORMAT")
        output_format = words.string()
        serde = next((f[2] for f in FORMATS.values() if f[0] == input_format), LAZY_SERDE)
        return input_format, output_format, serde
    name = words.name().upper()
    if name not in FORMATS:
        raise words.error("Expecting: 'PARQUET', 'AVRO', 'TEXTFILE', 'JSON', 'ORC', 'INPUTFORMAT'")
    return FORMATS[name]


def _delimited(words: Words) -> dict[str, str]:
    found: dict[str, str] = {}
    keys = {"FIELDS": "field.delim", "LINES": "line.delim", "MAP": "mapkey.delim", "COLLECTION": "colelction.delim"}
    while True:
        if words.take("ESCAPED", "BY"):
            found["escape.delim"] = words.string()
        elif words.take("NULL", "DEFINED", "AS"):
            found["serialization.null.format"] = words.string()
        else:
            key = next((k for k in keys if words.peek(k)), None)
            if key is None:
                break
            words.take(key)
            _ = words.take("KEYS") or words.take("ITEMS")
            words.expect("TERMINATED", "BY")
            found[keys[key]] = words.string()
    if "field.delim" in found:
        found["serialization.format"] = found["field.delim"]
    return found
