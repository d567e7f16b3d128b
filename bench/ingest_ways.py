"""One way of reading a table, in a fresh process: prints as JSON how many rows, and what it cost.

    python bench/ingest_ways.py WAY SPEC.json      (bench/ingest.py writes the SPEC and starts it)

Time and CPU begin after the imports, because the cluster's programs are forked from a process that has them; memory
counts them. Another way is a function here and a line in `WAYS`; where what it needs is not installed it is left out.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
CHUNK_ROWS = 50_000


@dataclass(frozen=True)
class Spec:
    """What is read: the database, the query, the importer's arguments without the mappers, and where it may write."""

    url: str
    query: str
    arguments: list[str]
    split: list[str]
    folder: str


@dataclass
class Cost:
    """What a way did. `check` is the sum of the key where columns were made, the bytes where they were discarded."""

    rows: int = 0
    check: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    peak: int = 0


@contextmanager
def measured(cost: Cost) -> Iterator[None]:
    """Adds up wall time and the CPU seconds of this process and its children."""
    started, before = time.perf_counter(), _cpu_seconds()
    yield
    cost.wall, cost.cpu = time.perf_counter() - started, _cpu_seconds() - before
    cost.peak = _high_water()


def raw_copy(spec: Spec) -> Cost:
    """The limit: a binary COPY whose bytes are received by libpq and thrown away."""
    psycopg, pq = import_module("psycopg"), import_module("psycopg.pq")
    cost = Cost()
    with measured(cost), psycopg.connect(spec.url, autocommit=True) as connection:
        link = connection.pgconn
        link.exec_(f"copy ({spec.query}) to stdout (format binary)".encode())
        while (length := link.get_copy_data(0)[0]) > 0:
            cost.check += length
        ended = link.get_result()
        if ended is None or ended.status != pq.ExecStatus.COMMAND_OK:
            raise SystemExit("the raw COPY failed")
        cost.rows = ended.command_tuples
        while link.get_result():
            continue
    return cost


class Discard:
    """A part file that only looks at what it is given."""

    def __init__(self) -> None:
        self.rows = self.check = 0

    def write(self, table: Any) -> None:
        self.rows += table.num_rows
        self.check += import_module("pyarrow.compute").sum(table.column("entry_id")).as_py() or 0

    def close(self) -> None:
        return


def extract(spec: Spec) -> Cost:
    """The importer from the database to columnar batches."""
    arguments, database, job, source = (
        import_module(f"localcloud.engines.emr.sqoop.{name}") for name in ("arguments", "database", "job", "source")
    )
    splits = import_module("localcloud.engines.emr.sqoop.splits")
    _as_in_the_cluster()
    user, password = _credentials(spec)
    line = arguments.parse_line([*spec.arguments[1:], "-m", "1", "--username", user])
    options = arguments.to_options(line)
    cost, discard = Cost(), Discard()
    sys.stderr = (Path(spec.folder) / "stderr").open("w")
    with measured(cost), closing(database.database_of(options, password, {}).open()) as session:
        columns = source.describe(session, options)
        query = source.select_query(session, options, columns, splits.EVERYTHING[0])
        cost.rows = job.copy_rows(session.reader(query, columns), discard)
    cost.check = discard.check
    return cost


def importing(mappers: int) -> Callable[[Spec], Cost]:
    """The whole step: `sqoop import` with its Avro."""

    def way(spec: Spec) -> Cost:
        program = import_module("localcloud.engines.emr.programs.sqoop")
        _as_in_the_cluster()
        folder = Path(spec.folder)
        user, password = _credentials(spec)
        (folder / "password").write_text(password)
        os.environ["EMR_HDFS_ROOT"] = str(folder)
        login = ["--username", user, "--password-file", f"file://{folder / 'password'}"]
        split = ["-m", str(mappers), *(spec.split if mappers > 1 else [])]
        cost = Cost()
        sys.stderr = (folder / "stderr").open("w")
        with measured(cost):
            code = program.main([*spec.arguments, *split, *login])
        if code:
            raise SystemExit((folder / "stderr").read_text())
        cost.rows, cost.check = _landed(folder)
        return cost

    return way


def connectorx(spec: Spec) -> Cost:
    connectorx = import_module("connectorx")
    compute = import_module("pyarrow.compute")
    cost = Cost()
    with measured(cost):
        for batch in connectorx.read_sql(spec.url, spec.query, return_type="arrow_stream", batch_size=CHUNK_ROWS):
            cost.rows += batch.num_rows
            cost.check += compute.sum(batch.column("entry_id")).as_py() or 0
    return cost


