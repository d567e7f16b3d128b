"""Keeps the servers of an endpoint: starts them, waits for /ping, passes invocations through."""

import contextlib
import http.client
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from localcloud.engines.emr.filesystem import bucket_and_key
from localcloud.engines.sagemaker import container
from localcloud.engines.sagemaker.container import Images
from localcloud.engines.sagemaker.records import Variant
from localcloud.errors import LocalCloudError

PING_SECONDS = 2.0
STARTUP_SECONDS = 180.0
BETWEEN_PINGS_SECONDS = 0.03
INVOCATION_SECONDS = 60.0


class ServerStartError(LocalCloudError):
    """Raised when a variant's server ends or does not answer /ping in time."""


class ServerTimeoutError(LocalCloudError):
    """Raised when a server does not answer an invocation within 60 seconds."""


class ServerGoneError(LocalCloudError):
    """Raised when a server's process ended during an invocation."""


class ServerNotListeningError(ServerGoneError):
    """Raised when a server's process had ended before the invocation: another one may be asked."""


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    content_type: str
    custom_attributes: str | None
    body: bytes


class Server:
    """One variant's process, with the connections to it that are kept open."""

    def __init__(self, variant: Variant, images: Images, folder: Path, log: Path) -> None:
        self.variant = variant
        self._folder = folder
        self._idle: SimpleQueue[http.client.HTTPConnection] = SimpleQueue()
        self._closing = threading.Event()
        self._refused = False
        container.remove(folder)
        for part in ("input", "model", "output"):
            (folder / "ml" / part).mkdir(parents=True)
        if variant.model_data_url:
            container.unpack_model(*bucket_and_key(variant.model_data_url), folder / "ml" / "model")
        self._port = free_port()
        extra = {**variant.environment, "SAGEMAKER_BIND_TO_PORT": str(self._port)}
        self._log = log
        self._process = images.start(variant.image, "serve", folder, log, extra)

    @property
    def alive(self) -> bool:
        return not self._process.ended and not self._refused

    def wait_until_ready(self) -> None:
        """Returns after the first /ping that answers 200; ServerStartError if that does not happen."""
        attempts = int(STARTUP_SECONDS / BETWEEN_PINGS_SECONDS)
        for _ in range(attempts):
            if not self.alive or self._closing.wait(BETWEEN_PINGS_SECONDS):
                break
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PING_SECONDS)
                connection.request("GET", "/ping")
                if connection.getresponse().status == 200:
                    connection.close()
                    return
                connection.close()
        lines = self._log.read_text(errors="replace").strip().splitlines()
        raise ServerStartError(
            f"The primary container for production variant {self.variant.name} did not pass the ping health check. "
            f"Its last line was: {lines[-1] if lines else '(nothing)'}"
        )

    def invoke(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Passes one invocation through on a kept connection; a connection that was closed meanwhile is replaced."""
        while True:
            try:
                connection, fresh = self._idle.get_nowait(), False
            except Empty:
                connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=INVOCATION_SECONDS)
                fresh = True
            try:
                connection.request("POST", "/invocations", body, dict(headers))
                response = connection.getresponse()
                answer = Answer(
                    response.status,
                    response.getheader("Content-Type") or "application/octet-stream",
                    response.getheader("X-Amzn-SageMaker-Custom-Attributes"),
                    response.read(),
                )
            except TimeoutError as error:
                connection.close()
                raise ServerTimeoutError(f"no answer within {INVOCATION_SECONDS:.0f} seconds") from error
            except ConnectionRefusedError as error:
                self._refused = True
                raise ServerNotListeningError("the server has ended") from error
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                if fresh:
                    raise ServerGoneError(f"the server closed the connection: {error}") from error
                continue
            if response.will_close:
                connection.close()
            else:
                self._idle.put(connection)
            return answer

    def close(self) -> None:
        """Ends the process and its folder."""
        self._closing.set()
        self._process.kill()
        self._process.wait()
        container.remove(self._folder)


def free_port() -> int:
    """A port on 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
