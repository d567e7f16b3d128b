"""Runs one statement of any kind and says what came of it: where its output is, what it read, what it changed."""

import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from localcloud.engines.athena import show
from localcloud.engines.athena.ctas import TableWriter, Written
from localcloud.engines.athena.ddl import Definitions
from localcloud.engines.athena.engine import AthenaEngine, Prepared, Session, again_if_read_twice
from localcloud.engines.athena.engine_errors import translated
from localcloud.engines.athena.errors import ResourceQueryError, UserQueryError
from localcloud.engines.athena.parameters import with_parameters
from localcloud.engines.athena.quoting import quote
from localcloud.engines.athena.results import ResultColumn, check_known, column_info, result_csv_sql
from localcloud.engines.athena.scanned import scanned_bytes
from localcloud.engines.athena.statements import (
    AlterTable,
    CreateDatabase,
    CreateTable,
    CreateTableAs,
    CreateView,
    Deallocate,
    Describe,
    DropDatabase,
    DropTable,
    Execute,
    Explain,
    Insert,
    Prepare,
    Query,
    Repair,
    Show,
    Statement,
    Unload,
    parse_statement,
)
from localcloud.engines.athena.storage import folder, split_location
from localcloud.engines.athena.types import BIGINT, VARCHAR
from localcloud.engines.athena.views import view_table

_SUBTYPES: dict[type, str] = {
    Query: "SELECT",
    Explain: "EXPLAIN",
    CreateTableAs: "CREATE_TABLE_AS_SELECT",
    Insert: "INSERT",
    Unload: "UNLOAD",
    CreateDatabase: "CREATE_DATABASE",
    DropDatabase: "DROP_DATABASE",
    CreateTable: "CREATE_TABLE",
    CreateView: "CREATE_VIEW",
    DropTable: "DROP_TABLE",
    AlterTable: "ALTER_TABLE",
    Repair: "MSCK_REPAIR_TABLE",
    Show: "SHOW",
    Describe: "DESCRIBE_TABLE",
    Prepare: "PREPARE",
    Execute: "SELECT",
    Deallocate: "DEALLOCATE",
}
_UTILITY = (Explain, Show, Describe)
_DML = (Query, Insert, Unload, Execute)


def statement_type(statement: Statement) -> str:
    if isinstance(statement, _UTILITY):
        return "UTILITY"
    return "DML" if isinstance(statement, _DML) else "DDL"


def substatement_type(statement: Statement) -> str:
    if isinstance(statement, Show):
        return "SHOW_" + statement.what.upper().replace(" ", "_")
    if isinstance(statement, DropTable) and statement.view:
        return "DROP_VIEW"
    return _SUBTYPES[type(statement)]


class PreparedStatements:
    """What PREPARE keeps. The server stores it in the workgroup; without a server it is a dictionary."""

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._known = dict(known or {})

    def get(self, name: str) -> str | None:
        return self._known.get(name)

    def put(self, name: str, sql: str) -> None:
        self._known[name] = sql

    def remove(self, name: str) -> None:
        del self._known[name]


@dataclass(frozen=True)
class Request:
    """A statement and what surrounds it. `output` is the folder for results, ending in a slash."""

    sql: str
    query_id: str
    database: str
    output: str
    parameters: Sequence[str] = ()
    bytes_cutoff: int | None = None
    enforced: bool = False
    prepared: PreparedStatements = field(default_factory=PreparedStatements)


@dataclass(frozen=True)
class Outcome:
    """What a statement did."""

    output_location: str
    columns: tuple[dict[str, Any], ...] = ()
    has_header: bool = False
    scanned: int = 0
    rows: int = 0
    bytes: int = 0
    manifest_location: str | None = None
    update_count: int | None = None


