"""What a source database says about itself: the facts that findings and proposals are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Column:
    """A column of the source. `type` is its information_schema name, `declared` what its CREATE TABLE says."""

    name: str
    type: str
    declared: str
    nullable: bool = True
    set_on_write: bool = False  # the database itself sets it whenever a row changes


@dataclass(frozen=True)
class Index:
    """A whole-table index that range scans can use; a column may also be an expression."""

    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True)
class Table:
    """A table or view, with its size as the catalog estimates it: nothing was counted."""

    schema: str
    name: str
    kind: str = "table"  # table | partitioned table | view | materialized view | foreign table
    rows: int | None = None
    stored_bytes: int | None = None
    columns: tuple[Column, ...] = ()
    primary_key: tuple[str, ...] = ()
    indexes: tuple[Index, ...] = ()
    readable: bool = True
    writes: tuple[str, ...] = ()  # INSERT, UPDATE, DELETE … that this user may do to it
    hides_rows: bool = False  # row level security applies to this user
    engine: str = ""
    unreadable_columns: tuple[str, ...] = ()

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def leads_an_index(self, name: str) -> bool:
        """Whether a range of `name`, a column or an expression, is found without reading the whole table."""
        return any(index.columns[0] == name for index in self.indexes)

    def is_unique(self, names: tuple[str, ...]) -> bool:
        """Whether the database keeps these columns unique: a unique index over some or all of them."""
        unique = [index.columns for index in self.indexes if index.unique]
        return any(set(columns) <= set(names) for columns in (*unique, self.primary_key) if columns)


@dataclass(frozen=True)
class Connections:
    """How many connections there are, and how many this user may still open."""

    allowed: int
    used: int
    user_allowed: int | None = None
    user_used: int = 0

    @property
    def left(self) -> int:
        left = self.allowed - self.used
        return left if self.user_allowed is None else min(left, self.user_allowed - self.user_used)


@dataclass(frozen=True)
class Replica:
    """A read-only copy. `lag_seconds` is None when the server does not tell."""

    lag_seconds: float | None


@dataclass(frozen=True)
class Server:
    """The server as this user sees it."""

    product: str  # PostgreSQL | MariaDB | MySQL
    version: str
    host: str
    port: int
    database: str
    default_schema: str  # where names without a schema are looked up
    user: str
    is_local: bool
    tls: str | None  # the protocol's version
    checks_certificate: bool
    clock_ahead_seconds: float
    round_trip_seconds: float
    time_zone: str
    utc_offset_seconds: int
    connections: Connections
    replica: Replica | None = None
    is_read_only: bool = False
    oldest_write_seconds: float | None = None  # how long the oldest transaction that writes has been open
    powers: tuple[str, ...] = ()  # superuser, ALL PRIVILEGES, …
    settings: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()  # what this user was not allowed to see

    @property
    def is_postgresql(self) -> bool:
        return self.product == "PostgreSQL"


@dataclass(frozen=True)
class Survey:
    """A database as it is, at one moment."""

    server: Server
    tables: tuple[Table, ...]
    taken_at: datetime

    def table(self, schema: str, name: str) -> Table | None:
        return next((table for table in self.tables if (table.schema, table.name) == (schema, name)), None)
