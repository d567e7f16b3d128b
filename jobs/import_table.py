"""Lands the rows of one query as Avro in HDFS: on Spark, what `sqoop import` lands.

usage: spark-submit --jars JDBC_DRIVER,SPARK_AVRO import_table.py --connect JDBC_URL --secret SECRET_ARN --query SQL
           --types NAME=AVRO_TYPE,… --target-dir DIRECTORY [--split-by SQL --boundary-query SQL --connections N]
           [--copy S3_FOLDER/]

The query with its `$CONDITIONS`, the ranges of the connections and the schema of the files are those of Sqoop 1.4.7,
and a column of type string is the text that the JDBC driver has for its value, as with Sqoop's `--map-column-java`.
So it does not matter to the lake who has landed a row. With --copy the Avro files are put into the folder too.

The password goes from Secrets Manager (instance role) into this process and to its executors; it never is an argument,
an environment variable, a file or a line of a log. Runs on Python 3.9, the one that EMR 7 gives to Spark.
"""

from __future__ import annotations

import argparse
import functools
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

Columns = list[tuple[str, int]]

FETCH_ROWS = 10_000
CONDITIONS = "$CONDITIONS"
DRIVERS = {
    "postgresql": "org.postgresql.Driver",
    "mariadb": "org.mariadb.jdbc.Driver",
    "mysql": "com.mysql.cj.jdbc.Driver",
}
SPARK_TYPES = {"string": "STRING", "long": "BIGINT", "int": "INT", "boolean": "BOOLEAN"}
INTEGRAL_SQL_TYPES = (-6, 5, 4, -5)  # java.sql.Types: TINYINT, SMALLINT, INTEGER, BIGINT


class ImportTableError(Exception):
    """Raised when the import cannot be done; says why in one sentence."""


