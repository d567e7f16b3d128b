"""A history that looks like timesheet_features, a model fitted on it, and the real server that serves it."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from model.artefact import Artefact, load
from model.features import CATALOGUE
from model.scorer import Scorer
from model.tail import Floats
from tests.unit.model.containers import NAMES, ROOT, Container, Endpoint, FeatureTable


def _matrix(rows: int, seed: int) -> Floats:
    random = np.random.default_rng(seed)
    matrix = np.empty((rows, len(NAMES)), order="F")
    for j, feature in enumerate(CATALOGUE):
        if feature.unit in ("deviations", "log ratio", "log factor"):
            matrix[:, j] = np.round(random.standard_t(5, rows), 6)
        elif feature.unit == "flag":
            matrix[:, j] = random.random(rows) < 0.002
        elif feature.unit == "count":
            matrix[:, j] = random.geometric(0.6, rows) - 1
        else:
            matrix[:, j] = np.where(random.random(rows) < 0.2, np.round(random.exponential(4, rows) * 4) / 4, 0)
        matrix[random.random(rows) < 0.1, j] = np.nan
    return matrix


@pytest.fixture(scope="session")
def feature_matrix() -> Callable[[int, int], Floats]:
    """Rows of features by count and seed."""
    return _matrix


@pytest.fixture(scope="session")
def feature_table() -> FeatureTable:
    """The same rows as a table with keys and the context columns that a model must ignore."""

    def table(rows: int, seed: int, **replaced: pa.Array) -> pa.Table:
        matrix = _matrix(rows, seed)
        columns: dict[str, pa.Array] = {
            "timesheet_id": pa.array(np.arange(rows) + 5_000_000_000),
            "country": pa.array(["AT"] * rows),
        }
        columns |= {name: pa.array(matrix[:, j], from_pandas=True) for j, name in enumerate(NAMES)}
        return pa.table(columns | replaced)

    return table


@pytest.fixture
def container(tmp_path: Path) -> Container:
    return Container(tmp_path)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, feature_table: FeatureTable) -> Container:
    """Trained by the real process on 5,000 rows in two weeks."""
    container = Container(tmp_path_factory.mktemp("container"))
    container.give(feature_table(3000, seed=1), "week_start=2026-01-05/part-0")
    container.give(feature_table(2000, seed=2), "week_start=2026-01-12/part-0")
    done = container.train()
    assert done.returncode == 0, done.stderr
    return container


@pytest.fixture(scope="session")
def artefact(trained: Container) -> Artefact:
    return load(trained.base / "model")


@pytest.fixture(scope="session")
def scorer(artefact: Artefact) -> Scorer:
    return Scorer(artefact)


@pytest.fixture(scope="session")
def endpoints(trained: Container) -> Iterator[Callable[[], Endpoint]]:
    """Starts servers on free ports and stops them at the end."""
    started: list[Endpoint] = []

    def start() -> Endpoint:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        log = trained.base / f"serve-{port}.log"
        with log.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "model", "serve"],
                cwd=ROOT, env=trained.environment(SAGEMAKER_BIND_TO_PORT=str(port)), stderr=stderr,
            )  # fmt: skip
        endpoint = Endpoint(process, port, log)
        started.append(endpoint)
        deadline = time.monotonic() + 20
        while True:
            try:
                endpoint.call("GET", "/ping")
                return endpoint
            except ConnectionError:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline
                time.sleep(0.02)

    yield start
    for endpoint in started:
        endpoint.process.kill()
        endpoint.process.wait()


@pytest.fixture(scope="session")
def endpoint(endpoints: Callable[[], Endpoint]) -> Endpoint:
    return endpoints()
