"""Reads DROP, ALTER TABLE and MSCK REPAIR TABLE."""

from localcloud.engines.athena.statements.columns import columns
from localcloud.engines.athena.statements.properties import partition_values, string_map
from localcloud.engines.athena.statements.records import AlterTable, DropDatabase, DropTable, Repair, Statement
from localcloud.engines.athena.words import Words


def drop(words: Words) -> Statement:
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


def alter(words: Words) -> Statement:
    words.expect("TABLE")
    name = words.qualified()
    if words.take("ADD", "COLUMNS") or words.take("ADD", "COLUMN"):
        words.expect("(")
        return AlterTable(name, "columns", columns=columns(words))
    if words.take("REPLACE", "COLUMNS"):
        words.expect("(")
        return AlterTable(name, "replace", columns=columns(words))
    if words.take("ADD"):
        lenient = words.take("IF", "NOT", "EXISTS")
        added = []
        while words.take("PARTITION"):
            values = partition_values(words)
            added.append((values, words.string() if words.take("LOCATION") else None))
        words.end()
        return AlterTable(name, "add", tuple(added), lenient=lenient)
    if words.take("DROP"):
        lenient = words.take("IF", "EXISTS")
        dropped = []
        while words.take("PARTITION"):
            dropped.append((partition_values(words), None))
            words.take(",")
        words.end()
        return AlterTable(name, "drop", tuple(dropped), lenient=lenient)
    if words.take("SET", "LOCATION"):
        return AlterTable(name, "location", location=words.string())
    if words.take("SET", "TBLPROPERTIES"):
        return AlterTable(name, "properties", properties=string_map(words))
    if words.take("PARTITION"):
        values = partition_values(words)
        words.expect("SET", "LOCATION")
        return AlterTable(name, "location", ((values, None),), location=words.string())
    raise words.error("Expecting: 'ADD', 'DROP', 'SET', 'REPLACE', 'PARTITION'")


def repair(words: Words) -> Statement:
    words.expect("REPAIR", "TABLE")
    return Repair(words.qualified())
