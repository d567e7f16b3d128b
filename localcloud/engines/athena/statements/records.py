"""The statements that are understood, each as a small record; queries stay text for the compiler."""

from dataclasses import dataclass, field

from localcloud.engines.athena.catalog import Column, Storage

Name = tuple[str | None, str]


@dataclass(frozen=True)
class Query:
    sql: str


@dataclass(frozen=True)
class Explain:
    sql: str
    analyze: bool


@dataclass(frozen=True)
class CreateDatabase:
    name: str
    if_not_exists: bool
    comment: str | None
    location: str | None


@dataclass(frozen=True)
class DropDatabase:
    name: str
    if_exists: bool
    cascade: bool


@dataclass(frozen=True)
class CreateTable:
    name: Name
    if_not_exists: bool
    columns: tuple[Column, ...]
    partition_keys: tuple[Column, ...]
    storage: Storage
    comment: str | None
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CreateTableAs:
    name: Name
    if_not_exists: bool
    properties: dict[str, str | list[str]]
    sql: str
    with_data: bool = True


@dataclass(frozen=True)
class Insert:
    name: Name
    columns: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class Unload:
    sql: str
    location: str
    properties: dict[str, str | list[str]]


@dataclass(frozen=True)
class CreateView:
    name: Name
    or_replace: bool
    sql: str


@dataclass(frozen=True)
class DropTable:
    name: Name
    if_exists: bool
    view: bool


@dataclass(frozen=True)
class AlterTable:
    """One change: add, drop, columns, replace, location or properties."""

    name: Name
    change: str
    partitions: tuple[tuple[dict[str, str], str | None], ...] = ()
    columns: tuple[Column, ...] = ()
    location: str | None = None
    lenient: bool = False
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Repair:
    name: Name


@dataclass(frozen=True)
class Show:
    """what: tables, views, databases, partitions, columns, create table, create view, tblproperties."""

    what: str
    name: Name | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class Describe:
    name: Name


@dataclass(frozen=True)
class Prepare:
    name: str
    sql: str


@dataclass(frozen=True)
class Execute:
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Deallocate:
    name: str


Statement = (
    Query
    | Explain
    | CreateDatabase
    | DropDatabase
    | CreateTable
    | CreateTableAs
    | Insert
    | Unload
    | CreateView
    | DropTable
    | AlterTable
    | Repair
    | Show
    | Describe
    | Prepare
    | Execute
    | Deallocate
)
