"""Reads lists of names and values: properties of tables and of queries, values of a partition."""

from localcloud.engines.athena.words import Words


def string_map(words: Words) -> dict[str, str]:
    words.expect("(")
    found: dict[str, str] = {}
    while not words.take(")"):
        key = words.string() if words.current and words.current.kind == "string" else words.name()
        words.expect("=")
        found[key] = words.string() if words.current and words.current.kind == "string" else words.name()
        words.take(",")
    return found


def query_properties(words: Words) -> dict[str, str | list[str]]:
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


def partition_values(words: Words) -> dict[str, str]:
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