class StatementRunner:
    """Runs statements with an engine and keeps their results in the object store."""

    def __init__(self, engine: AthenaEngine) -> None:
        self._engine = engine
        self._definitions = Definitions(engine.catalog, engine.objects)
        self._writer = TableWriter(engine.catalog, engine.objects, engine.scratch)

    def run(self, request: Request, on_connection: Callable[[duckdb.DuckDBPyConnection], None]) -> Outcome:
        """Runs to the end. `on_connection` gets what can be interrupted. Raises AthenaQueryError."""
        with self._engine.session(request.database) as session, translated(request.sql):
            on_connection(session.connection)
            statement = parse_statement(request.sql)
            if isinstance(statement, Execute):
                statement = self._executed(statement, request)
            elif request.parameters:
                statement = parse_statement(with_parameters(request.sql, request.parameters))
            return again_if_read_twice(session, lambda: self._dispatch(statement, request, session))

    def _executed(self, statement: Execute, request: Request) -> Statement:
        sql = request.prepared.get(statement.name)
        if sql is None:
            raise UserQueryError(f"Prepared statement not found: {statement.name}", "NOT_FOUND")
        return parse_statement(with_parameters(sql, statement.values or request.parameters))

    def _dispatch(self, statement: Statement, request: Request, session: Session) -> Outcome:
        if isinstance(statement, Query):
            return self._select(statement.sql, request, session)
        if isinstance(statement, CreateTableAs):
            return self._create_as(statement, request, session)
        if isinstance(statement, Insert):
            return self._insert(statement, request, session)
        if isinstance(statement, Unload):
            prepared = self._prepare(statement.sql, request, session)
            written = self._writer.unload(
                statement, prepared.sql, prepared.columns, request.query_id, session.connection
            )
            return self._written(written, prepared, request, request.output + request.query_id)
        if isinstance(statement, Explain):
            return self._explain(statement, request, session)
        if isinstance(statement, Show):
            lines = show.show(statement, request.database, self._engine.catalog, self._definitions)
            return self._lines(lines, [show.COLUMN_OF[statement.what]], request)
        if isinstance(statement, Describe):
            lines = show.describe(statement, request.database, self._definitions)
            return self._lines(lines, ["col_name", "data_type", "comment"], request)
        return self._lines(self._define(statement, request, session), [], request)

    def _define(self, statement: Statement, request: Request, session: Session) -> list[str]:
        definitions, database = self._definitions, request.database
        if isinstance(statement, CreateDatabase):
            return definitions.create_database(statement)
        if isinstance(statement, DropDatabase):
            return definitions.drop_database(statement)
        if isinstance(statement, CreateTable):
            return definitions.create_table(statement, database)
        if isinstance(statement, DropTable):
            return definitions.drop_table(statement, database)
        if isinstance(statement, AlterTable):
            return definitions.alter(statement, database)
        if isinstance(statement, Repair):
            return definitions.repair(statement, database)
        if isinstance(statement, CreateView):
            return self._create_view(statement, database, session)
        if isinstance(statement, Prepare):
            request.prepared.put(statement.name, statement.sql)
            return []
        if isinstance(statement, Deallocate):
            request.prepared.remove(statement.name)
            return []
        raise UserQueryError(f"{type(statement).__name__} cannot be run here", "NOT_SUPPORTED")

    def _prepare(self, sql: str, request: Request, session: Session) -> Prepared:
        prepared = self._engine.prepare(sql, session)
        if request.bytes_cutoff is not None and scanned_bytes(prepared.files) > request.bytes_cutoff:
            raise ResourceQueryError(
                f"Query cancelled! : Bytes scanned limit was exceeded: "
                f"{scanned_bytes(prepared.files)} > {request.bytes_cutoff}"
            )
        return prepared

    def _select(self, sql: str, request: Request, session: Session) -> Outcome:
        prepared = self._prepare(sql, request, session)
        location = f"{request.output}{request.query_id}.csv"
        file = self._scratch_file()
        try:
            rows = _write_csv(prepared, file, session.connection)
            size = file.stat().st_size
            self._engine.objects.adopt(*split_location(location), file)
        finally:
            file.unlink(missing_ok=True)
        return Outcome(
            location, tuple(column_info(c) for c in prepared.columns), True, scanned_bytes(prepared.files), rows, size
        )

    def _create_as(self, statement: CreateTableAs, request: Request, session: Session) -> Outcome:
        if request.enforced and "external_location" in statement.properties:
            raise UserQueryError(
                "The Create Table As Select query failed because it was submitted with an "
                "'external_location' property to an Athena Workgroup that enforces a centralized "
                "output location for all queries. Please remove the 'external_location' property "
                "and resubmit the query.",
                "INVALID_TABLE_PROPERTY",
            )
        prepared = self._prepare(statement.sql, request, session)
        output = f"{request.output}tables/{request.query_id}"
        written = self._writer.create(
            statement,
            request.database,
            prepared.sql,
            prepared.columns,
            folder(output),
            request.query_id,
            session.connection,
        )
        return self._written(written or Written((), 0, 0), prepared, request, output)

    def _insert(self, statement: Insert, request: Request, session: Session) -> Outcome:
        database, name = statement.name[0] or request.database, statement.name[1]
        table = self._engine.catalog.table(database, name)
        if table is None:
            raise UserQueryError(f"Table 'awsdatacatalog.{database}.{name}' does not exist", "TABLE_NOT_FOUND")
        if table.is_view:
            raise UserQueryError("Inserting into views is not supported", "NOT_SUPPORTED")
        prepared = self._prepare(statement.sql, request, session)
        written = self._writer.insert(
            statement, table, prepared.sql, prepared.columns, request.query_id, session.connection
        )
        return self._written(written, prepared, request, request.output + request.query_id)

    def _written(self, written: Written, prepared: Prepared, request: Request, output: str) -> Outcome:
        manifest = output + "-manifest.csv"
        lines = "".join(f"{location}\n" for location in written.files)
        self._engine.objects.put_bytes(*split_location(manifest), lines.encode())
        self._engine.objects.put_bytes(*split_location(output), b"")
        rows = column_info(ResultColumn("rows", BIGINT))
        return Outcome(
            output, (rows,), False, scanned_bytes(prepared.files), written.rows, written.bytes, manifest, written.rows
        )

    def _explain(self, statement: Explain, request: Request, session: Session) -> Outcome:
        prepared = self._prepare(statement.sql, request, session)
        plan = session.connection.execute(f"EXPLAIN {'ANALYZE ' if statement.analyze else ''}{prepared.sql}").fetchall()
        lines = ["Query Plan", *(line for row in plan for line in str(row[-1]).splitlines())]
        return self._lines(lines, ["Query Plan"], request)

    def _create_view(self, statement: CreateView, database: str, session: Session) -> list[str]:
        target, name = statement.name[0] or database, statement.name[1]
        prepared = self._engine.prepare(statement.sql, replace(session, database=target))
        check_known(prepared.columns)
        view = view_table(
            target, name, statement.sql.strip(), [(column.name, column.type) for column in prepared.columns]
        )
        known = self._engine.catalog.table(target, name)
        if known is None:
            self._engine.catalog.create_table(view)
        elif known.is_view and statement.or_replace:
            self._engine.catalog.update_table(view)
        else:
            raise UserQueryError(f"View already exists: 'awsdatacatalog.{target}.{name}'", "ALREADY_EXISTS")
        return []

    def _lines(self, lines: Sequence[str], columns: Sequence[str], request: Request) -> Outcome:
        location = f"{request.output}{request.query_id}.txt"
        data = "".join(f"{line}\n" for line in lines).encode()
        self._engine.objects.put_bytes(*split_location(location), data)
        infos = tuple(column_info(ResultColumn(name, VARCHAR)) | {"Type": "string", "Precision": 0} for name in columns)
        return Outcome(location, infos, False, 0, len(lines), len(data))

    def _scratch_file(self) -> Path:
        return self._engine.scratch / f"result-{uuid.uuid4().hex}"


def _write_csv(prepared: Prepared, file: Path, connection: duckdb.DuckDBPyConnection) -> int:
    """Streams the rows into Athena's CSV: every value quoted, NULL as nothing; returns how many there were."""
    names = [column.name for column in prepared.columns]
    query = result_csv_sql(prepared.sql, prepared.columns)
    unique = len(set(names)) == len(names)
    found = connection.execute(
        f"COPY ({query}) TO {quote(str(file))} (FORMAT csv, HEADER {str(unique).lower()}, FORCE_QUOTE *)"
    ).fetchone()
    if not unique:  # DuckDB would rename the second of two equal columns
        headless = file.with_suffix(".rows")
        file.rename(headless)
        with file.open("wb") as target, headless.open("rb") as rows:
            target.write((",".join('"' + name.replace('"', '""') + '"' for name in names) + "\n").encode())
            shutil.copyfileobj(rows, target)
        headless.unlink()
    return int(found[0]) if found else 0
