"""Runs the nodes' programs forked from a process that has imported everything they need.

Importing polars, pyarrow, psycopg and boto3 takes most of a second; a fork takes milliseconds. One forker
serves all clusters of a cloud. It ends, with everything it started, when its standard input closes.
"""

import array
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from dataclasses import dataclass
from importlib import import_module
from typing import Any

PROGRAMS = {
    "sqoop": "localcloud.engines.emr.programs.sqoop",
    "s3-dist-cp": "localcloud.engines.emr.programs.s3_dist_cp",
    "hadoop": "localcloud.engines.emr.programs.hadoop",
    "hdfs": "localcloud.engines.emr.programs.hadoop",
    "aws": "localcloud.engines.emr.programs.aws",
    "spark-submit": "localcloud.engines.emr.programs.spark_submit",
}
KILLED = 137


@dataclass
class Running:
    """One program and the launcher that waits for it."""

    pid: int
    connection: socket.socket


class Forker:
    """Accepts launchers on a socket and forks a child for each."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._selector = selectors.DefaultSelector()
        self._running: dict[int, Running] = {}
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)

    def serve(self) -> None:
        """Returns when standard input closes."""
        signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
        signal.set_wakeup_fd(self._wake_write)
        self._selector.register(0, selectors.EVENT_READ)
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        self._selector.register(self._listener, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj == 0:
                    return
                if key.fileobj is self._listener:
                    self._start(self._listener.accept()[0])
                elif key.fileobj == self._wake_read:
                    os.read(self._wake_read, 4096)
                elif isinstance(key.fileobj, socket.socket):
                    self._launcher_gone(key.fileobj)
            self._reap()

    def kill_all(self) -> None:
        signal.set_wakeup_fd(-1)
        for running in self._running.values():
            _kill(running.pid)

    def _start(self, connection: socket.socket) -> None:
        request, descriptors = receive(connection)
        if request is None:
            connection.close()
            return
        pid = os.fork()
        if pid == 0:
            self._listener.close()
            connection.close()
            self._selector.close()
            signal.set_wakeup_fd(-1)
            run_program(request, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        self._running[pid] = Running(pid, connection)
        self._selector.register(connection, selectors.EVENT_READ)

    def _launcher_gone(self, connection: socket.socket) -> None:
        for running in self._running.values():
            if running.connection is connection:
                self._selector.unregister(connection)
                _kill(running.pid)

    def _reap(self) -> None:
        while self._running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            running = self._running.pop(pid, None)
            if running is None:
                continue
            code = os.waitstatus_to_exitcode(status)
            if running.connection in self._selector.get_map():
                self._selector.unregister(running.connection)
                running.connection.send(bytes([code & 0xFF if code >= 0 else 128 - code]))
            running.connection.close()


def receive(connection: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """A launcher's request and its three standard streams."""
    descriptors = array.array("i")
    header, ancillary, _, _ = connection.recvmsg(4, socket.CMSG_LEN(3 * descriptors.itemsize))
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    if len(header) < 4 or len(descriptors) != 3:
        return None, list(descriptors)
    wanted = int.from_bytes(header, "big")
    body = b""
    while len(body) < wanted:
        part = connection.recv(wanted - len(body))
        if not part:
            return None, list(descriptors)
        body += part
    request: dict[str, Any] = json.loads(body)
    return request, list(descriptors)


def run_program(request: dict[str, Any], descriptors: list[int]) -> None:
    """Becomes the program in the forked child; never returns."""
    code = 1
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        sys.argv = [request["program"], *request["argv"]]
        module = import_module(PROGRAMS[request["program"]])
        code = module.main(request["argv"])
    except BaseException:  # noqa: BLE001 - the end of a program, whatever it was, may not reach the forker
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                code = code or 1
        os._exit(code)


def _kill(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def main(argv: list[str]) -> int:
    """Takes over a listening socket (its descriptor is the argument): who connects during the imports waits."""
    listener = socket.socket(fileno=int(argv[0]))
    import_module("localcloud.engines.emr.programs.clients").prepare()
    for module in set(PROGRAMS.values()):
        import_module(module)
    forker = Forker(listener)
    forker.serve()
    forker.kill_all()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
