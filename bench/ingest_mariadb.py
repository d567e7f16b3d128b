"""How fast the importer reads a MariaDB, beside PyMySQL, which makes Python values of every row.

    nice -n 15 .venv/bin/python bench/ingest_mariadb.py [--rows 1000000] [--rounds 3]

Fills the contract's `timesheet_entry` in an embedded MariaDB. The importer reads it with the query and the argument
list that the product gives to Sqoop, PyMySQL with a plain list of the same columns. Every way is a fresh process;
rounds (all ways in turn, the first round discarded), the ratio within a round, median (lowest to highest). Rows and the
sum of the key must agree before a time counts. PyMySQL runs twice a round: if the one against the other leaves 0.85 to
1.15 in any round, the machine was too noisy to tell, and CPU seconds say more.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers" / "hourglass"), str(Path(__file__).parent)]

from hourglass.imports import Landing, table_import  # noqa: E402 - the repository root is not installed
from hourglass.sources import load_source  # noqa: E402
from hourglass.sqoop import import_arguments  # noqa: E402
from hourglass.windows import Window  # noqa: E402
from ingest_ways import MARIADB_WAYS, Cost, Spec  # noqa: E402

from mariadb import EmbeddedMariaDB  # noqa: E402

PEER, AGAIN = "PyMySQL", "PyMySQL again"
AIM, MOST_PEAK = 8, 250_000_000
TABLE = """
create table timekeeping.timesheet_entry (
    entry_id bigint primary key, timesheet_id bigint not null, project_id bigint not null, work_date date not null,
    hours decimal(5, 2) not null, task int not null, bill_grade smallint not null, source varchar(10) not null,
    description text, created_at datetime(6) not null, updated_at datetime(6) not null
)
"""
FILL = """
insert into timekeeping.timesheet_entry
select seq, seq div 7, 100000 + mod(seq * 7919, 4000), '2023-01-02' + interval mod(seq, 1000) day,
    (1 + mod(seq * 31, 32)) * 0.25, mod(seq, 12), 1 + mod(seq, 6),
    elt(1 + mod(seq, 4), 'web', 'mobile', 'copy', 'import'),
    if(mod(seq, 5) > 0, concat('Worked on item ', mod(seq * 13, 1000)), null),
    '2023-01-02' + interval seq second, '2023-01-02' + interval seq second + interval 9 second
from seq_1_to_{rows}
"""


def fill(server: EmbeddedMariaDB, rows: int) -> None:
    with server.connect() as connection, connection.cursor() as cursor:
        for statement in ("drop database if exists timekeeping", "create database timekeeping", TABLE):
            cursor.execute(statement)
        cursor.execute(FILL.format(rows=rows))
        cursor.execute("analyze table timekeeping.timesheet_entry")


def spec_of(server: EmbeddedMariaDB, folder: Path) -> Spec:
    source = load_source("timekeeping", "mysql")
    table = replace(source.table("timesheet_entry"), mappers=2)
    connect = f"jdbc:mariadb://127.0.0.1:{server.port}/onprem"
    words = import_arguments(connect, table_import(source, table, Window(None, None), Landing("bench", "2026-11-01")))
    split = []
    for word in ("--num-mappers", "--split-by", "--boundary-query"):
        at = words.index(word)
        split += [] if word == "--num-mappers" else words[at : at + 2]
        del words[at : at + 2]
    names = ", ".join(column.reads for column in table.columns if column.is_plain)
    plain = f"select {names}, char_length(description) from timekeeping.timesheet_entry"
    return Spec(server.url, plain, words, split, str(folder))


def run(way: str, server: EmbeddedMariaDB, scratch: Path, rows: int) -> Cost:
    """Runs a way in a fresh process; what it answers must be what the database holds."""
    folder = Path(tempfile.mkdtemp(dir=scratch))
    try:
        file = folder / "spec.json"
        file.write_text(json.dumps(asdict(spec_of(server, folder))))
        name = PEER if way == AGAIN else way
        command = [sys.executable, str(ROOT / "bench" / "ingest_ways.py"), name, str(file)]
        cost = Cost(**json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT).stdout))
    finally:
        shutil.rmtree(folder)
    if (cost.rows, cost.check) != (rows, rows * (rows + 1) // 2):
        raise SystemExit(f"{way}: {cost.rows} rows with the sum {cost.check}")
    return cost


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    ways = [*MARIADB_WAYS, AGAIN]
    scratch = Path(tempfile.mkdtemp(prefix="ingest-mariadb-"))
    try:
        with EmbeddedMariaDB(scratch / "mariadb", durable=False) as server:
            fill(server, options.rows)
            rounds = range(options.rounds + 1)
            found = [{way: run(way, server, scratch, options.rows) for way in ways} for _ in rounds][1:]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{options.rows:,} rows\n  {'way':16}{'M rows/s':>9}   {'of PyMySQL':24}{'its CPU s/M':>12}{'peak MB':>8}")
    for way in ways:
        costs = [each[way] for each in found]
        print(
            f"  {way:16}{statistics.median(c.rows / c.wall for c in costs) / 1e6:9.3f}   "
            f"{spread([each[PEER].wall / each[way].wall for each in found]):24}"
            f"{statistics.median(c.cpu for c in costs) / options.rows * 1e6:12.2f}"
            f"{max(c.peak for c in costs) / 1e6:8.0f}"
        )
    is_quiet = all(0.85 <= each[PEER].wall / each[AGAIN].wall <= 1.15 for each in found)
    ratio = statistics.median(each[PEER].wall / each["extraction"].wall for each in found)
    lighter = statistics.median(each[PEER].cpu / each["extraction"].cpu for each in found)
    verdict = "inconclusive" if not is_quiet else "holds" if ratio >= AIM else "DOES NOT HOLD"
    print(f"  {verdict}: extraction {ratio:.1f} x PyMySQL in time, {lighter:.1f} x in its CPU, aim {AIM}")
    peak = max(each[way].peak for each in found for way in ways)
    print(f"  {'holds' if peak <= MOST_PEAK else 'DOES NOT HOLD'}: {peak / 1e6:.0f} MB at most, aim 250")


if __name__ == "__main__":
    main()
