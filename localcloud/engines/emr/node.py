"""A cluster's machine: a folder with HDFS, a home, logs and programs, and the processes that run in it."""

import contextlib
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import IO

from localcloud.engines.emr import filesystem, forker, launcher

PACKAGE_ROOT = Path(__file__).parents[3]
# A process that forks may have no other threads: allocators and linear algebra start theirs at import.
SINGLE_THREADED = {
    "_RJEM_MALLOC_CONF": "background_thread:false",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OPENBLAS_NUM_THREADS": "1",
}
STOP_SECONDS = 0.5
PASSED_ON = ("LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class ProgramHost:
    """The forker of this cloud, started when a cluster is to be expected."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None

    def start(self) -> Path:
        """The socket where launchers ask; returns before the forker has finished importing."""
        with self._lock:
            if self._process is None or self._process.poll() is not None or self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="emr-"))
                environment = {**_inherited(), **self._environment, **SINGLE_THREADED, "PYTHONPATH": str(PACKAGE_ROOT)}
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
                    listener.bind(str(self._folder / "programs"))
                    listener.listen(64)
                    self._process = subprocess.Popen(
                        [sys.executable, "-m", "localcloud.engines.emr.forker", str(listener.fileno())],
                        stdin=subprocess.PIPE,
                        stdout=subprocess.DEVNULL,
                        env=environment,
                        pass_fds=(listener.fileno(),),
                        start_new_session=True,
                    )
            return self._folder / "programs"

    def stop(self) -> None:
        """Ends the forker; the steps have ended before, so it has nothing left to do."""
        with self._lock:
            if self._process and self._process.stdin:
                self._process.stdin.close()
                try:
                    self._process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:  # it has not finished importing
                    self._process.kill()
                    self._process.wait()
            if self._folder:
                shutil.rmtree(self._folder, ignore_errors=True)
            self._process = self._folder = None


class Process:
    """A step that the forker runs for as long as this connection is open: it ends with the cloud, however that ends."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def wait(self) -> int:
        """The exit code; 128 + the signal for a step that was killed."""
        with self._connection:
            answer = self._connection.recv(1)
        return answer[0] if answer else launcher.KILLED

    def kill(self) -> None:
        """Ends the step and everything it started: SIGTERM, then SIGKILL."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)


class Node:
    """The machine of one cluster, with the programs of its applications."""

    def __init__(
        self, folder: Path, programs_socket: Path, environment: Mapping[str, str], applications: Collection[str]
    ) -> None:
        self.folder = folder
        self._forker = programs_socket
        self.home = folder / "home"
        self.logs = folder / "logs"
        programs = folder / "bin"
        for path in (
            folder / "hdfs" / "user" / "hadoop",
            folder / "hdfs" / "tmp",
            self.home,
            self.logs,
            folder / "tmp",
        ):
            path.mkdir(parents=True, exist_ok=True)
        programs.mkdir(exist_ok=True)
        self._environment = {
            **_inherited(),
            **environment,
            "PATH": os.pathsep.join(
                (str(programs), os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent))
            ),
            "HOME": str(self.home),
            "USER": "hadoop",
            "TMPDIR": str(folder / "tmp"),
            filesystem.HDFS_ROOT_VARIABLE: str(folder / "hdfs"),
            launcher.SOCKET_VARIABLE: str(programs_socket),
        }
        (programs / "python3").symlink_to(Path(sys.executable).resolve())  # not a version manager's slow stand-in
        launch = f"exec {shlex.quote(sys.executable)} -I -S {shlex.quote(launcher.__file__)}"
        for name in forker.PROGRAMS:
            program, installed = programs / name, forker.APPLICATION_OF.get(name, "Hadoop") in {"Hadoop", *applications}
            missing = f"""echo 'Cannot run program "{name}": error=2, No such file or directory' >&2; exit 127"""
            # The machine's own Sqoop or Spark, further along the PATH, is not the cluster's.
            program.write_text(f'#!/bin/sh\n{launch} {name} "$@"\n' if installed else f"#!/bin/sh\n{missing}\n")
            program.chmod(0o755)

    def start(self, argv: Sequence[str], logs: Path, extra: Mapping[str, str]) -> Process:
        """Runs a program with its output in `logs`; the forker starts it, so that it cannot outlive the cloud."""
        environment = {os.fsencode(k): os.fsencode(v) for k, v in {**self._environment, **extra}.items()}
        words = [os.fsencode(word) for word in argv]
        request = launcher.message(launcher.STEP, words, os.fsencode(self.home), environment)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(str(self._forker))
        with Path(os.devnull).open("rb") as stdin, _log(logs, "stdout") as stdout, _log(logs, "stderr") as stderr:
            socket.send_fds(connection, [request[:4]], [stdin.fileno(), stdout.fileno(), stderr.fileno()])
            connection.sendall(request[4:])
        return Process(connection)

    def remove(self) -> None:
        """HDFS and the local disk end with the cluster."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in (*PASSED_ON, "PATH") if name in os.environ}


def _log(folder: Path, name: str) -> IO[bytes]:
    return (folder / name).open("wb")
