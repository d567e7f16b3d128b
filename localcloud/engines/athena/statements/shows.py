"""Reads SHOW and DESCRIBE."""

from localcloud.engines.athena.statements.records import Describe, Show, Statement
from localcloud.engines.athena.words import Words


def show(words: Words) -> Statement:
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


def describe(words: Words) -> Statement:
    _ = words.take("EXTENDED") or words.take("FORMATTED") or words.take("TABLE")
    name = words.qualified()
    words.end()
    return Describe(name)
