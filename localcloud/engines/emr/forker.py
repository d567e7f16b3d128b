"""Runs what a node runs: steps as processes of their own, the node's programs forked from this process.

Importing polars, pyarrow, psycopg and boto3 takes most of a second; a fork takes milliseconds. One forker serves all
clusters of a cloud. Who asks keeps its connection open: when it closes, what was asked for is ended. A step gets
SIGTERM and a grace first, a program is killed. When standard input closes the cloud is gone, and so is everything.
"""

import array
import contextlib
import gc
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from importlib import import_module

from localcloud.engines.emr import launcher
from localcloud.zygote_process import die_with_parent

PROGRAMS = {
    "sqoop": "localcloud.engines.emr.programs.sqoop",
    "s3-dist-cp": "localcloud.engines.emr.programs.s3_dist_cp",
    "hadoop": "localcloud.engines.emr.programs.hadoop",
    "hdfs": "localcloud.engines.emr.programs.hadoop",
    "aws": "localcloud.engines.emr.programs.aws",
    "spark-submit": "localcloud.engines.emr.programs.spark_submit",
}
APPLICATION_OF = {"sqoop": "Sqoop", "spark-submit": "Spark"}  # the others come with Hadoop, which every cluster has
GRACE_SECONDS = 2.0
NOT_FOUND = 127


@dataclass(frozen=True)
class Request:
    """What is to run: a step's command line, or a program of this node with its arguments."""

    kind: bytes
    directory: bytes
    argv: list[bytes]
    environment: dict[bytes, bytes]

    @classmethod
    def parse(cls, body: bytes) -> "Request":
        kind, directory, count, *rest = body.split(b"\0")
        argv, variables = rest[: int(count)], rest[int(count) :]
        return cls(kind, directory, argv, dict(variable.split(b"=", 1) for variable in variables))


@dataclass
class Running:
    """One process group and who waits for it; `kill_at` is set once it has been asked to end."""

    pid: int
    connection: socket.socket
    grace_seconds: float
    kill_at: float | None = None


