"""Starts processes that die with the cloud, however it dies: each behind its own guard (see `guard`)."""

import contextlib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

GUARD = Path(__file__).with_name("guard.py")


class Process:
    """A program behind its guard."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """The guard's process id."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def wait(self, seconds: float | None = None) -> int | None:
        """The exit code, 128 + the signal for a program that was killed; None if it still runs after `seconds`."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        self.kill()
        return code

    def kill(self) -> None:
        """Lets the guard end the program and everything it started: SIGTERM, then SIGKILL."""
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()


def start(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdout: IO[bytes], stderr: IO[bytes]) -> Process:
    """Runs a program in its own process group."""
    process = subprocess.Popen(
        [sys.executable, "-S", "-E", str(GUARD), *argv],
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=stderr,
        cwd=cwd,
        env=dict(env),
    )
    return Process(process)
