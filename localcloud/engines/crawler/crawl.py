"""One crawl: looks at the targets' objects and brings the catalog up to date, within the crawler's policies."""

import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from localcloud.engines.athena.catalog import Catalog, Column, Partition, Storage, Table
from localcloud.engines.athena.storage import Objects, StoredObject, folder, split_location
from localcloud.engines.avro_header import AvroHeaderError
from localcloud.engines.crawler.folders import TableFolder, table_folders
from localcloud.engines.crawler.schemas import FileSchema, UnreadableFileError, file_schema, merged_columns


@dataclass(frozen=True)
class Target:
    """An S3 path with its exclusions."""

    path: str
    exclusions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Policies:
    """What a crawler may change."""

    update: str = "UPDATE_IN_DATABASE"
    delete: str = "DEPRECATE_IN_DATABASE"
    recrawl: str = "CRAWL_EVERYTHING"


@dataclass(frozen=True)
class Crawl:
    """What a crawl is to do."""

    name: str
    database: str
    prefix: str
    targets: tuple[Target, ...]
    policies: Policies = field(default_factory=Policies)


@dataclass
class Changes:
    """What a crawl changed, counted as Glue's event counts it."""

    tables_created: int = 0
    tables_updated: int = 0
    tables_deleted: int = 0
    partitions_created: int = 0
    partitions_updated: int = 0
    partitions_deleted: int = 0
    warnings: list[str] = field(default_factory=list)


class CrawlStoppedError(Exception):
    """Raised inside a crawl when StopCrawler was called."""


class CrawlFailedError(Exception):
    """Raised when a target cannot be crawled at all."""


def crawl(wanted: Crawl, catalog: Catalog, objects: Objects, stopped: Callable[[], bool] = lambda: False) -> Changes:
    """Runs a crawl to its end. Raises CrawlFailedError or CrawlStoppedError."""
    changes = Changes()
    if wanted.database not in catalog.databases():
        catalog.create_database(wanted.database, None, None)
    for target in wanted.targets:
        try:
            bucket, prefix = split_location(folder(target.path))
        except ValueError as error:
            raise CrawlFailedError(str(error)) from error
        found = table_folders(bucket, prefix, objects.list(bucket, prefix), target.exclusions)
        for table in found:
            if stopped():
                raise CrawlStoppedError(wanted.name)
            _bring_up(wanted, table, catalog, changes)
        _remove_gone(wanted, folder(target.path), {table.location for table in found}, catalog, changes)
    return changes


def _bring_up(wanted: Crawl, found: TableFolder, catalog: Catalog, changes: Changes) -> None:
    name = wanted.prefix.lower() + found.name
    known = catalog.table(wanted.database, name)
    if known is not None and folder(known.storage.location) != found.location:
        name = f"{name}_{zlib.crc32(found.location.encode()):08x}"  # two folders of one name are two tables
        known = catalog.table(wanted.database, name)
    existing = {partition.values for partition in catalog.partitions(known)} if known is not None else set()
    new_only = wanted.policies.recrawl == "CRAWL_NEW_FOLDERS_ONLY" and known is not None
    looked_at = [p for values, p in found.partitions.items() if not new_only or values not in existing]
    schema = _schema([p.objects[0] for p in looked_at], changes)
    if schema is None:
        if known is None:
            return
    elif known is None:
        known = _new_table(wanted, name, found, schema)
        catalog.create_table(known)
        changes.tables_created += 1
    elif wanted.policies.update == "UPDATE_IN_DATABASE":
        known = _updated(wanted, known, found, schema, catalog, changes)
    if known.partition_keys:
        _add_partitions(known, found, existing, catalog, changes)


def _schema(samples: Sequence[StoredObject], changes: Changes) -> FileSchema | None:
    """The columns of one file of each folder, together."""
    merged: FileSchema | None = None
    for sample in samples:
        try:
            schema = file_schema(sample.path)
        except (UnreadableFileError, AvroHeaderError) as error:
            changes.warnings.append(str(error))
            continue
        if merged is None:
            merged = schema
        elif merged.classification == schema.classification and merged.columns != schema.columns:
            merged = replace(schema, columns=merged_columns(merged.columns, schema.columns))
    return merged


def _parameters(wanted: Crawl, found: TableFolder, schema: FileSchema) -> dict[str, str]:
    sizes = [item.size for item in found.objects]
    return {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": wanted.name,
        "classification": schema.classification,
        "compressionType": "none",
        "objectCount": str(len(sizes)),
        "sizeKey": str(sum(sizes)),
        "typeOfData": "file",
        "EXTERNAL": "TRUE",
        **dict(schema.parameters),
    }


def _new_table(wanted: Crawl, name: str, found: TableFolder, schema: FileSchema) -> Table:
    keys = tuple(Column(key, "string") for key in found.keys)
    columns = tuple(column for column in schema.columns if column.name not in found.keys)
    storage = Storage(found.location, schema.input_format, schema.output_format, schema.serde, schema.serde_parameters)
    return Table(
        wanted.database, name, columns, keys, storage, tuple(sorted(_parameters(wanted, found, schema).items()))
    )


def _updated(
    wanted: Crawl, known: Table, found: TableFolder, schema: FileSchema, catalog: Catalog, changes: Changes
) -> Table:
    keys = {column.name for column in known.partition_keys}
    columns = merged_columns(known.columns, [c for c in schema.columns if c.name not in keys])
    if columns == known.columns and known.storage.serde == schema.serde:
        return known
    storage = Storage(
        known.storage.location, schema.input_format, schema.output_format, schema.serde, schema.serde_parameters
    )
    parameters = dict(known.parameters) | _parameters(wanted, found, schema)
    updated = replace(known, columns=columns, storage=storage, parameters=tuple(sorted(parameters.items())))
    catalog.update_table(updated)
    changes.tables_updated += 1
    return updated


def _add_partitions(
    known: Table, found: TableFolder, existing: set[tuple[str, ...]], catalog: Catalog, changes: Changes
) -> None:
    if tuple(column.name for column in known.partition_keys) != found.keys:
        changes.warnings.append(f"the folders of {known.name} are partitioned by {list(found.keys)}, the table is not")
        return
    new = [
        Partition(values, replace(known.storage, location=partition.location))
        for values, partition in found.partitions.items()
        if values not in existing
    ]
    catalog.add_partitions(known, new)
    changes.partitions_created += len(new)


def _remove_gone(wanted: Crawl, target: str, present: set[str], catalog: Catalog, changes: Changes) -> None:
    """Tables this crawler made under the target whose objects are gone."""
    if wanted.policies.delete == "LOG":
        return
    for table in catalog.tables(wanted.database):
        location = folder(table.storage.location) if table.storage.location else ""
        if (
            not location.startswith(target)
            or location in present
            or table.parameter("UPDATED_BY_CRAWLER") != wanted.name
        ):
            continue
        if wanted.policies.delete == "DELETE_FROM_DATABASE":
            catalog.drop_table(wanted.database, table.name)
            changes.tables_deleted += 1
        elif not table.parameter("DEPRECATED_BY_CRAWLER"):
            parameters = dict(table.parameters) | {"DEPRECATED_BY_CRAWLER": str(int(time.time() * 1000))}
            catalog.update_table(replace(table, parameters=tuple(sorted(parameters.items()))))
            changes.tables_updated += 1
