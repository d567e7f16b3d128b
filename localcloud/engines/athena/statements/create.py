"""Reads CREATE: databases, views, tables of a query; tables of files are described in `tables`."""

from localcloud.engines.athena.statements.properties import query_properties, string_map
from localcloud.engines.athena.statements.records import CreateDatabase, CreateTableAs, CreateView, Name, Statement
from localcloud.engines.athena.statements.tables import create_table
from localcloud.engines.athena.words import Words


def create(words: Words) -> Statement:
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
        properties = query_properties(words) if words.take("WITH") else {}
        words.expect("AS")
        return _create_as(words, name, if_not_exists, properties)
    return create_table(words, name, if_not_exists, external)


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
            string_map(words)
        else:
            raise words.error("Expecting: 'COMMENT', 'LOCATION', 'WITH', <EOF>")
    return CreateDatabase(name, if_not_exists, comment, location)
