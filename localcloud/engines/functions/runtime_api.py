"""The Lambda Runtime API for one execution environment: hands out invocations, takes answers.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. Each environment has its own port, which is how the
server knows who is asking.
"""

import json
import queue
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PREFIX = "/2018-06-01/runtime"


@dataclass(frozen=True)
class Invocation:
    """One request to the handler."""

    request_id: str
    payload: bytes
    deadline_ms: int
    function_arn: str
    trace_id: str


@dataclass(frozen=True)
class Answer:
    """What the environment said: 'response', 'error' or 'init error', and the body."""

    kind: str
    body: bytes


class RuntimeApi:
    """Serves one environment on its own port of 127.0.0.1."""

    def __init__(self) -> None:
        self.asked = threading.Event()  # the environment is initialised and waits for its first invocation
        self.answers: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()
        self._invocations: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        api = self

        class Handler(_Handler):
            runtime = api

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, name="runtime-api", daemon=True).start()

    def offer(self, invocation: Invocation) -> None:
        """Gives the environment its next invocation."""
        self._invocations.put(invocation)

    def next(self) -> Invocation | None:
        """Waits for the next invocation; None when the environment is to end."""
        self.asked.set()
        return self._invocations.get()

    def close(self) -> None:
        """Ends the server and whoever waits for it."""
        self._invocations.put(None)
        self.answers.put(None)
        threading.Thread(target=self._close, daemon=True).start()

    def _close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: an environment that is gone is noticed by its exit."""


class _Handler(BaseHTTPRequestHandler):
    runtime: RuntimeApi
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def do_GET(self) -> None:
        if self.path != f"{PREFIX}/invocation/next":
            self._reply(404)
            return
        invocation = self.runtime.next()
        if invocation is None:
            self._reply(410)
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_id,
            "Content-Type": "application/json",
        }
        self._reply(200, invocation.payload, headers)

    def do_POST(self) -> None:
        body = self._body()
        kinds = {f"{PREFIX}/init/error": "init error"}
        kind = kinds.get(self.path)
        if self.path.startswith(f"{PREFIX}/invocation/"):
            kind = {"response": "response", "error": "error"}.get(self.path.rsplit("/", 1)[-1])
        if kind is None:
            self._reply(404)
            return
        self.runtime.answers.put(Answer(kind, body))
        self._reply(202, b'{"status":"OK"}')

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            continue
        return body

    def _reply(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response_only(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Says nothing: every invocation is logged where it belongs."""


def error_body(error_type: str, message: str) -> bytes:
    """An error in the shape Lambda gives those of the platform."""
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()
