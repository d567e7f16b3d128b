"""Reads what a statement is: queries stay text for the compiler, everything else becomes a small record."""

from collections.abc import Callable
from dataclasses import dataclass, field

from localcloud.engines.athena.catalog import (
    AVRO_SERDE,
    JSON_SERDES,
    LAZY_SERDE,
    OPEN_CSV_SERDE,
    ORC_SERDE,
    PARQUET_SERDE,
    TEXT_INPUT,
    Column,
    Storage,
)
from localcloud.engines.athena.errors import NotSupportedError, UserQueryError
from localcloud.engines.athena.words import Words

Name = tuple[str | None, str]
TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
FORMATS: dict[str, tuple[str, str, str]] = {
    "PARQUET": (
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        PARQUET_SERDE,
    ),
    "AVRO": (
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
        AVRO_SERDE,
    ),
    "TEXTFILE": (TEXT_INPUT, TEXT_OUTPUT, LAZY_SERDE),
    "JSON": (TEXT_INPUT, TEXT_OUTPUT, JSON_SERDES[0]),
    "ORC": (
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
        ORC_SERDE,
    ),
}


@dataclass(frozen=True)
class Query:
    sql: str


@dataclass(frozen=True)
class Explain:
    sql: str
    analyze: bool


@dataclass(frozen=True)
class CreateDatabase:
    name: str
    if_not_exists: bool
    comment: str | None
    location: str | None


@dataclass(frozen=True)
class DropDatabase:
    name: str
    if_exists: bool
    cascade: bool


@dataclass(frozen=True)
class CreateTable:
    name: Name
    if_not_exists: bool
    columns: tuple[Column, ...]
    partition_keys: tuple[Column, ...]
    storage: Storage
    comment: str | None
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CreateTableAs:
    name: Name
    if_not_exists: bool
    properties: dict[str, str | list[str]]
    sql: str
    with_data: bool = True


@dataclass(frozen=True)
class Insert:
    name: Name
    columns: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class Unload:
    sql: str
    location: str
    properties: dict[str, str | list[str]]


@dataclass(frozen=True)
class CreateView:
    name: Name
    or_replace: bool
    sql: str


@dataclass(frozen=True)
class DropTable:
    name: Name
    if_exists: bool
    view: bool


@dataclass(frozen=True)
class AlterTable:
    """One change: add, drop, columns, replace, location or properties."""

    name: Name
    change: str
    partitions: tuple[tuple[dict[str, str], str | None], ...] = ()
    columns: tuple[Column, ...] = ()
    location: str | None = None
    lenient: bool = False
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Repair:
    name: Name


@dataclass(frozen=True)
class Show:
    """what: tables, views, databases, partitions, columns, create table, create view, tblproperties."""

    what: str
    name: Name | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class Describe:
    name: Name


@dataclass(frozen=True)
class Prepare:
    name: str
    sql: str


@dataclass(frozen=True)
class Execute:
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Deallocate:
    name: str


Statement = (
    Query
    | Explain
    | CreateDatabase
    | DropDatabase
    | CreateTable
    | CreateTableAs
    | Insert
    | Unload
    | CreateView
    | DropTable
    | AlterTable
    | Repair
    | Show
    | Describe
    | Prepare
    | Execute
    | Deallocate
)
REFUSED = ("DELETE", "UPDATE", "MERGE", "OPTIMIZE", "VACUUM", "TRUNCATE", "GRANT", "REVOKE", "CALL", "ANALYZE")


def parse_statement(sql: str) -> Statement:
    """What the statement is. Raises SyntaxQueryError, or NotSupportedError for statements of Iceberg tables."""
    words = Words(sql)
    first = words.current.upper if words.current else ""
    if first in REFUSED:
        raise NotSupportedError(f"{first} is not supported by this engine")
    parser = _PARSERS.get(first)
    if parser is None:
        return Query(sql)
    words.take(first)
    return parser(words)