class Forker:
    """Accepts requests on a socket and starts a process for each."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._selector = selectors.DefaultSelector()
        self._running: dict[int, Running] = {}
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)

    def serve(self) -> None:
        """Returns when standard input has closed and everything has ended."""
        signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
        signal.set_wakeup_fd(self._wake_write)
        for source in (0, self._wake_read, self._listener):
            self._selector.register(source, selectors.EVENT_READ)
        ending = False
        while not ending or self._running:
            for key, _ in self._selector.select(self._seconds_to_next_kill()):
                if key.fileobj == 0:
                    ending = True
                    self._end_all()
                elif key.fileobj is self._listener:  # what is asked for is read when it has come: nobody waits for it
                    self._selector.register(self._listener.accept()[0], selectors.EVENT_READ)
                elif key.fileobj == self._wake_read:
                    os.read(self._wake_read, 4096)
                elif isinstance(key.fileobj, socket.socket):
                    if key.data is None:
                        self._selector.unregister(key.fileobj)
                        self._start(key.fileobj)
                    else:
                        self._end(self._running[key.data])
            self._reap()
            self._kill_overdue()

    def _start(self, connection: socket.socket) -> None:
        request, streams = receive(connection)
        if request is None:
            for descriptor in streams:
                os.close(descriptor)
            connection.close()
            return
        is_step = request.kind == launcher.STEP
        pid = start_step(request, streams) if is_step else self._fork(request, streams, connection)
        for descriptor in streams:
            os.close(descriptor)
        if pid is None:
            connection.send(bytes([NOT_FOUND]))
            connection.close()
            return
        self._running[pid] = Running(pid, connection, GRACE_SECONDS if is_step else 0.0)
        self._selector.register(connection, selectors.EVENT_READ, pid)

    def _fork(self, request: Request, streams: list[int], connection: socket.socket) -> int:
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            self._listener.close()
            connection.close()
            self._selector.close()
            for running in self._running.values():
                running.connection.close()
            run_program(request, streams)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)  # the child does it too: whoever comes first
        return pid

    def _end_all(self) -> None:
        self._selector.unregister(0)
        self._selector.unregister(self._listener)
        for running in self._running.values():
            if running.kill_at is None:
                self._end(running)

    def _end(self, running: Running) -> None:
        """Nobody waits any more: asks the process group to end, or makes it."""
        self._selector.unregister(running.connection)
        running.kill_at = time.monotonic() + running.grace_seconds
        signal_group(running.pid, signal.SIGTERM if running.grace_seconds else signal.SIGKILL)

    def _seconds_to_next_kill(self) -> float | None:
        moments = [running.kill_at for running in self._running.values() if running.kill_at is not None]
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _kill_overdue(self) -> None:
        for running in self._running.values():
            if running.kill_at is not None and running.kill_at <= time.monotonic():
                signal_group(running.pid, signal.SIGKILL)
                running.kill_at = time.monotonic() + GRACE_SECONDS

    def _reap(self) -> None:
        while self._running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            running = self._running.pop(pid, None)
            if running is None:
                continue
            signal_group(pid, signal.SIGKILL)  # what it started and left behind
            if running.kill_at is None:
                self._selector.unregister(running.connection)
            code = os.waitstatus_to_exitcode(status)
            with running.connection, contextlib.suppress(OSError):  # who asked may be gone
                running.connection.send(bytes([code & 0xFF if code >= 0 else 128 - code]))


def receive(connection: socket.socket) -> tuple[Request | None, list[int]]:
    """What is asked for, and its three standard streams."""
    descriptors = array.array("i")
    header, ancillary, _, _ = connection.recvmsg(4, socket.CMSG_LEN(3 * descriptors.itemsize))
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    if len(header) < 4 or len(descriptors) != 3:
        return None, list(descriptors)
    wanted = int.from_bytes(header, "big")
    body = bytearray()
    while len(body) < wanted:
        part = connection.recv(wanted - len(body))
        if not part:
            return None, list(descriptors)
        body += part
    return Request.parse(bytes(body)), list(descriptors)


def start_step(request: Request, streams: list[int]) -> int | None:
    """Starts a step in its own session; None if there is no such program, which its stderr then says."""
    try:
        process = subprocess.Popen(
            request.argv,
            cwd=request.directory,
            env=request.environment,
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
            start_new_session=True,
        )
    except OSError as error:
        text = f'Cannot run program "{os.fsdecode(request.argv[0])}": error={error.errno}, {error.strerror}\n'
        os.write(streams[2], b'Exception in thread "main" java.lang.RuntimeException: java.io.IOException: ')
        os.write(streams[2], os.fsencode(text))
        return None
    process.returncode = 0  # it is not for Popen to wait for it
    return process.pid


def run_program(request: Request, streams: list[int]) -> None:
    """Becomes the program in the forked child; never returns."""
    code = 1
    try:
        os.setpgid(0, 0)
        die_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, descriptor in enumerate(streams):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.environ.clear()
        os.environ.update({os.fsdecode(name): os.fsdecode(value) for name, value in request.environment.items()})
        os.chdir(request.directory)
        sys.argv = [os.fsdecode(word) for word in request.argv]
        module = import_module(PROGRAMS[sys.argv[0]])
        code = module.main(sys.argv[1:])
    except BaseException:  # noqa: BLE001 - the end of a program, whatever it was, may not reach the forker
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                code = code or 1
        os._exit(code)


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signals a process and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def main(argv: list[str]) -> int:
    """Takes over a listening socket (its descriptor is the argument): who connects during the imports waits."""
    listener = socket.socket(fileno=int(argv[0]))
    import_module("localcloud.engines.emr.programs.clients").prepare()
    for module in set(PROGRAMS.values()):
        import_module(module)
    gc.collect()
    gc.freeze()  # forked programs need no copies of pages that only the collector would touch
    Forker(listener).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
