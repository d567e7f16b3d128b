"""Asks the database what an import needs to know first: columns with types, the key, the bounds of the splits."""

from collections.abc import Sequence

from localcloud.engines.emr.sqoop import log, splits
from localcloud.engines.emr.sqoop.arguments import ImportOptions
from localcloud.engines.emr.sqoop.columns import Column
from localcloud.engines.emr.sqoop.database import Session
from localcloud.engines.emr.sqoop.errors import DatabaseError, ImportFailedError
from localcloud.engines.emr.sqoop.schema import field_name_of, to_java_identifier

CONDITIONS = "$CONDITIONS"


def describe(session: Session, options: ImportOptions) -> list[Column]:
    """The columns of the table or query, typed as Sqoop types them."""
    statement = metadata_query(session, options)
    log.info("manager.SqlManager", f"Executing SQL statement: {statement}")
    try:
        described = session.columns(statement)
    except DatabaseError as error:
        log.error("manager.SqlManager", f"Error executing statement: {error}")
        raise
    mapping = {to_java_identifier(name): java_type for name, java_type in options.map_column_java}
    names = [to_java_identifier(name) for name, _ in described]
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
        session.make_column(name, field_name_of(name), kind, mapping.get(identifier))
        for identifier, (name, kind) in zip(names, described, strict=True)
    ]


def metadata_query(session: Session, options: ImportOptions) -> str:
    """A query that answers the columns and no row."""
    if options.query is not None:
        if CONDITIONS not in options.query:
            raise ImportFailedError(
                f"Query [{options.query}] must contain '{CONDITIONS}' in WHERE clause.", "java.io.IOException"
            )
        return options.query.replace(CONDITIONS, " (1 = 0) ")
    selected = ", ".join(session.quoted(name) for name in options.columns) if options.columns else "t.*"
    return f"SELECT {selected} FROM {session.quoted(options.table or '')} AS t LIMIT 1"


def select_query(session: Session, options: ImportOptions, columns: Sequence[Column], split: splits.Split) -> str:
    """What one mapper reads."""
    condition = f"( {split[0]} ) AND ( {split[1]} )"
    if options.query is not None:
        return options.query.replace(CONDITIONS, condition)
    selected = ", ".join(session.quoted(column.name) for column in columns)
    where = f"( {options.where} ) AND {condition}" if options.where else condition
    return f"SELECT {selected} FROM {session.quoted(options.table or '')} WHERE {where}"


def find_split_column(session: Session, options: ImportOptions) -> str | None:
    """--split-by, or the primary key of the table."""
    if options.split_by or options.table is None:
        return options.split_by
    return session.primary_key(options.table)


def plan_splits(session: Session, options: ImportOptions) -> list[splits.Split]:
    """The WHERE clauses of the mappers."""
    column = find_split_column(session, options)
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
    expression = session.quoted(column) if options.table is not None else column
    query = options.boundary_query or _bounding_query(session, options, column, expression)
    log.info("db.DataDrivenDBInputFormat", f"BoundingValsQuery: {query}")
    sql_type, row = session.bounds(query)
    if row is None or len(row) < 2:
        raise DatabaseError("The column index is out of range: 2, number of columns: 1.")
    return splits.split(
        sql_type,
        row[0],
        row[1],
        expression,
        mappers,
        split_limit=options.split_limit,
        allow_text=options.property(splits.ALLOW_TEXT_SPLITTER) == "true",
    )


def _bounding_query(session: Session, options: ImportOptions, column: str, expression: str) -> str:
    if options.query is not None:
        qualified = "t1" + column[column.rindex(".") :] if "." in column else column
        inner = options.query.replace(CONDITIONS, " (1 = 1) ")
        return f"SELECT MIN({qualified}), MAX({qualified}) FROM ({inner}) AS t1"
    where = f" WHERE ( {options.where} )" if options.where else ""
    return f"SELECT MIN({expression}), MAX({expression}) FROM {session.quoted(options.table or '')}{where}"