def _create(words: Words) -> Statement:
    if words.take("DATABASE") or words.take("SCHEMA"):
        return _create_database(words)
    or_replace = words.take("OR", "REPLACE")
    if words.take("VIEW"):
        name = words.qualified()
        words.expect("AS")
        return CreateView(name, or_replace, words.rest_in_place())
    external = words.take("EXTERNAL")
    words.expect("TABLE")
    if_not_exists = words.take("IF", "NOT", "EXISTS")
    name = words.qualified()
    if words.peek("WITH") or words.peek("AS"):
        properties = _ctas_properties(words) if words.take("WITH") else {}
        words.expect("AS")
        return _create_as(words, name, if_not_exists, properties)
    return _create_table(words, name, if_not_exists, external)


def _create_as(words: Words, name: Name, if_not_exists: bool, properties: dict[str, str | list[str]]) -> Statement:
    sql = words.rest_in_place().rstrip().rstrip(";").rstrip()
    upper = sql.upper()
    with_data = not upper.endswith("WITH NO DATA")
    for ending in ("WITH NO DATA", "WITH DATA"):
        if upper.endswith(ending):
            sql = sql[: -len(ending)]
            break
    return CreateTableAs(name, if_not_exists, properties, sql, with_data)


def _create_database(words: Words) -> Statement:
    if_not_exists = words.take("IF", "NOT", "EXISTS")
    name, comment, location = words.name(), None, None
    while not words.done:
        if words.take("COMMENT"):
            comment = words.string()
        elif words.take("LOCATION"):
            location = words.string()
        elif words.take("WITH", "DBPROPERTIES"):
            _string_map(words)
        else:
            raise words.error("Expecting: 'COMMENT', 'LOCATION', 'WITH', <EOF>")
    return CreateDatabase(name, if_not_exists, comment, location)


def _create_table(words: Words, name: Name, if_not_exists: bool, external: bool) -> Statement:
    words.expect("(")
    columns = _columns(words)
    partition_keys: tuple[Column, ...] = ()
    comment: str | None = None
    formats, serde, serde_parameters = FORMATS["TEXTFILE"], "", dict[str, str]()
    location, properties = "", dict[str, str]()
    while not words.done:
        if words.take("COMMENT"):
            comment = words.string()
        elif words.take("PARTITIONED", "BY"):
            words.expect("(")
            partition_keys = _columns(words)
        elif words.take("ROW", "FORMAT", "SERDE"):
            serde = words.string()
        elif words.take("WITH", "SERDEPROPERTIES"):
            serde_parameters |= _string_map(words)
        elif words.take("ROW", "FORMAT", "DELIMITED"):
            serde_parameters |= _delimited(words)
        elif words.take("STORED", "AS"):
            formats = _stored_as(words)
        elif words.take("LOCATION"):
            location = words.string()
        elif words.take("TBLPROPERTIES"):
            properties |= _string_map(words)
        elif words.take("CLUSTERED", "BY"):
            raise NotSupportedError("CLUSTERED BY is not supported by this engine")
        else:
            raise words.error("Expecting: 'COMMENT', 'PARTITIONED', 'ROW', 'STORED', 'LOCATION', 'TBLPROPERTIES'")
    if properties.get("table_type", "").upper() == "ICEBERG":
        raise NotSupportedError("Iceberg tables are not supported by this engine")
    if not external:
        raise UserQueryError(
            "external is required to create a table that is not Iceberg: use CREATE EXTERNAL TABLE", "SYNTAX_ERROR"
        )
    if not location:
        raise UserQueryError("No location is specified for the table", "MISSING_LOCATION")
    input_format, output_format, default_serde = formats
    if serde == OPEN_CSV_SERDE or serde in JSON_SERDES:
        input_format, output_format = FORMATS["TEXTFILE"][:2]
    if "skip.header.line.count" in properties:
        serde_parameters.setdefault("skip.header.line.count", properties["skip.header.line.count"])
    storage = Storage(
        location,
        input_format,
        output_format,
        serde or default_serde,
        tuple(sorted((serde_parameters or {"serialization.format": "1"}).items())),
    )
    return CreateTable(name, if_not_exists, columns, partition_keys, storage, comment, properties)


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


def _columns(words: Words) -> tuple[Column, ...]:
    """`name type [COMMENT 'text'], ...` up to the closing parenthesis."""
    columns = []
    while True:
        name = words.name()
        hive = _hive_type(words)
        comment = words.string() if words.take("COMMENT") else None
        columns.append(Column(name, hive, comment))
        if words.take(")"):
            return tuple(columns)
        words.expect(",")


