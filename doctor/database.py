"""What the doctor asks of a database, whichever it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from doctor.dialect import Dialect
from doctor.facts import Server, Table

Row = Sequence[Any]


@dataclass(frozen=True)
class Reading:
    """What reading the first rows of a statement showed: how fast they come, and as which types."""

    rows: int
    bytes: int
    seconds: float
    types: tuple[tuple[str, str], ...]  # (column, type), as the database names types

    @property
    def bytes_per_row(self) -> float:
        return self.bytes / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class Sample:
    """A FROM item that yields some rows of a table, and which ones they are in words.

    `is_even` when every row is as likely as any other to be among them.
    """

    relation: str
    words: str
    is_even: bool


class Database(Protocol):
    """One read-only session on a source database."""

    dialect: Dialect

    def server(self) -> Server:
        """The server as this user sees it."""

    def tables(self) -> list[Table]:
        """Every table and view outside the system's own schemas."""

    def rows(self, sql: str, seconds: float) -> list[Row]:
        """The result of one statement, which may take `seconds`.

        Raises:
            QueryTimeoutError: it was stopped.
            QueryRefusedError: the database's words.
            UnreachableError: the session is lost.
        """

    def read(self, sql: str, rows: int, seconds: float) -> Reading:
        """Read the first `rows` rows as a driver streams them. Raises as `rows` does."""

    def sample(self, table: Table, alias: str, columns: Sequence[str], rows: int) -> Sample:
        """About `rows` rows of a table, found quickly; `alias` is the name that SQL calls it by."""
