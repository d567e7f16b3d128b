"""What the databases write differently in the queries of ingest; all else is the same SQL on each of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hourglass.errors import SourceMappingError


@dataclass(frozen=True)
class Dialect:
    """One way to write SQL.

    `text` is the type to cast dates, timestamps and decimals to; None where every driver's text of them is the
    database's own. `nulls` is the type of a NULL that stands for a column of that mapping type; `current_schema` is
    where names without a schema are looked up.
    """

    name: str
    quote: str
    text: str | None
    nulls: Mapping[str, str]
    current_schema: str

    def quoted(self, *parts: str) -> str:
        """An identifier, part by part: reserved words, spaces and quotes are all possible."""
        return ".".join(self.quote + part.replace(self.quote, self.quote * 2) + self.quote for part in parts)

    def null(self, kind: str) -> str:
        """NULL with the type that a column of this mapping type has."""
        return f"cast(null as {self.nulls[kind]})"

    def as_text(self, expression: str) -> str:
        """A value that lands as the text that the database writes for it, whatever driver carries it."""
        return f"cast({expression} as {self.text})" if self.text else expression


POSTGRESQL = Dialect(
    name="postgresql",
    quote='"',
    text=None,  # a cast costs a third of the rows per second of a COPY
    nulls={
        "bigint": "bigint", "integer": "integer", "numeric": "numeric", "boolean": "boolean", "date": "date",
        "timestamp": "timestamp", "text": "varchar",
    },
    current_schema="current_schema()",
)  # fmt: skip
MYSQL = Dialect(  # and MariaDB; neither has a boolean to cast to
    name="mysql",
    quote="`",
    text="char",  # drivers differ: 09:00:00 or 09:00:00.0
    nulls={
        "bigint": "signed", "integer": "signed", "numeric": "decimal(38, 2)", "boolean": "signed", "date": "date",
        "timestamp": "datetime(6)", "text": "char",
    },
    current_schema="database()",
)  # fmt: skip

DIALECTS: Mapping[str, Dialect] = {"postgresql": POSTGRESQL, "mysql": MYSQL}
_OF_URL = {"postgresql": "postgresql", "mariadb": "mysql", "mysql": "mysql"}


def dialect_of(jdbc_url: str) -> str:
    """The dialect of the database behind a JDBC URL.

    Raises:
        SourceMappingError: Hourglass knows none.
    """
    found = re.match(r"jdbc:(\w+):", jdbc_url)
    if found is None or found[1] not in _OF_URL:
        raise SourceMappingError(f"a source is jdbc:postgresql:, jdbc:mariadb: or jdbc:mysql:, not {jdbc_url[:16]!r}…")
    return _OF_URL[found[1]]