_HIVE_TYPES = (
    "tinyint",
    "smallint",
    "int",
    "integer",
    "bigint",
    "boolean",
    "float",
    "double",
    "string",
    "binary",
    "date",
    "timestamp",
    "decimal",
    "char",
    "varchar",
    "array",
    "map",
    "struct",
)


def _hive_type(words: Words) -> str:
    name = words.name()
    if name not in _HIVE_TYPES:
        raise UserQueryError(f"FAILED: ParseException: cannot recognize input near '{name}' in column type")
    name = "int" if name == "integer" else name
    if name in ("decimal", "char", "varchar"):
        if words.take("("):
            return f"{name}({words.until_matching().replace(' ', '')})"
        return "decimal(10,0)" if name == "decimal" else name
    if name in ("array", "map", "struct"):
        words.expect("<")
        parts = []
        while not words.take(">"):
            if name == "struct":
                field_name = words.name()
                words.expect(":")
                parts.append(f"{field_name}:{_hive_type(words)}")
            else:
                parts.append(_hive_type(words))
            words.take(",")
        return f"{name}<{','.join(parts)}>"
    return name


def _string_map(words: Words) -> dict[str, str]:
    words.expect("(")
    found: dict[str, str] = {}
    while not words.take(")"):
        key = words.string() if words.current and words.current.kind == "string" else words.name()
        words.expect("=")
        found[key] = words.string() if words.current and words.current.kind == "string" else words.name()
        words.take(",")
    return found


def _ctas_properties(words: Words) -> dict[str, str | list[str]]:
    words.expect("(")
    found: dict[str, str | list[str]] = {}
    while not words.take(")"):
        key = words.name()
        words.expect("=")
        if words.take("ARRAY", "["):
            values = []
            while not words.take("]"):
                values.append(words.string())
                words.take(",")
            found[key] = values
        elif words.current and words.current.kind == "string":
            found[key] = words.string()
        else:
            found[key] = words.name()
        words.take(",")
    return found


def _drop(words: Words) -> Statement:
    if words.take("DATABASE") or words.take("SCHEMA"):
        if_exists = words.take("IF", "EXISTS")
        name = words.name()
        cascade = words.take("CASCADE") or (words.take("RESTRICT") and False)
        words.end()
        return DropDatabase(name, if_exists, cascade)
    view = words.take("VIEW")
    if not view:
        words.expect("TABLE")
    if_exists = words.take("IF", "EXISTS")
    result = DropTable(words.qualified(), if_exists, view)
    words.end()
    return result


def _partition(words: Words) -> dict[str, str]:
    words.expect("(")
    values: dict[str, str] = {}
    while not words.take(")"):
        key = words.name()
        words.expect("=")
        words.take("DATE")
        word = words.current
        values[key] = words.string() if word and word.kind == "string" else words.name()
        words.take(",")
    return values


def _alter(words: Words) -> Statement:
    words.expect("TABLE")
    name = words.qualified()
    if words.take("ADD", "COLUMNS") or words.take("ADD", "COLUMN"):
        words.expect("(")
        return AlterTable(name, "columns", columns=_columns(words))
    if words.take("REPLACE", "COLUMNS"):
        words.expect("(")
        return AlterTable(name, "replace", columns=_columns(words))
    if words.take("ADD"):
        lenient = words.take("IF", "NOT", "EXISTS")
        added = []
        while words.take("PARTITION"):
            values = _partition(words)
            added.append((values, words.string() if words.take("LOCATION") else None))
        words.end()
        return AlterTable(name, "add", tuple(added), lenient=lenient)
    if words.take("DROP"):
        lenient = words.take("IF", "EXISTS")
        dropped = []
        while words.take("PARTITION"):
            dropped.append((_partition(words), None))
            words.take(",")
        words.end()
        return AlterTable(name, "drop", tuple(dropped), lenient=lenient)
    if words.take("SET", "LOCATION"):
        return AlterTable(name, "location", location=words.string())
    if words.take("SET", "TBLPROPERTIES"):
        return AlterTable(name, "properties", properties=_string_map(words))
    if words.take("PARTITION"):
        values = _partition(words)
        words.expect("SET", "LOCATION")
        return AlterTable(name, "location", ((values, None),), location=words.string())
    raise words.error("Expecting: 'ADD', 'DROP', 'SET', 'REPLACE', 'PARTITION'")


