"""A cluster's machine: a folder with HDFS, a home, logs and programs, and the processes that run in it."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from localcloud.engines.emr import filesystem, forker, guarded, launcher

PACKAGE_ROOT = Path(__file__).parents[3]
# A process that forks may have no other threads: allocators and linear algebra start theirs at import.
SINGLE_THREADED = {
    "_RJEM_MALLOC_CONF": "background_thread:false",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OPENBLAS_NUM_THREADS": "1",
}
PASSED_ON = ("LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class ProgramHost:
    """The forker of this cloud, started when the first cluster is."""

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
        with self._lock:
            if self._process and self._process.stdin:
                self._process.stdin.close()
                self._process.wait()
            if self._folder:
                shutil.rmtree(self._folder, ignore_errors=True)
            self._process = self._folder = None


class Node:
    """The machine of one cluster."""

    def __init__(self, folder: Path, programs_socket: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
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
        text = f"#!{sys.executable} -SE\n{Path(launcher.__file__).read_text()}"
        (programs / "python3").symlink_to(Path(sys.executable).resolve())  # not a version manager's slow stand-in
        for name in forker.PROGRAMS:
            program = programs / name
            program.write_text(text)
            program.chmod(0o755)

    def start(self, argv: Sequence[str], logs: Path, extra: Mapping[str, str]) -> guarded.Process:
        """Runs a program with its output in `logs`."""
        with (logs / "stdout").open("wb") as stdout, (logs / "stderr").open("wb") as stderr:
            environment = {**self._environment, **extra}
            return guarded.start(argv, cwd=self.home, env=environment, stdout=stdout, stderr=stderr)

    def remove(self) -> None:
        """HDFS and the local disk end with the cluster."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in (*PASSED_ON, "PATH") if name in os.environ}
