"""Keeps the cloud's state in one SQLite database, so that a killed process loses nothing it has acknowledged.

Tables: `backend` (one pickled moto backend per service, account and region), `part` (what a backend stores apart from
itself, such as a table of the catalog), `object` (one row per S3 object version), `journal` (small rows of engines that
must survive, such as undelivered events) and `meta` (who wrote this).
Every access holds LOCK: there is one lock for the whole state, because services call each other in every direction
and a lock per service would deadlock; the work under it is short and shares the interpreter's lock anyway.
"""

import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from localcloud.errors import StateVersionError

LOCK = threading.RLock()
READABLE_FORMATS = ("1", "2")  # before 2 there were no parts

_SCHEMA = """
create table if not exists meta (name text primary key, value text not null);
create table if not exists backend (
    module text not null, account text not null, region text not null, pickled blob not null,
    primary key (module, account, region)
);
create table if not exists part (
    module text not null, account text not null, region text not null, name text not null, pickled blob not null,
    primary key (module, account, region, name)
);
create table if not exists object (
    bucket text not null, key text not null, position integer not null,
    version text, is_marker integer not null, file text, size integer, etag text, modified real not null, extra blob,
    primary key (bucket, key, position)
) without rowid;
create table if not exists journal (
    namespace text not null, key text not null, value text not null, primary key (namespace, key)
);
"""


@dataclass(frozen=True)
class StoredBackend:
    """One pickled backend."""

    account: str
    region: str
    pickled: bytes
    parts: Mapping[str, bytes] = field(default_factory=dict)


class Store:
    """The database of one state folder. `write` joins the transaction of `begin` … `commit` if there is one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(_SCHEMA)
        self._check_version()
        self._transactional = False
        self._digests: dict[tuple[str, str, str], int] = {}

    def _check_version(self) -> None:
        wanted = {"format": READABLE_FORMATS, "moto": (version("moto"),)}
        found = dict(self._db.execute("select name, value from meta").fetchall())
        for name, values in wanted.items():
            if name in found and found[name] not in values:
                raise StateVersionError(
                    f"{self.path} was written with {name} {found[name]}, and this is {name} {values[-1]}: "
                    f"use the version that wrote it, or remove the state folder to start afresh."
                )
        rows = [(name, values[-1]) for name, values in wanted.items()]
        self._db.executemany("insert or replace into meta values (?, ?)", rows)

    def begin(self) -> None:
        """Makes the following writes one transaction, which starts with the first of them."""
        self._transactional = True

    def commit(self) -> None:
        """Ends the transaction; what it wrote survives from here on."""
        self._transactional = False
        if self._db.in_transaction:
            self._db.execute("commit")

    def write(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Executes one statement for every row."""
        with LOCK:
            if self._transactional and not self._db.in_transaction:
                self._db.execute("begin immediate")
            self._db.executemany(sql, rows)

    def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row of a query, including what the open transaction wrote."""
        with LOCK:
            return self._db.execute(sql, parameters).fetchall()

    def save_backend(self, module: str, stored: StoredBackend) -> bool:
        """Stores a backend unless it is as it was; answers whether it was stored."""
        key = (module, stored.account, stored.region)
        digest = hash(stored.pickled)
        if self._digests.get(key) == digest:
            return False
        self.write("insert or replace into backend values (?, ?, ?, ?)", [(*key, stored.pickled)])
        self._digests[key] = digest
        return True

    def save_parts(self, module: str, account: str, region: str, parts: Iterable[tuple[str, bytes]]) -> None:
        """Stores parts of a backend, replacing those of the same names."""
        rows = [(module, account, region, name, pickled) for name, pickled in parts]
        self.write("insert or replace into part values (?, ?, ?, ?, ?)", rows)

    def remove_parts(self, module: str, account: str, region: str, names: Iterable[str]) -> None:
        """Forgets parts that a backend no longer has."""
        rows = [(module, account, region, name) for name in names]
        self.write("delete from part where module = ? and account = ? and region = ? and name = ?", rows)

    def backends(self, module: str) -> list[StoredBackend]:
        """The stored backends of a service, with their parts."""
        rows = self.read("select account, region, pickled from backend where module = ?", [module])
        parts: dict[tuple[str, str], dict[str, bytes]] = {}
        for account, region, name, pickled in self.read(
            "select account, region, name, pickled from part where module = ?", [module]
        ):
            parts.setdefault((account, region), {})[name] = pickled
        for account, region, pickled in rows:
            self._digests[module, account, region] = hash(pickled)
        return [StoredBackend(*row, parts.get((row[0], row[1]), {})) for row in rows]

    def modules(self) -> set[str]:
        """The services that have state."""
        return {module for (module,) in self.read("select distinct module from backend")}

    def journal(self, namespace: str) -> "Journal":
        """Rows that survive the process, such as what is still to be delivered."""
        return Journal(self, namespace)

    def close(self) -> None:
        """Ends an open transaction and folds the write-ahead log into the file."""
        with LOCK:
            self.commit()
            self._db.close()


class Journal:
    """Named rows in the state; inside `service.mutating` they are part of the same transaction."""

    def __init__(self, store: Store, namespace: str) -> None:
        self._store = store
        self._namespace = namespace

    def add(self, key: str, value: str) -> None:
        """Stores a row, replacing one of the same key."""
        self._store.write("insert or replace into journal values (?, ?, ?)", [(self._namespace, key, value)])

    def remove(self, key: str) -> None:
        """Forgets a row; nothing happens if there is none."""
        self._store.write("delete from journal where namespace = ? and key = ?", [(self._namespace, key)])

    def pending(self) -> list[str]:
        """The values, in the order they were first stored."""
        return [value for _, value in self.items()]

    def items(self) -> list[tuple[str, str]]:
        """Keys and values, in the order they were first stored."""
        rows = self._store.read("select key, value from journal where namespace = ? order by rowid", [self._namespace])
        return [(str(key), str(value)) for key, value in rows]