def _msck(words: Words) -> Statement:
    words.expect("REPAIR", "TABLE")
    return Repair(words.qualified())


def _show(words: Words) -> Statement:
    if words.take("DATABASES") or words.take("SCHEMAS"):
        words.take("LIKE")
        return Show("databases", pattern=None if words.done else words.string())
    for what in ("TABLES", "VIEWS"):
        if words.take(what):
            name = words.name() if words.take("IN") or words.take("FROM") else None
            words.take("LIKE")
            return Show(what.lower(), (name, "") if name else None, None if words.done else words.string())
    if words.take("PARTITIONS"):
        return Show("partitions", words.qualified())
    if words.take("COLUMNS"):
        if not (words.take("IN") or words.take("FROM")):
            raise words.error("Expecting: 'IN', 'FROM'")
        database, name = words.qualified()
        if words.take("IN") or words.take("FROM"):
            database = words.name()
        return Show("columns", (database, name))
    if words.take("CREATE", "TABLE"):
        return Show("create table", words.qualified())
    if words.take("CREATE", "VIEW"):
        return Show("create view", words.qualified())
    if words.take("TBLPROPERTIES"):
        return Show("tblproperties", words.qualified())
    raise words.error("Expecting: 'COLUMNS', 'CREATE', 'DATABASES', 'PARTITIONS', 'TABLES', 'TBLPROPERTIES', 'VIEWS'")


def _describe(words: Words) -> Statement:
    _ = words.take("EXTENDED") or words.take("FORMATTED") or words.take("TABLE")
    name = words.qualified()
    words.end()
    return Describe(name)


def _insert(words: Words) -> Statement:
    words.expect("INTO")
    words.take("TABLE")
    name = words.qualified()
    columns: list[str] = []
    if words.peek("(") and not _opens_query(words):
        words.take("(")
        while not words.take(")"):
            columns.append(words.name())
            words.take(",")
    return Insert(name, tuple(columns), words.rest_in_place())


def _opens_query(words: Words) -> bool:
    return words.peek("(", "SELECT") or words.peek("(", "WITH") or words.peek("(", "VALUES")


def _unload(words: Words) -> Statement:
    words.expect("(")
    sql = words.until_matching()
    words.expect("TO")
    location = words.string()
    properties = _ctas_properties(words) if words.take("WITH") else {}
    words.end()
    return Unload(sql, location, properties)


def _explain(words: Words) -> Statement:
    analyze = words.take("ANALYZE")
    if words.take("("):
        words.until_matching()
    return Explain(words.rest_in_place(), analyze)


def _prepare(words: Words) -> Statement:
    name = words.name()
    words.expect("FROM")
    return Prepare(name, words.rest())


def _execute(words: Words) -> Statement:
    name = words.name()
    values = tuple(split_values(words.rest())) if words.take("USING") else ()
    return Execute(name, values)


def _deallocate(words: Words) -> Statement:
    words.expect("PREPARE")
    return Deallocate(words.name())


def split_values(text: str) -> list[str]:
    """The texts between top-level commas."""
    words, values, depth, start = Words(text), [], 0, 0
    for word in words._words:
        depth += word.text in "([" and word.kind == "symbol"
        depth -= word.text in ")]" and word.kind == "symbol"
        if word.text == "," and not depth:
            values.append(text[start : word.start].strip())
            start = word.end
    return [*values, text[start:].strip().rstrip(";")]


_PARSERS: dict[str, Callable[[Words], Statement]] = {
    "CREATE": _create,
    "DROP": _drop,
    "ALTER": _alter,
    "MSCK": _msck,
    "SHOW": _show,
    "DESCRIBE": _describe,
    "DESC": _describe,
    "INSERT": _insert,
    "UNLOAD": _unload,
    "EXPLAIN": _explain,
    "PREPARE": _prepare,
    "EXECUTE": _execute,
    "DEALLOCATE": _deallocate,
}
