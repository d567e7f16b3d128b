"""Reads lists of columns with Hive's types."""

from localcloud.engines.athena.catalog import Column
from localcloud.engines.athena.errors import UserQueryError
from localcloud.engines.athena.words import Words


def columns(words: Words) -> tuple[Column, ...]:
    """`name type [COMMENT 'text'], ...` up to the closing parenthesis."""
    found = []
    while True:
        name = words.name()
        hive = hive_type(words)
        comment = words.string() if words.take("COMMENT") else None
        found.append(Column(name, hive, comment))
        if words.take(")"):
            return tuple(found)
        words.expect(",")


HIVE_TYPES = (
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


def hive_type(words: Words) -> str:
    name = words.name()
    if name not in HIVE_TYPES:
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
                parts.append(f"{field_name}:{hive_type(words)}")
            else:
                parts.append(hive_type(words))
            words.take(",")
        return f"{name}<{','.join(parts)}>"
    return name
