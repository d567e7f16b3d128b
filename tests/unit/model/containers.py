"""What SageMaker does with the model's image, done with the same commands as processes."""

import http.client
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from model.features import CATALOGUE

ROOT = Path(__file__).parents[3]
NAMES = [feature.name for feature in CATALOGUE]
FeatureTable = Callable[..., pa.Table]


@dataclass(frozen=True)
class Container:
    """What SageMaker does with the image, without the image: folders, commands and environment."""

    base: Path

    @property
    def channel(self) -> Path:
        return self.base / "input" / "data" / "training"

    @property
    def failure(self) -> str:
        return (self.base / "output" / "failure").read_text()

    def give(self, table: pa.Table, path: str = "week_start=2026-01-05/part-0") -> None:
        file = self.channel / path
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, file, row_group_size=1000)

    def train(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "model", "train"],
            cwd=ROOT, env=self.environment(), capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    def environment(self, **more: str) -> dict[str, str]:
        return os.environ | {"SAGEMAKER_BASE_DIR": str(self.base), "MODEL_BIND_HOST": "127.0.0.1"} | more


@dataclass(frozen=True)
class Reply:
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Endpoint:
    """A running server; `call` is one HTTP request."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def call(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers or {}))
            reply = connection.getresponse()
            return Reply(reply.status, reply.getheader("content-type", ""), reply.read())
        finally:
            connection.close()

    def score(self, body: bytes, content_type: str, accept: str = "") -> Reply:
        headers = {"Content-Type": content_type} | ({"Accept": accept} if accept else {})
        return self.call("POST", "/invocations", body, headers)