def main(argv: Sequence[str]) -> int:
    """Import as the arguments say; the exit code."""
    from py4j.protocol import Py4JJavaError  # only a cluster has Spark
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    asked = parse_arguments(argv)
    # Files reach the target with the last rename, so that a failed import leaves none there.
    builder = SparkSession.builder.config("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "1")
    session: Any = builder.appName(f"import into {asked.target_dir}").getOrCreate()
    complain = session._jvm.java.lang.System.err.println  # spark-submit sends what Python says to its standard output
    try:
        import_table(session, asked, Database(session._jvm, asked.connect, read_secret(asked.secret)))
        if asked.copy:
            copy_files(asked.target_dir, asked.copy)
    except Py4JJavaError as error:
        complain(in_one_line(java_sentence(error.java_exception)))
    except (ImportTableError, PySparkException) as error:
        complain(in_one_line(str(error)))
    else:
        return 0
    finally:
        session.stop()
    return 1


def parse_arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="import_table.py", allow_abbrev=False)
    for name in ("connect", "secret", "query", "types", "target-dir"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--split-by")
    parser.add_argument("--boundary-query")
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--copy")
    asked = parser.parse_args(argv)
    asked.types = dict(pair.split("=") for pair in asked.types.split(","))
    unknown = sorted(set(asked.types.values()) - set(SPARK_TYPES))
    if unknown:
        parser.error(f"--types knows {', '.join(SPARK_TYPES)}, not {', '.join(unknown)}")
    if CONDITIONS not in asked.query:
        parser.error(f"--query must hold {CONDITIONS}")
    if asked.connections > 1 and not (asked.split_by and asked.boundary_query):
        parser.error("several --connections need --split-by and --boundary-query")
    return asked


def import_table(session: Any, asked: argparse.Namespace, database: Database) -> None:
    """Describe, divide, read with as many connections as there are ranges, write."""
    columns = database.describe(asked.query.replace(CONDITIONS, "(1 = 0)"))
    if [name for name, _ in columns] != list(asked.types):
        raise ImportTableError(f"the query answers {[name for name, _ in columns]}, not {list(asked.types)}")
    ranges = ["1 = 1"]
    if asked.connections > 1:
        lowest, highest = database.boundaries(asked.boundary_query)
        ranges = split_ranges(asked.split_by, lowest, highest, asked.connections)
    options = {
        **database.options,
        "fetchsize": FETCH_ROWS,
        "customSchema": ", ".join(f"`{name}` {SPARK_TYPES[kind]}" for name, kind in asked.types.items()),
    }
    queries = [asked.query.replace(CONDITIONS, f"({condition})") for condition in ranges]
    frames = [session.read.format("jdbc").options(**options, query=query).load() for query in queries]
    # A task is a connection. A range beyond them (Sqoop has one for NULLs) is read after another one by the same task.
    rows = functools.reduce(lambda some, others: some.union(others), frames).coalesce(asked.connections)
    schema = json.dumps(avro_schema(columns, asked.types))
    writer = rows.write.format("avro").option("avroSchema", schema).option("positionalFieldMatching", "true")
    writer.option("compression", "snappy").save(asked.target_dir)


def copy_files(directory: str, folder: str) -> None:
    """A handful of small files: starting a distributed copy would take longer than copying."""
    with tempfile.TemporaryDirectory() as scratch:
        run("hadoop", "fs", "-get", directory, f"{scratch}/landed")
        for file in sorted(Path(scratch, "landed").glob("*.avro")):
            run("aws", "s3", "cp", "--only-show-errors", str(file), folder)


def run(*command: str) -> str:
    """What a program of the node prints."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise ImportTableError(f"{' '.join(command)} failed: {done.stderr.strip()}")
    return done.stdout


def read_secret(arn: str) -> tuple[str, str]:
    """User and password, asked for with the instance role."""
    where = ["--region", arn.split(":")[3], "--secret-id", arn, "--query", "SecretString", "--output", "text"]
    secret = json.loads(run("aws", "secretsmanager", "get-secret-value", *where))
    return secret["username"], secret["password"]


class Database:
    """The source, asked over the driver's own JDBC connection before Spark reads it."""

    def __init__(self, jvm: Any, url: str, secret: tuple[str, str]) -> None:
        self._jvm = jvm
        kind = url.split(":")[1]
        if kind not in DRIVERS:
            raise ImportTableError(f"there is no driver for jdbc:{kind}:")
        self._url = url
        self.options = {"url": spark_url(url), "driver": DRIVERS[kind], "user": secret[0], "password": secret[1]}

    def describe(self, query: str) -> Columns:
        """The name and java.sql.Types number of each column that a query answers."""
        columns: Columns = self._ask(query, lambda _, columns: columns)
        return columns

    def boundaries(self, query: str) -> tuple[int | None, int | None]:
        """The least and the greatest value of a split column; both None when there is no row."""
        (lowest, highest), columns = self._ask(query, lambda rows, columns: (first_row(rows, 2), columns))
        if columns[0][1] not in INTEGRAL_SQL_TYPES:
            raise ImportTableError(f"a split column must be an integer, {columns[0][0]} is of SQL type {columns[0][1]}")
        return lowest, highest

    def _ask(self, query: str, read: Callable[[Any, Columns], Any]) -> Any:
        properties = self._jvm.java.util.Properties()
        for name in ("user", "password"):
            properties.setProperty(name, self.options[name])
        driver = functools.reduce(getattr, self.options["driver"].split("."), self._jvm)()
        connection = driver.connect(self._url, properties)
        try:
            rows = connection.createStatement().executeQuery(query)
            metadata = rows.getMetaData()
            numbers = range(1, metadata.getColumnCount() + 1)
            return read(rows, [(metadata.getColumnLabel(n), metadata.getColumnType(n)) for n in numbers])
        finally:
            connection.close()


def spark_url(url: str) -> str:
    """Spark 3.5 quotes names as MariaDB wants it only for MySQL's scheme; else a column's name is read as a text.

    MariaDB's driver takes that scheme when it is told to.
    """
    if not url.startswith("jdbc:mariadb:"):
        return url
    return f"jdbc:mysql:{url[len('jdbc:mariadb:') :]}{'&' if '?' in url else '?'}permitMysqlScheme=true"


def first_row(rows: Any, columns: int) -> tuple[Any, ...]:
    rows.next()
    return tuple(rows.getObject(number) for number in range(1, columns + 1))


def split_ranges(column: str, lowest: int | None, highest: int | None, connections: int) -> list[str]:
    """The conditions that divide `[lowest, highest]` exactly where Sqoop's IntegerSplitter does.

    The remainder goes one by one to the first ranges. No row at all, or NULL at one end, is a range of its own.
    """
    if lowest is None and highest is None:
        return [f"{column} IS NULL"]
    low, high = lowest or 0, highest or 0
    size, remainder = divmod(high - low, connections)
    points = [low]
    while points[-1] < high and len(points) <= connections:
        points.append(points[-1] + size + (1 if len(points) <= remainder else 0))
    if len(points) == 1 or high - low <= connections:
        points.append(high)
    ends = ["<"] * (len(points) - 2) + ["<="]
    ranges = [
        f"( {column} >= {start} ) AND ( {column} {sign} {end} )"
        for start, end, sign in zip(points, points[1:], ends)  # noqa: B905 - Python 3.9 has no strict
    ]
    return ranges if lowest is not None and highest is not None else [*ranges, f"{column} IS NULL"]


def avro_schema(columns: Columns, types: Mapping[str, str]) -> dict[str, Any]:
    """The schema that Sqoop writes for the result of a query."""
    fields = [
        {
            "name": name,
            "type": ["null", types[name]],
            "default": None,
            "columnName": name,
            "sqlType": str(sql_type),
        }
        for name, sql_type in columns
    ]
    source = "QueryResult"
    return {
        "type": "record",
        "name": "AutoGeneratedSchema",
        "doc": f"Sqoop import of {source}",
        "fields": fields,
        "tableName": source,
    }


def java_sentence(exception: Any) -> str:
    """What the database said, out of Spark's chain of causes; else the first cause."""
    causes = [exception]
    while causes[-1].getCause() is not None:
        causes.append(causes[-1].getCause())
    names = [cause.getClass().getName() for cause in causes]
    found = next((i for i in reversed(range(len(causes))) if names[i].endswith("SQLException")), len(causes) - 1)
    return f"{names[found]}: {causes[found].getMessage()}"


def in_one_line(sentence: str) -> str:
    """EMR shows one line of a step's standard error."""
    return f"ERROR import_table: {' '.join(sentence.split())}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
