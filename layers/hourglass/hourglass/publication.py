"""What publishing changes in the catalog: readers see a table's new files by one repointed partition at a time.

Every move keeps the location that it replaces, so a publication can be reversed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from hourglass.errors import HourglassError
from hourglass.lake import plan_key
from hourglass.plans import staging_name

_SAME = {"varchar": "string", "integer": "int"}


class RunStoppedError(HourglassError):
    """Raised when the run was stopped while it published; readers see what they saw before."""


class SchemaMismatchError(HourglassError):
    """Raised when what a run staged has other columns than the table that readers use."""


@dataclass(frozen=True)
class CatalogTable:
    """A table of the catalog: columns as `(name, type)`, the partition column last."""

    name: str
    columns: tuple[tuple[str, str], ...]
    partition: str | None
    location: str


@dataclass(frozen=True)
class Move:
    """One table or partition points to `location` instead of `previous`; None means that it does not exist."""

    table: str
    partition: str | None
    location: str | None
    previous: str | None


class Catalog(Protocol):
    """Where tables and partitions point to."""

    def partitions(self, table: str) -> Mapping[str, str]:
        """Location by partition value."""

    def point_table(self, table: str, location: str) -> None: ...
    def create_partitions(self, table: str, locations: Mapping[str, str]) -> None: ...
    def update_partitions(self, table: str, locations: Mapping[str, str]) -> None: ...
    def delete_partitions(self, table: str, values: Sequence[str]) -> None: ...


def publication_key(run_id: str) -> str:
    return plan_key(run_id, "publication")


def published_runs(keys: Iterable[str]) -> list[str]:
    """The runs that have published, oldest first, from the keys of the plans; also those that were rolled back."""
    return sorted(key.split("/")[-2] for key in keys if key.endswith("/publication.json"))


def plan_moves(
    item: Mapping[str, Any], published: CatalogTable, staged: CatalogTable, catalog: Catalog
) -> Iterator[Move]:
    """The moves of one table of the plan's list `publish`: create, repoint, and delete what is empty now.

    Raises:
        SchemaMismatchError: the staged columns differ from the published ones; names the first difference.
    """
    compare_schemas(published, staged)
    name = published.name
    if published.partition is None:
        yield Move(name, None, str(item["location"]), published.location)
        return
    new, old = catalog.partitions(staged.name), catalog.partitions(name)
    for value in item["partitions"]:
        if value in new or value in old:
            yield Move(name, value, new.get(value), old.get(value))


def compare_schemas(published: CatalogTable, staged: CatalogTable) -> None:
    """Names and types must be the same, in the same order."""
    ours = [(name, _same(kind)) for name, kind in staged.columns]
    theirs = [(name, _same(kind)) for name, kind in published.columns]
    if ours == theirs:
        return
    if len(ours) != len(theirs):
        raise SchemaMismatchError(f"{published.name} has {len(theirs)} columns, but {len(ours)} were staged")
    wrong = next((a, b) for a, b in zip(theirs, ours, strict=True) if a != b)
    raise SchemaMismatchError(
        f"{published.name} has the column {' '.join(wrong[0])}, but {' '.join(wrong[1])} was staged"
    )


def columns_are_added(published: CatalogTable, wanted: CatalogTable) -> bool:
    """Whether `wanted` has columns that the published table lacks, or has them in another order.

    Raises:
        SchemaMismatchError: it lacks one, or has one of another type: files that were written before have what they
            have.
    """
    ours = {name: _same(kind) for name, kind in wanted.columns}
    for name, kind in published.columns:
        if ours.get(name) != _same(kind):
            raise SchemaMismatchError(
                f"{published.name} has the column {name} {kind}, which the release has "
                f"{f'as {ours[name]}' if name in ours else 'not any more'}; docs/operations.md says what to do"
            )
    return list(ours) != [name for name, _ in published.columns]


def reverse(moves: Iterable[Move]) -> list[Move]:
    """The moves that bring readers back, last move first."""
    return [Move(m.table, m.partition, m.previous, m.location) for m in reversed(list(moves))]


def apply_moves(moves: Sequence[Move], catalog: Catalog) -> None:
    """Carry the moves out, table by table in their order. Doing it again changes nothing."""
    for table in dict.fromkeys(move.table for move in moves):
        mine = [move for move in moves if move.table == table]
        for move in mine:
            if move.partition is None and move.location is not None:
                catalog.point_table(table, move.location)
        weekly = [move for move in mine if move.partition is not None]
        catalog.create_partitions(table, _locations(m for m in weekly if m.previous is None))
        catalog.update_partitions(table, _locations(m for m in weekly if m.previous is not None))
        catalog.delete_partitions(table, [str(m.partition) for m in weekly if m.location is None])


def publication(
    run_id: str,
    moves: Sequence[Move],
    done: bool,
    definitions: Mapping[str, str | None] | None = None,
    published_at: str = "",
) -> dict[str, Any]:
    """The document that is written before the first move and again, done, after the last.

    `definitions` are those by which tables were built before, where the run has built them by others; `published_at`
    orders publications: runs do not publish in the order in which they were started.
    """
    written = {"run_id": run_id, "done": done, "moves": [asdict(move) for move in moves]}
    return {**written, "definitions": dict(definitions or {}), "published_at": published_at}


def is_taken_back(document: Mapping[str, Any]) -> bool:
    """Whether readers must not see what the run has built: it was stopped, or rolled back."""
    return bool(document.get("taken_back") or document.get("rolled_back"))


def moves_of(document: Mapping[str, Any]) -> list[Move]:
    return [Move(**move) for move in document["moves"]]


def take_back(document: Mapping[str, Any], catalog: "MarkingCatalog") -> None:
    """Reverse a publication, also one that was cut off. Doing it again changes nothing."""
    move_back(moves_of(document), catalog)
    for table, definition in document.get("definitions", {}).items():
        catalog.mark_published(table, definition)


def move_back(moves: Sequence[Move], catalog: "MarkingCatalog") -> None:
    """Reverse these moves, but for what points elsewhere by now: another run has moved it since, or nobody yet."""
    tables = catalog.tables()
    partitions = {name: catalog.partitions(name) for name in {m.table for m in moves if m.partition is not None}}

    def is_there(move: Move) -> bool:
        if move.partition is None:
            return tables[move.table].location == move.location
        return partitions[move.table].get(move.partition) == move.location

    apply_moves(reverse(move for move in moves if is_there(move)), catalog)


def _locations(moves: Iterable[Move]) -> dict[str, str]:
    return {str(move.partition): move.location for move in moves if move.location is not None}


def _same(kind: str) -> str:
    bare = kind.lower().replace(" ", "")
    return _SAME.get(bare.split("(")[0] if bare.startswith("varchar") else bare, bare)


class Documents(Protocol):
    def keys(self, prefix: str) -> Iterable[str]: ...
    def get_json(self, key: str) -> Any: ...
    def put_json(self, key: str, document: Any) -> None: ...


class MarkingCatalog(Catalog, Protocol):
    def tables(self) -> Mapping[str, CatalogTable]: ...

    def published_tables(self) -> Mapping[str, str]:
        """The definition by which each table was built that a run has published into, even if it had no row."""

    def mark_published(self, table: str, definition: str | None) -> None:
        """Note by which definition a table has been built; None: by none."""


def publish(
    plan: Mapping[str, Any],
    tables: Mapping[str, CatalogTable],
    documents: Documents,
    catalog: MarkingCatalog,
    now: datetime,
) -> list[Move]:
    """Carry out the list `publish` of a plan; what replaces what is written down before the first move.

    A retry carries out the moves that are written down: what was published meanwhile would look like the
    previous state.

    Raises:
        SchemaMismatchError: a staged table has other columns than the published one; nothing has moved.
        RunStoppedError: the run was stopped; its moves are taken back.
    """
    run_id = plan["run_id"]
    key = publication_key(run_id)
    if key in documents.keys(key):
        document = documents.get_json(key)
        if is_taken_back(document):
            raise RunStoppedError(f"{run_id} was stopped before it published")
    else:
        built = {item["table"]: item["definition"] for item in plan["publish"]}
        known = catalog.published_tables()
        replaced = {table: known.get(table) for table in built if known.get(table) != built[table]}
        moves = [
            move
            for item in plan["publish"]
            for move in plan_moves(item, tables[item["table"]], tables[staging_name(item["table"], run_id)], catalog)
        ]
        document = publication(run_id, moves, False, replaced, now.isoformat())
        documents.put_json(key, document)
    moves = moves_of(document)
    apply_moves(moves, catalog)
    for item in plan["publish"]:
        catalog.mark_published(item["table"], item["definition"])
    if is_taken_back(documents.get_json(key)):
        take_back(document, catalog)
        raise RunStoppedError(f"{run_id} was stopped while it published")
    documents.put_json(key, {**document, "done": True})
    return moves
