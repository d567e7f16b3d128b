"""Asks the database what an import needs to know first: columns with types, the key, the bounds of the splits."""

from collections.abc import Sequence
from typing import Any

import psycopg

from localcloud.engines.emr.sqoop import log, splits
from localcloud.engines.emr.sqoop.arguments import ImportOptions
from localcloud.engines.emr.sqoop.columns import (
    ARRAY,
    SQL_TYPE_OF_OID,
    STRUCT,
    VARCHAR,
    Column,
    make_column,
    sql_type_of,
)
from localcloud.engines.emr.sqoop.errors import DatabaseError, ImportFailedError
from localcloud.engines.emr.sqoop.jdbc import database_error
from localcloud.engines.emr.sqoop.schema import field_name_of, to_java_identifier

CONDITIONS = "$CONDITIONS"
Connection = psycopg.Connection[tuple[Any, ...]]


def quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def describe(connection: Connection, options: ImportOptions) -> list[Column]:
    """The columns of the table or query, typed as Sqoop types them."""
    statement = metadata_query(options)
    log.info("manager.SqlManager", f"Executing SQL statement: {statement}")
    try:
        cursor = connection.execute(statement.encode())
    except psycopg.Error as error:
        connection.rollback()
        found = database_error(error)
        log.error("manager.SqlManager", f"Error executing statement: {found}")
        raise found from None
    described = cursor.description or []
    others = _other_types(connection, [column.type_code for column in described])
    mapping = dict(options.map_column_java)
    names = [to_java_identifier(column.name) for column in described]
    for name in names:
        if names.count(name) > 1:
            raise ImportFailedError(f"Duplicate Column identifier specified: '{name}'", "IllegalArgumentException")
    for name in mapping:
        if name not in names:
            raise ImportFailedError(
                f"No column by the name {name}found while importing data; expecting one of [{', '.join(names)}]",
                "IllegalArgumentException",
            )
    return [
        make_column(
            column.name,
            field_name_of(column.name),
            sql_type_of(column.type_code, others),
            mapping.get(column.name),
        )
        for column in described
    ]


def metadata_query(options: ImportOptions) -> str:
    """A query that answers the columns and no row."""
    if options.query is not None:
        if CONDITIONS not in options.query:
            raise ImportFailedError(
                f"Query [{options.query}] must contain '{CONDITIONS}' in WHERE clause.", "java.io.IOException"
            )
        return options.query.replace(CONDITIONS, " (1 = 0) ")
    selected = ", ".join(quoted(name) for name in options.columns) if options.columns else "t.*"
    return f"SELECT {selected} FROM {quoted(options.table or '')} AS t LIMIT 1"


def select_query(options: ImportOptions, columns: Sequence[Column], split: splits.Split) -> str:
    """What one mapper reads."""
    condition = f"( {split[0]} ) AND ( {split[1]} )"
    if options.query is not None:
        return options.query.replace(CONDITIONS, condition)
    selected = ", ".join(quoted(column.name) for column in columns)
    where = f"( {options.where} ) AND {condition}" if options.where else condition
    return f"SELECT {selected} FROM {quoted(options.table or '')} WHERE {where}"


def find_split_column(connection: Connection, options: ImportOptions) -> str | None:
    """--split-by, or the primary key of the table."""
    if options.split_by or options.table is None:
        return options.split_by
    row = connection.execute(
        "select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey) "
        "where i.indisprimary and i.indrelid = to_regclass(%s) order by array_position(i.indkey, a.attnum) limit 1",
        (quoted(options.table),),
    ).fetchone()
    return None if row is None else str(row[0])


def plan_splits(connection: Connection, options: ImportOptions) -> list[splits.Split]:
    """The WHERE clauses of the mappers."""
    column = find_split_column(connection, options)
    mappers = options.num_mappers
    if mappers > 1 and column is None:
        if not options.autoreset_to_one_mapper:
            raise ImportFailedError(
                f"No primary key could be found for table {options.table}. Please specify one with --split-by or "
                "perform a sequential import with '-m 1'."
            )
        log.warn("manager.SqlManager", "Split by column not provided or can't be inferred.  Resetting to one mapper")
        mappers = 1
    if mappers <= 1 and not options.boundary_query and not options.split_limit:
        return splits.EVERYTHING
    if column is None:
        raise ImportFailedError(
            "Using a boundary query for a query based import requires specifying the split by column as well. Please "
            "specify a column name using --split-by and try again."
        )
    expression = quoted(column) if options.table is not None else column
    query = options.boundary_query or _bounding_query(options, column, expression)
    log.info("db.DataDrivenDBInputFormat", f"BoundingValsQuery: {query}")
    try:
        cursor = connection.execute(query.encode())
        row = cursor.fetchone()
    except psycopg.Error as error:
        raise database_error(error) from None
    if row is None or len(row) < 2:
        raise DatabaseError("The column index is out of range: 2, number of columns: 1.")
    sql_type = sql_type_of(cursor.description[0].type_code if cursor.description else 0)
    return splits.split(
        sql_type,
        row[0],
        row[1],
        expression,
        mappers,
        split_limit=options.split_limit,
        allow_text=options.property(splits.ALLOW_TEXT_SPLITTER) == "true",
    )


def _bounding_query(options: ImportOptions, column: str, expression: str) -> str:
    if options.query is not None:
        qualified = "t1" + column[column.rindex(".") :] if "." in column else column
        inner = options.query.replace(CONDITIONS, " (1 = 1) ")
        return f"SELECT MIN({qualified}), MAX({qualified}) FROM ({inner}) AS t1"
    where = f" WHERE ( {options.where} )" if options.where else ""
    return f"SELECT MIN({expression}), MAX({expression}) FROM {quoted(options.table or '')}{where}"


def _other_types(connection: Connection, oids: list[int]) -> dict[int, int]:
    """java.sql.Types of the enums, arrays and composites among the types."""
    oids = [oid for oid in oids if oid not in SQL_TYPE_OF_OID]
    if not oids:
        return {}
    rows = connection.execute(
        "select oid, typtype, typcategory from pg_type where oid = any(%s) and (typtype in ('e', 'c') or "
        "typcategory = 'A')",
        (oids,),
    ).fetchall()
    kinds = {"e": VARCHAR, "c": STRUCT}
    return {int(oid): ARRAY if category == "A" else kinds[str(kind)] for oid, kind, category in rows}