def pymysql_rows(spec: Spec) -> Cost:
    """Rows as Python values, streamed: what reading MariaDB costs without a library that makes columns."""
    pymysql, cursors = import_module("pymysql"), import_module("pymysql.cursors")
    parts, (user, password) = urlsplit(spec.url), _credentials(spec)
    cost = Cost()
    with (
        measured(cost),
        pymysql.connect(
            host=parts.hostname, port=parts.port, user=user, password=password, cursorclass=cursors.SSCursor
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(spec.query)
        while rows := cursor.fetchmany(CHUNK_ROWS):
            cost.rows += len(rows)
            cost.check += sum(row[0] for row in rows)
    return cost


def pandas_chunks(spec: Spec) -> Cost:
    pandas, sqlalchemy = import_module("pandas"), import_module("sqlalchemy")
    cost = Cost()
    with measured(cost):
        engine = sqlalchemy.create_engine(spec.url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.connect().execution_options(stream_results=True) as connection:
            for frame in pandas.read_sql(sqlalchemy.text(spec.query), connection, chunksize=CHUNK_ROWS):
                cost.rows += len(frame)
                cost.check += int(frame["entry_id"].sum())
    return cost


def apache_sqoop(spec: Spec) -> Cost:
    """Apache Sqoop 1.4.7 with one mapper in Hadoop's local mode, from the start of its JVM to its end."""
    libraries = import_module("tests.conformance.paths").LIBRARIES.folder()
    folder = Path(spec.folder)
    user, password = _credentials(spec)
    (folder / "password").write_text(password)
    (folder / "password").chmod(0o400)
    arguments = [word.replace("hdfs:///", f"file://{folder}/") for word in spec.arguments[1:]]
    login = ["--username", user, "--password-file", f"file://{folder / 'password'}"]
    command = ["java", "-Duser.timezone=UTC", f"-Djava.io.tmpdir={folder}", f"-Dtest.build.data={folder}"]
    command += ["-cp", ":".join(map(str, sorted(libraries.iterdir()))), "org.apache.sqoop.Sqoop", "import"]
    command += ["-Dmapreduce.jobtracker.address=local", *arguments, "-m", "1", *login]
    cost = Cost()
    with measured(cost):
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if done.returncode:
        raise SystemExit(done.stderr)
    cost.peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    cost.rows, cost.check = _landed(folder)
    return cost


def spark_jdbc(spec: Spec) -> Cost:
    """Apache Spark on two cores with two connections, from `spark-submit` to the end of its Avro."""
    pyspark, find_driver = Path(import_module("pyspark").__file__).parent, import_module("cli.spark").find_driver
    folder = Path(spec.folder)
    user, password = _credentials(spec)
    parts = urlsplit(spec.url)
    url = f"jdbc:postgresql://{parts.hostname}:{parts.port}{parts.path}"
    job = folder / "spark_jdbc.json"
    job.write_text(json.dumps({"url": url, "user": user, "password": password, "query": spec.query}))
    jars = [find_driver(url), pyspark / "external" / "lib" / "spark-avro.jar"]
    settings = {"spark.ui.enabled": "false", "spark.local.dir": str(folder)}
    command = [str(pyspark / "bin" / "spark-submit"), "--master", "local[2]", "--jars", ",".join(map(str, jars))]
    command += [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    command += [str(ROOT / "bench" / "spark_jdbc.py"), str(job), str(folder / "landed")]
    environment = {**os.environ, **import_module("localcloud.engines.emr.spark.home").environment(pyspark)}
    cost = Cost()
    with measured(cost):
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)
    if done.returncode:
        raise SystemExit(done.stderr)
    cost.peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    cost.rows, cost.check = _landed(folder, "part-*.avro")
    return cost


def _has_apache_spark() -> bool:
    try:
        import_module("cli.spark").find_driver("jdbc:postgresql:")
    except import_module("cli.errors").CommandError:
        return False
    return True


def _has_apache_sqoop() -> bool:
    try:
        import_module("tests.conformance.apache_sqoop").find_jdk()
        import_module("tests.conformance.paths").LIBRARIES.folder()
    except import_module("maven").NotAvailableError:
        return False
    return True


@dataclass(frozen=True)
class Way:
    """A way and what must be installed for it."""

    run: Callable[[Spec], Cost]
    needs: tuple[str, ...] = ()
    needs_also: Callable[[], bool] = lambda: True

    @property
    def is_here(self) -> bool:
        return all(find_spec(module) for module in self.needs) and self.needs_also()


WAYS = {
    "raw binary COPY": Way(raw_copy),
    "extraction": Way(extract),
    "import -m 1": Way(importing(1)),
    "import -m 2": Way(importing(2)),
    "import -m 4": Way(importing(4)),
    "raw again": Way(raw_copy),
    "ConnectorX": Way(connectorx, ("connectorx",)),
    "pandas chunks": Way(pandas_chunks, ("pandas", "sqlalchemy")),
    "Apache Sqoop -m 1": Way(apache_sqoop, needs_also=_has_apache_sqoop),
    "Spark JDBC": Way(spark_jdbc, needs_also=_has_apache_spark),
}
MARIADB_WAYS = {
    "PyMySQL": Way(pymysql_rows, ("pymysql",)),
    "extraction": Way(extract),
    "import -m 1": Way(importing(1)),
    "import -m 2": Way(importing(2)),
    "import -m 4": Way(importing(4)),
}


def _as_in_the_cluster() -> None:
    """Imports all that the process has from which the cluster forks its programs."""
    for module in import_module("localcloud.engines.emr.forker").PROGRAMS.values():
        import_module(module)


def _credentials(spec: Spec) -> tuple[str, str]:
    parts = urlsplit(spec.url)
    return unquote(parts.username or ""), unquote(parts.password or "")


def _landed(folder: Path, pattern: str = "part-m-*.avro") -> tuple[int, int]:
    """Rows and the sum of the key in the Avro files below a folder."""
    duckdb, avro = import_module("duckdb"), import_module("duckdb_extension_avro")
    extension = next(Path(avro.__file__).parent.glob("extensions/*/avro.duckdb_extension"))
    lake = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    lake.execute(f"load '{extension}'")
    files = f"read_avro('{folder}/**/{pattern}')"
    rows, check = lake.execute(f"select count(*), coalesce(sum(entry_id), 0) from {files}").fetchone()
    return int(rows), int(check)


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _high_water() -> int:
    """The most that this process has had resident since it became this program."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM:"))


if __name__ == "__main__":
    way = (WAYS | MARIADB_WAYS)[sys.argv[1]]
    print(json.dumps(asdict(way.run(Spec(**json.loads(Path(sys.argv[2]).read_text()))))))
