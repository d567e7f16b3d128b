"""Is the binary wire to the endpoint worth it? Rows per second of Arrow and Parquet against CSV, same server.

Fresh server processes in rounds (CSV, Arrow, Parquet, CSV, ...), the first round discarded; ratios within a round;
median (min to max). The server's CPU seconds are the gate, wall time is beside it. CSV is also run against itself:
if that ratio leaves 0.85 to 1.15, the machine was too noisy to tell. Hourglass sends "Arrow LZ4, 32 bits".

    python bench/wire.py [--rows 120000] [--rounds 5] [--history 200000]
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from model.features import CATALOGUE
from model.wire import ARROW, CSV, JSON_LINES, PARQUET

ROOT = Path(__file__).parents[1]
BODY_BYTES = 5_000_000
WARM_UP_REQUESTS = 12  # an endpoint lives for weeks; its memory has the size it keeps after about eight requests
PASSES = 4
DOUBLES = pa.float64()


@dataclass(frozen=True)
class Way:
    """One way over the wire: what is sent and what is asked for."""

    name: str
    content_type: str
    accept: str
    compression: str | None = None
    floats: pa.DataType = DOUBLES


WAYS = (
    Way("CSV in, JSON Lines out", CSV, JSON_LINES),
    Way("CSV again", CSV, JSON_LINES),
    Way("CSV in, Arrow out", CSV, ARROW),
    Way("Arrow", ARROW, ARROW),
    Way("Arrow LZ4", ARROW, ARROW, "lz4"),
    Way("Arrow, 32 bits", ARROW, ARROW, None, pa.float32()),
    Way("Arrow LZ4, 32 bits", ARROW, ARROW, "lz4", pa.float32()),
    Way("Parquet in, Arrow out", PARQUET, ARROW, "zstd"),
    Way("Parquet in and out", PARQUET, PARQUET, "zstd"),
)


@dataclass(frozen=True)
class Cost:
    """What one fresh server needed for all rows."""

    wall_seconds: float
    cpu_seconds: float
    scores_checksum: float


def simulated_features(rows: int, seed: int) -> pa.Table:
    """Columns shaped like timesheet_features: rules mostly 0, deviations heavy-tailed, a tenth NULL."""
    random = np.random.default_rng(seed)
    columns: dict[str, pa.Array] = {"timesheet_id": pa.array(np.arange(rows) + 10_000_000)}
    for feature in CATALOGUE:
        if feature.unit in ("deviations", "log ratio", "log factor"):
            values = random.standard_t(5, rows)
        elif feature.name.startswith("longest"):
            values = np.round(np.clip(random.normal(8, 1.5, rows), 0, 24) * 4) / 4
        elif feature.unit == "hours":
            values = np.where(random.random(rows) < 0.05, np.round(random.exponential(4, rows) * 4) / 4, 0)
        elif feature.unit == "flag":
            values = (random.random(rows) < 0.001).astype(float)
        elif feature.unit == "count":
            values = random.geometric(0.6, rows) - 1.0
        else:
            values = np.where(random.random(rows) < 0.2, random.beta(1, 4, rows), 0)
        columns[feature.name] = pa.array(np.round(values, 6), mask=random.random(rows) < 0.1)
    return pa.table(columns)


def bodies(table: pa.Table, way: Way) -> list[tuple[bytes, int]]:
    """The table cut into bodies just below BODY_BYTES, with the rows of each."""
    table = table.cast(
        pa.schema([(f.name, way.floats if pa.types.is_floating(f.type) else f.type) for f in table.schema])
    )
    rows = table.num_rows
    size = len(_encode(table.slice(0, 5000), way)) / min(rows, 5000)
    step = int(0.95 * BODY_BYTES / size)
    parts = [table.slice(start, step) for start in range(0, rows, step)]
    return [(_encode(part, way), part.num_rows) for part in parts]


def _encode(table: pa.Table, way: Way) -> bytes:
    sink = pa.BufferOutputStream()
    if way.content_type == CSV:
        pa_csv.write_csv(table, sink, pa_csv.WriteOptions(include_header=False, quoting_style="none"))
    elif way.content_type == ARROW:
        options = pa.ipc.IpcWriteOptions(compression=way.compression)
        with pa.ipc.new_stream(sink, table.schema, options=options) as stream:
            stream.write_table(table.combine_chunks())
    else:
        pq.write_table(table, sink, compression=way.compression)
    return bytes(sink.getvalue())


@contextmanager
def server(base: Path) -> Iterator[tuple[int, int]]:
    """A fresh `python -m model serve`: its port and process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "SAGEMAKER_BASE_DIR": str(base),
        "MODEL_BIND_HOST": "127.0.0.1",
        "SAGEMAKER_BIND_TO_PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "model", "serve"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                _call(port, "GET", "/ping", b"", {})
                break
            except ConnectionError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.02)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _call(port: int, method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        content = reply.read()
        if reply.status != 200:
            raise RuntimeError(f"{path} answered {reply.status}: {content[:200]!r}")
        return content
    finally:
        connection.close()


def measure(base: Path, way: Way, parts: list[tuple[bytes, int]]) -> Cost:
    """All bodies PASSES times, one request after the other, through one fresh server that is warmed up before."""
    headers = {"Content-Type": way.content_type, "Accept": way.accept}
    with server(base) as (port, pid):
        for body, _ in islice(cycle(parts), WARM_UP_REQUESTS):
            _call(port, "POST", "/invocations", body, headers)
        cpu, began = _cpu_seconds(pid), time.perf_counter()
        for _ in range(PASSES):
            replies = [_call(port, "POST", "/invocations", body, headers) for body, _ in parts]
        wall = time.perf_counter() - began
        cpu = _cpu_seconds(pid) - cpu
    return Cost(wall / PASSES, cpu / PASSES, sum(_scores(reply, way.accept) for reply in replies))


def _cpu_seconds(pid: int) -> float:
    return time.clock_gettime((~pid << 3) | 2)  # Linux: the clock of a process, in nanoseconds, not in ticks


def _scores(reply: bytes, media: str) -> float:
    if media == JSON_LINES:
        return sum(json.loads(line)["score"] for line in reply.splitlines())
    table = pa.ipc.open_stream(reply).read_all() if media == ARROW else pq.read_table(pa.BufferReader(reply))
    return float(sum(table["score"].to_pylist()))


def main() -> None:
    """Print one line per way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=120_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--history", type=int, default=200_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        channel = base / "input" / "data" / "training"
        channel.mkdir(parents=True)
        pq.write_table(simulated_features(options.history, seed=1), channel / "history.parquet")
        subprocess.run(
            [sys.executable, "-m", "model", "train"],
            cwd=ROOT, check=True, stderr=subprocess.DEVNULL, env=os.environ | {"SAGEMAKER_BASE_DIR": folder},
        )  # fmt: skip
        table = simulated_features(options.rows, seed=2)
        parts = {way: bodies(table, way) for way in WAYS}
        rounds = [[measure(base, way, parts[way]) for way in WAYS] for _ in range(options.rounds + 1)]
    checksums = {round(cost.scores_checksum, 3) for costs in rounds for cost in costs}
    if len(checksums) != 1:
        raise SystemExit(f"the ways disagree about the scores: {sorted(checksums)}")
    print(f"{options.rows:,} rows, {options.rounds} rounds; rows per second and ratio to CSV, median (min to max)")
    for i, way in enumerate(WAYS):
        measured = [costs[i] for costs in rounds[1:]]
        csv = [costs[0] for costs in rounds[1:]]
        sent = parts[way]
        bytes_per_row = sum(len(body) for body, _ in sent) / options.rows
        cpu = [base.cpu_seconds / cost.cpu_seconds for base, cost in zip(csv, measured, strict=True)]
        wall = [base.wall_seconds / cost.wall_seconds for base, cost in zip(csv, measured, strict=True)]
        print(
            f"{way.name:24s} {bytes_per_row:4.0f} B/row {len(sent):3d} bodies"
            f"  {options.rows / statistics.median(c.wall_seconds for c in measured):>9,.0f} rows/s wall"
            f" × {_spread(wall)}"
            f"  {options.rows / statistics.median(c.cpu_seconds for c in measured):>9,.0f} rows/CPU-s × {_spread(cpu)}"
        )


def _spread(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


if __name__ == "__main__":
    main()
