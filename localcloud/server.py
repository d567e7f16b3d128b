"""Answers the AWS protocols on 127.0.0.1: finds the service, guards its state, lets moto speak.

A change is on disk before its answer leaves. Requests that wait for other work (invocations, long polls) hold no lock.
"""

import contextlib
import functools
import json
import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol
from xml.sax.saxutils import escape

from moto.core import responses, serialize
from moto.core.common_models import BaseModel
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from localcloud import service
from localcloud.errors import LocalCloudError, UnsupportedError
from localcloud.requests import Environ, action_of, changes_only_an_object, changes_state, is_unlocked, take_body

logger = logging.getLogger(__name__)

StartResponse = Callable[..., Any]


class Admin(Protocol):
    """Answers the requests below /_localcloud/."""

    def __call__(self, method: str, path: str, body: bytes) -> tuple[int, Any]: ...


class Dispatcher(DomainDispatcherApplication):  # type: ignore[misc]
    """The WSGI application in front of moto."""

    def __init__(self, admin: Admin) -> None:
        super().__init__(create_backend_app)
        self._admin = admin
        self._hosts: dict[str | None, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        """As moto's, which lists a folder of 170 services for every request, but once per host."""
        if host not in self._hosts:
            self._hosts[host] = super().get_backend_for_host(host)
        return self._hosts[host]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        take_body(environ)
        path = environ.get("PATH_INFO", "")
        if path.startswith("/_localcloud/"):
            return self._answer_admin(environ, start_response)
        app = self.get_application(environ)
        module = service.module_name(app.service)
        action = action_of(module, environ)
        head: list[Any] = []
        try:
            with self._guard(module, action, environ):
                answer: Iterable[bytes] = app(environ, lambda *given: head.extend(given))
            start_response(*head)  # only now: what the answer says is on disk
            return answer
        except (LocalCloudError, NotImplementedError) as error:
            logger.warning("refused", extra={"service": module, "action": action, "reason": str(error)})
            return _refuse(error, environ, start_response)

    def _guard(self, module: str, action: str | None, environ: Environ) -> AbstractContextManager[None]:
        if is_unlocked(module, action):
            return contextlib.nullcontext()
        if not changes_state(module, action, environ):
            return service.reading(module)
        if changes_only_an_object(module, environ):
            return service.transaction()
        return service.mutating(module)

    def _answer_admin(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"].removeprefix("/_localcloud")
        try:
            if environ["REQUEST_METHOD"] == "POST" and environ.get("CONTENT_TYPE") != "application/json":
                raise UnsupportedError("Only application/json is taken here: no page of another site can send that.")
            status, answer = self._admin(environ["REQUEST_METHOD"], path, environ["wsgi.input"].getvalue())
        except LocalCloudError as error:
            status, answer = 400, {"error": type(error).__name__, "message": str(error)}
        body = json.dumps(answer, default=str).encode()
        start_response(f"{status} -", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


def _refuse(error: Exception, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """What cannot be done is an error in the protocol of the request, never a made-up success."""
    code, message = type(error).__name__, str(error)
    if "HTTP_X_AMZ_TARGET" in environ or "json" in environ.get("CONTENT_TYPE", ""):
        kind, text = "application/json", json.dumps({"__type": code, "message": message})
    else:
        kind = "application/xml"
        text = f"<ErrorResponse><Error><Code>{code}</Code><Message>{escape(message)}</Message></Error></ErrorResponse>"
    body = text.encode()
    start_response(
        "400 Bad Request",
        [("Content-Type", kind), ("Content-Length", str(len(body))), ("x-amzn-ErrorType", code)],
    )
    return [body]


class _Closable:
    """A response's body, closed if it can be."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close:
            close()


class _Handler(MotoRequestHandler):  # type: ignore[misc]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def run_wsgi(self) -> None:
        """Answers one request and keeps the connection; werkzeug's waits 10 ms for each and then closes it."""
        environ = self.make_environ()
        head: list[Any] = []
        try:
            body = self.server.app(environ, lambda *given: head.extend(given))
        except Exception:  # the boundary: whatever moto raises is an answer, and is logged
            logger.exception("failed", extra={"line": self.requestline})
            head[:] = ["500 Internal Server Error", [("Content-Length", "0")]]
            body = []
        with contextlib.closing(_Closable(body)) as chunks:
            self._answer(head[0], head[1], chunks)

    def _answer(self, status: str, headers: list[tuple[str, str]], chunks: Iterable[bytes]) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        names = {name.lower() for name, _ in headers}
        bodiless = self.command == "HEAD" or code in ("204", "304")
        chunked = not bodiless and "content-length" not in names
        if code == "204":
            headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
        for name, value in headers:
            self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if bodiless:
            return
        for chunk in chunks:
            if chunked and chunk:
                self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
            else:
                self.wfile.write(chunk)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def handle_expect_100(self) -> bool:
        self.send_response_only(100)
        self.end_headers()
        self.wfile.flush()
        return True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        logger.debug("request", extra={"line": self.requestline, "status": code})


def _on_error(_request: object, client_address: object) -> None:
    """A client that died or hung up is nothing to report; anything else is."""
    if isinstance(sys.exception(), ConnectionError):
        logger.debug("hung up", extra={"client": client_address})
    else:
        logger.exception("request failed", extra={"client": client_address})


class Server:
    """The listening socket and its thread."""

    def __init__(self, application: Dispatcher, port: int | None) -> None:
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", port or 0, application, threaded=True, request_handler=_Handler
        )
        self._server.handle_error = _on_error  # type: ignore[method-assign]
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="http", daemon=True)

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stops answering new connections."""
        if not self._thread.is_alive():
            self._server.server_close()
            return
        stopper = threading.Thread(target=self._server.shutdown, daemon=True)
        stopper.start()
        with contextlib.suppress(OSError):  # wakes the accept loop
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        stopper.join()
        self._thread.join()
        self._server.server_close()


def read_times_quickly() -> None:
    """Spares moto a general date parser for the dates it has just written: most of a listing's time."""
    general = serialize.parse_to_aware_datetime

    def parse(value: Any) -> datetime:
        if isinstance(value, str) and value.endswith("Z"):
            with contextlib.suppress(ValueError):
                return datetime.fromisoformat(value)
        parsed: datetime = general(value)
        return parsed

    serialize.parse_to_aware_datetime = parse


def find_actions_quickly() -> None:
    """Spares moto the look at every member of a service's class for every request."""
    if not hasattr(responses.method_names_from_class, "cache_info"):
        responses.method_names_from_class = functools.cache(responses.method_names_from_class)


def forget_instances() -> None:
    """Stops moto from keeping every object it ever made: this server runs for days."""
    BaseModel.__new__ = lambda cls, *_arguments, **_named: object.__new__(cls)  # type: ignore[method-assign,assignment]
