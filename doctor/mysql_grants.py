"""What a user of MariaDB or MySQL may do, read out of SHOW GRANTS."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

WRITES = ("INSERT", "UPDATE", "DELETE", "DROP", "ALTER")
_GRANT = re.compile(
    r"^GRANT (?P<privileges>.+?) ON (?:TABLE )?(?P<scope>\S+\.\S+|`.+?`\.(?:\*|`.+`)) TO ", re.IGNORECASE
)
_ALL = "ALL PRIVILEGES"


@dataclass(frozen=True)
class Grant:
    """Privileges on everything (`*`.`*`), on the schemas that a pattern matches, or on one table."""

    privileges: frozenset[str]
    schema: str
    table: str

    def covers(self, schema: str, table: str) -> bool:
        return (self.schema == "*" or _matches(self.schema, schema)) and self.table in ("*", table)


def parse_grants(lines: Iterable[str]) -> list[Grant]:
    """The grants on tables; lines about roles and proxies are skipped."""
    grants = []
    for line in lines:
        found = _GRANT.match(line)
        if not found:
            continue
        # A list of columns, as in SELECT (a, b), holds commas of its own.
        privileges = re.sub(r"\s*\([^)]*\)", "", found["privileges"])
        schema, table = _scope(found["scope"])
        grants.append(Grant(frozenset(p.strip().upper() for p in privileges.split(",")), schema, table))
    return grants


def writes_to(grants: Iterable[Grant], schema: str, table: str) -> tuple[str, ...]:
    """The ways in which this user may change a table."""
    held = frozenset[str]().union(*(grant.privileges for grant in grants if grant.covers(schema, table)))
    return WRITES if _ALL in held else tuple(write for write in WRITES if write in held)


def powers_of(grants: Iterable[Grant]) -> tuple[str, ...]:
    """What goes beyond tables."""
    everywhere = frozenset[str]().union(*(g.privileges for g in grants if (g.schema, g.table) == ("*", "*")))
    return tuple(sorted(everywhere & {_ALL, "SUPER", "CREATE USER", "FILE", "SHUTDOWN"}))


def _scope(text: str) -> tuple[str, str]:
    parts = re.fullmatch(r"(\*|`(?:[^`]|``)+`)\.(\*|`(?:[^`]|``)+`)", text)
    if not parts:
        return "", ""
    schema, table = (part if part == "*" else part[1:-1].replace("``", "`") for part in parts.groups())
    return schema, table


def _matches(pattern: str, schema: str) -> bool:
    """`%` and `_` are wildcards in the schema of a grant, unless a backslash precedes them."""
    parts = re.findall(r"\\.|.", pattern)
    wildcards = {"%": ".*", "_": "."}
    regex = "".join(wildcards.get(part) or re.escape(part.removeprefix("\\")) for part in parts)
    return re.fullmatch(regex, schema) is not None
