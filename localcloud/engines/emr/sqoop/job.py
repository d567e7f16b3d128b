"""Runs one import from the first connection to `_SUCCESS`.

Part files are written below `_temporary` and become the target directory by one rename after the last of
them is whole, so a reader sees all of an import or nothing. A failed import leaves its files in `_temporary`.
"""

import os
import shutil
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from localcloud.engines.emr import filesystem
from localcloud.engines.emr.sqoop import log, splits
from localcloud.engines.emr.sqoop.arguments import ImportOptions
from localcloud.engines.emr.sqoop.avro import DEFAULT_DEFLATE_LEVEL, AvroFile, avro_codec
from localcloud.engines.emr.sqoop.columns import Column
from localcloud.engines.emr.sqoop.database import Database, Reader
from localcloud.engines.emr.sqoop.errors import ImportFailedError, NotSupportedError
from localcloud.engines.emr.sqoop.schema import avro_schema
from localcloud.engines.emr.sqoop.source import describe, plan_splits, select_query
from localcloud.engines.emr.sqoop.text import TextFile, text_columns, text_extension

BLOCKS_AHEAD = 2


class PartFile(Protocol):
    rows: int

    def write(self, table: pa.Table) -> None: ...
    def close(self) -> None: ...


def run_import(options: ImportOptions, database: Database) -> int:
    """Imports and answers the number of rows."""
    _refuse_properties(options)
    target_name = destination(options)
    target = filesystem.local_path(target_name)
    with closing(database.open()) as session:
        columns = describe(session, options)
        if options.delete_target_dir:
            _delete(target, target_name)
        elif target.exists() and not options.append:
            raise ImportFailedError(
                f"Output directory {filesystem.display(target_name)} already exists",
                "org.apache.hadoop.mapred.FileAlreadyExistsException",
            )
        parts = plan_splits(session, options)
        make_part, extension, read_columns = _writer(options, columns)
        log.info("mapreduce.ImportJobBase", f"Beginning import of {options.table or 'QueryResult'}")
        log.info("mapreduce.JobSubmitter", f"number of splits:{len(parts)}")
        staging = _staging(target)
        staging.mkdir(parents=True)
        names = [f"part-m-{number:05d}{extension}" for number in range(len(parts))]

        def map_one(number: int) -> int:
            query = select_query(session, options, read_columns, parts[number])
            log.info("db.DBRecordReader", f"Executing query: {query}")
            with nullcontext(session) if number == 0 else closing(database.open()) as mapper:
                return copy_rows(mapper.reader(query, read_columns), make_part(staging / names[number]))

        with ThreadPoolExecutor(min(len(parts), os.cpu_count() or 1), thread_name_prefix="mapper") as mappers:
            rows = sum(mappers.map(map_one, range(len(parts))))
    _commit(staging, target, names, options.append)
    log.info("mapreduce.ImportJobBase", f"Retrieved {rows} records.")
    return rows


def copy_rows(reader: Reader, part: PartFile) -> int:
    """Streams one query into one part file; parsing and writing run beside the network."""
    waiting: list[Future[None]] = []
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="writer") as writer:
            for block in reader.blocks():
                while len(waiting) >= BLOCKS_AHEAD:
                    waiting.pop(0).result()
                waiting.append(writer.submit(lambda data: part.write(reader.parse(data)), block))
            for future in waiting:
                future.result()
    finally:
        part.close()
    return part.rows


def destination(options: ImportOptions) -> str:
    """The target directory's Hadoop path."""
    if options.target_dir:
        path = options.target_dir
    elif options.warehouse_dir:
        path = f"{options.warehouse_dir.rstrip('/')}/{options.table}"
    else:
        path = options.table or ""
    if filesystem.is_s3(path):
        raise NotSupportedError("An s3:// target directory", "Import into HDFS and copy with s3-dist-cp.")
    return path


def _writer(options: ImportOptions, columns: list[Column]) -> tuple[Callable[[Path], PartFile], str, list[Column]]:
    if not options.avro:
        plain = text_columns(columns)
        return (
            lambda path: TextFile(path, plain, options),
            text_extension(options.compress, options.compression_codec),
            plain,
        )
    codec = avro_codec(options.compress, options.compression_codec)
    level = int(options.property("avro.mapred.deflate.level") or DEFAULT_DEFLATE_LEVEL)
    schema = avro_schema(columns, options.table, options.class_name, options.package_name)
    return lambda path: AvroFile(path, schema, codec, level), ".avro", columns


def _refuse_properties(options: ImportOptions) -> None:
    if options.property("sqoop.avro.logical_types.decimal.enable") == "true":
        raise NotSupportedError("-Dsqoop.avro.logical_types.decimal.enable=true", "Decimals land as strings.")
    for name, value in options.properties:
        zone = value.partition("-Duser.timezone=")[2].split(" ")[0]
        if zone and zone not in ("UTC", "GMT", "Etc/UTC"):
            raise NotSupportedError(f"-D{name}={value}", "Every JVM of this cluster runs in UTC.")
    if splits.ALLOW_TEXT_SPLITTER in dict(options.properties):
        log.warn("db.TextSplitter", "Text split columns are known but not supported on this cluster")


def _staging(target: Path) -> Path:
    root = filesystem.hdfs_root()
    parent = root if root in target.parents else target.parent
    return parent / "_temporary" / f"{target.name}-{uuid.uuid4().hex[:12]}"


def _delete(target: Path, name: str) -> None:
    if not target.exists():
        log.info("tool.ImportTool", f"Destination directory {name} is not present, hence not deleting.")
        return
    shutil.rmtree(target)
    log.info("tool.ImportTool", f"Destination directory {name} deleted.")


def _commit(staging: Path, target: Path, names: list[str], append: bool) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if append and target.exists():
        taken = [int(path.name[7:12]) for path in target.glob("part-m-[0-9][0-9][0-9][0-9][0-9]*")]
        following = max(taken, default=-1) + 1
        for number, name in enumerate(names):
            (staging / name).rename(target / f"part-m-{following + number:05d}{name[12:]}")
        staging.rmdir()
    else:
        (staging / "_SUCCESS").touch()
        staging.rename(target)
    if not any(staging.parent.iterdir()):
        staging.parent.rmdir()
