"""Reads statements that have a query inside, or that keep one for later: INSERT, UNLOAD, EXPLAIN, PREPARE, EXECUTE."""

from localcloud.engines.athena.statements.properties import query_properties
from localcloud.engines.athena.statements.records import (
    Deallocate,
    Execute,
    Explain,
    Insert,
    Prepare,
    Statement,
    Unload,
)
from localcloud.engines.athena.words import Words


def insert(words: Words) -> Statement:
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


def unload(words: Words) -> Statement:
    words.expect("(")
    sql = words.until_matching()
    words.expect("TO")
    location = words.string()
    properties = query_properties(words) if words.take("WITH") else {}
    words.end()
    return Unload(sql, location, properties)


def explain(words: Words) -> Statement:
    analyze = words.take("ANALYZE")
    if words.take("("):
        words.until_matching()
    return Explain(words.rest_in_place(), analyze)


def prepare(words: Words) -> Statement:
    name = words.name()
    words.expect("FROM")
    return Prepare(name, words.rest())


def execute(words: Words) -> Statement:
    name = words.name()
    values = tuple(split_values(words.rest())) if words.take("USING") else ()
    return Execute(name, values)


def deallocate(words: Words) -> Statement:
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
