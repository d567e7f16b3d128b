"""How fast ingest reads a database, against a raw binary COPY that discards its bytes, and against other ways.

    nice -n 15 .venv/bin/python bench/ingest.py [--rows 1000000,2000000] [--rounds 3] [--only TEXT]

Fills `timesheet_entry` of the contract's schema in an embedded PostgreSQL and reads it with the query and the argument
list that the product gives to Sqoop. Every way is a fresh process; rounds (all ways in turn, the first round
discarded), the ratio to the raw COPY within a round, median (lowest to highest). The raw COPY runs twice a round: if
the one against the other leaves 0.85 to 1.15, the machine was too noisy to tell. Rows and the sum of the key must agree
before a time counts. CPU seconds are those of the way and of PostgreSQL; memory is the most that the way's process had.

Then one row in a hundred is changed and imported as the next window, beside a window with eight rows, which is what any
import costs: what the change costs beyond that must be at most 3 % of the full load.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import psycopg
from hourglass.imports import CONDITIONS, Landing, table_import
from hourglass.sources import load_source
from hourglass.sqoop import import_arguments
from hourglass.windows import Window
from ingest_ways import WAYS, Cost, Spec

from postgres import EmbeddedPostgres

ROOT = Path(__file__).parents[1]
MEGABYTE = 1_000_000
RAW, AGAIN = "raw binary COPY", "raw again"
GATES = {"extraction": 0.70, "import -m 1": 0.45}
MOST_PEAK = 250 * MEGABYTE
MOST_CHANGE = 0.03
CHANGED_AT = datetime(2026, 11, 1, tzinfo=UTC)
EVERYTHING, CHANGED, FEW = (
    Window(None, CHANGED_AT.replace(day=3)),
    Window(CHANGED_AT, CHANGED_AT.replace(day=2)),
    Window(CHANGED_AT.replace(day=2), CHANGED_AT.replace(day=3)),
)
FILL = """
    insert into timekeeping.timesheet_entry
    select g, g / 7, 100000 + mod(g * 7919, 4000), date '2023-01-02' + mod(g, 1000)::integer,
        (1 + mod(g * 31, 32)) * 0.25, mod(g, 12), 1 + mod(g, 6),
        (array['web', 'mobile', 'copy', 'import'])[1 + mod(g, 4)],
        case when mod(g, 5) > 0 then 'Worked on item ' || mod(g * 13, 1000) end, at, at + interval '9.25 seconds'
    from generate_series(1, %s::bigint) g, lateral (select timestamp '2023-01-02' + g * interval '1 s' as at) t
"""
CHANGE = "update timekeeping.timesheet_entry set hours = hours + 0.25, updated_at = %s where mod(entry_id, %s) = 1"


@dataclass(frozen=True)
class Measured:
    """One run of a way: its own cost and what PostgreSQL spent on it."""

    cost: Cost
    database_cpu: float

    @property
    def rate(self) -> float:
        return self.cost.rows / self.cost.wall

    @property
    def cpu(self) -> float:
        return self.cost.cpu + self.database_cpu


class Bench:
    """A filled database, and ways to read it."""

    def __init__(self, url: str, postmaster: int, folder: Path) -> None:
        self._url = url
        self._postmaster = psutil.Process(postmaster)
        self._folder = folder

    def fill(self, rows: int) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("drop schema if exists timekeeping cascade")
            connection.execute((ROOT / "simulator" / "source.sql").read_text().encode())
            connection.execute(FILL, (rows,))
            connection.execute("vacuum (analyze) timekeeping.timesheet_entry")

    def change(self, rows: int) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            for days, every in ((0, 100), (1, rows // 8)):
                connection.execute(CHANGE, (CHANGED_AT.replace(tzinfo=None) + timedelta(days), every))
            connection.execute("vacuum (analyze) timekeeping.timesheet_entry")

    def expect(self, window: Window) -> tuple[int, int]:
        with psycopg.connect(self._url) as connection:
            found = connection.execute(
                "select count(*), coalesce(sum(entry_id), 0)::bigint from timekeeping.timesheet_entry "
                f"where {window.predicate('updated_at')}".encode()
            ).fetchone()
        return found or (0, 0)

    def run(self, way: str, window: Window, expected: tuple[int, int]) -> Measured:
        """Runs a way in a fresh process; what it answers must be what the database holds."""
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        try:
            file = folder / "spec.json"
            file.write_text(json.dumps(asdict(self._spec(window, folder))))
            before = self._database_cpu()
            command = [sys.executable, str(ROOT / "bench" / "ingest_ways.py"), way, str(file)]
            told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT).stdout
            found = Measured(Cost(**json.loads(told)), self._database_cpu() - before)
        finally:
            shutil.rmtree(folder)
        seen = (found.cost.rows, expected[1] if way in (RAW, AGAIN) else found.cost.check)
        if seen != expected:
            raise SystemExit(f"{way}: {seen[0]} rows with the sum {seen[1]} instead of {expected}")
        return found

    def _spec(self, window: Window, folder: Path) -> Spec:
        source = load_source("timekeeping")
        table = replace(source.table("timesheet_entry"), mappers=2)
        wanted = table_import(source, table, window, Landing("bench", "2026-11-01"))
        words = import_arguments(re.sub(r"^postgresql://.*@", "jdbc:postgresql://", self._url), wanted)
        whole = {word: words[words.index(word) + 1] for word in ("--split-by", "--boundary-query")}
        left_out = {"--num-mappers", *whole}
        arguments = [words[0]]
        for name, value in _options(words[1:]):
            arguments += [] if name in left_out else [name, *([] if value is None else [value])]
        split = [word for pair in whole.items() for word in pair]
        return Spec(self._url, wanted.query.replace(CONDITIONS, "1 = 1"), arguments, split, str(folder))

    def _database_cpu(self) -> float:
        server = self._postmaster
        times = [process.cpu_times() for process in [server, *server.children(recursive=True)]]
        ended = server.cpu_times()
        return sum(each.user + each.system for each in times) + ended.children_user + ended.children_system


def _options(words: Sequence[str]) -> list[tuple[str, str | None]]:
    """`--a b --flag` as pairs."""
    pairs: list[tuple[str, str | None]] = []
    for word in words:
        if word.startswith("--"):
            pairs.append((word, None))
        else:
            pairs[-1] = (pairs[-1][0], word)
    return pairs


def spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def show_ways(rounds: Sequence[Mapping[str, Measured]]) -> None:
    print(
        f"  {'way':18}{'M rows/s':>9}   {'of the raw COPY':22}{'in CPU':22}{'CPU s/M':>8}{'its own':>8}{'peak MB':>8}"
    )
    for way in rounds[0]:
        runs = [each[way] for each in rounds]
        million = runs[0].cost.rows / 1e6
        print(
            f"  {way:18}{statistics.median(run.rate for run in runs) / 1e6:9.2f}   "
            f"{spread([each[way].rate / each[RAW].rate for each in rounds]):22}"
            f"{spread([each[RAW].cpu / each[way].cpu for each in rounds]):22}"
            f"{statistics.median(run.cpu for run in runs) / million:8.2f}"
            f"{statistics.median(run.cost.cpu for run in runs) / million:8.2f}"
            f"{statistics.median(run.cost.peak for run in runs) / MEGABYTE:8.0f}"
        )


def judge(rounds: Sequence[Mapping[str, Measured]]) -> None:
    noise = statistics.median(each[AGAIN].rate / each[RAW].rate for each in rounds)
    for way, gate in GATES.items():
        if way not in rounds[0]:
            continue
        ratio = statistics.median(each[way].rate / each[RAW].rate for each in rounds)
        verdict = "holds" if ratio >= gate else "DOES NOT HOLD"
        in_cpu = statistics.median(each[RAW].cpu / each[way].cpu for each in rounds)
        verdict = verdict if 0.85 <= noise <= 1.15 else "inconclusive"
        print(f"  {verdict}: {way} {ratio:.2f}, aim {gate}; in CPU {in_cpu:.2f}")
        peak = max(each[way].cost.peak for each in rounds)
        print(f"  {'holds' if peak <= MOST_PEAK else 'DOES NOT HOLD'}: {way} {peak / MEGABYTE:.0f} MB, aim 250")
    if not 0.85 <= noise <= 1.15:
        print(f"  the raw COPY against itself {noise:.2f}: the machine was too noisy")


def measure_ways(bench: Bench, rounds: int, only: str) -> list[dict[str, Measured]]:
    expected = bench.expect(EVERYTHING)
    ways = [way for way, it in WAYS.items() if it.is_here and (only in way or way in (RAW, AGAIN))]
    missing = [way for way, it in WAYS.items() if not it.is_here]
    if missing:
        print("  not installed here:", ", ".join(missing))
    found = []
    for number in range(rounds + 1):
        found.append({way: bench.run(way, EVERYTHING, expected) for way in ways})
        name = "warm-up, discarded" if number == 0 else f"round {number}"
        told = ", ".join(f"{way} {run.cost.wall:.1f} s" for way, run in found[-1].items())
        print(f"  {name}: {told}", flush=True)
    return found[1:]


def measure_change(bench: Bench, rows: int, rounds: int) -> None:
    """What one changed row in a hundred costs, beside everything and beside eight rows."""
    bench.change(rows)
    windows = {"everything": EVERYTHING, "1 % changed": CHANGED, "eight rows": FEW}
    expected = {name: bench.expect(window) for name, window in windows.items()}
    found = [
        {name: bench.run("import -m 4", window, expected[name]) for name, window in windows.items()}
        for _ in range(rounds + 1)
    ][1:]
    print(f"\n  {'a window with':14}{'rows':>11}{'wall s':>8}{'CPU s':>8}")
    for name in windows:
        runs = [each[name] for each in found]
        wall, cpu = statistics.median(run.cost.wall for run in runs), statistics.median(run.cpu for run in runs)
        print(f"  {name:14}{runs[0].cost.rows:>11,}{wall:8.2f}{cpu:8.2f}")
    for what, cost in (("CPU", lambda run: run.cpu), ("wall", lambda run: run.cost.wall)):
        shares = [
            (cost(each["1 % changed"]) - cost(each["eight rows"]))
            / (cost(each["everything"]) - cost(each["eight rows"]))
            for each in found
        ]
        verdict = "holds" if statistics.median(shares) <= MOST_CHANGE else "DOES NOT HOLD"
        told = spread([100 * share for share in shares])
        print(f"  {verdict}: in {what} a 1 % change costs {told} % of the full load beyond that")


def show_growth(sizes: Mapping[int, list[dict[str, Measured]]]) -> None:
    print("\ngrowth of memory")
    for way in ("extraction", "import -m 1", "import -m 4"):
        peaks = {
            n: max(each[way].cost.peak for each in rounds) / MEGABYTE for n, rounds in sizes.items() if way in rounds[0]
        }
        print(f"  {way}:", ", ".join(f"{n:,} rows {peak:.0f} MB" for n, peak in peaks.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="1000000", help="one or more sizes, separated by commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="ways whose name has this in it (the raw COPY always runs)")
    parser.add_argument("--scratch", type=Path, default=Path(os.environ.get("TMPDIR", "/tmp")))
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ingest-", dir=options.scratch))
    sizes: dict[int, list[dict[str, Measured]]] = {}
    try:
        with EmbeddedPostgres(folder / "postgres", durable=False) as database:
            postmaster = int((folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
            bench = Bench(database.url, postmaster, folder)
            for rows in map(int, options.rows.split(",")):
                print(f"\n{rows:,} rows", flush=True)
                bench.fill(rows)
                sizes[rows] = measure_ways(bench, options.rounds, options.only)
                show_ways(sizes[rows])
                judge(sizes[rows])
                measure_change(bench, rows, options.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if len(sizes) > 1:
        show_growth(sizes)


if __name__ == "__main__":
    main()
