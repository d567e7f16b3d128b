"""Starts Python programs in milliseconds: forks them from a small process that has already imported what they need.

The forking process has one thread, so a fork in it is safe even though the cloud itself has many. Where forking a
Python process is not safe (anything but Linux), programs are spawned afresh: slower, same result. No program outlives
the cloud: the forking process ends with its control socket, and takes its programs along.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")  # all a program sees of the caller's environment


def inherited_environment() -> dict[str, str]:
    """The few variables of the caller's environment that a program needs; never its secrets."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


class Child:
    """One running program. `returncode` is None until it has ended; negative for a signal, as in subprocess."""

    def __init__(self, pid: int, wait: Callable[[], int]) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = threading.Event()
        self._wait = wait
        self._callbacks: list[Callable[[int], None]] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._watch, name=f"child-{pid}", daemon=True).start()

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Waits for the end; None if it has not come in time."""
        self._ended.wait(timeout)
        return self.returncode

    def on_exit(self, callback: Callable[[int], None]) -> None:
        """Calls back with the exit code, at once if it has ended."""
        with self._lock:
            if self.returncode is None:
                self._callbacks.append(callback)
                return
        callback(self.returncode)

    def kill(self, signal_number: int = signal.SIGKILL) -> None:
        """Signals the program and everything it started."""
        with self._lock:
            if self.returncode is None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal_number)

    def _watch(self) -> None:
        code = self._wait()
        with self._lock:
            self.returncode = code
            callbacks, self._callbacks = self._callbacks, []
        self._ended.set()
        for callback in callbacks:
            callback(code)


class Zygote:
    """A factory of children that all start from the same imports."""

    def __init__(self, preload: Sequence[str] = (), *, forks: bool | None = None) -> None:
        self._preload = list(preload)
        self._forks = sys.platform == "linux" if forks is None else forks
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._spawned: list[Child] = []

    def start(self) -> None:
        """Begins to import what is to be preloaded; `spawn` does this too."""
        with self._lock:
            self._ensure_started()

    def spawn(
        self,
        module: str,
        argv: Sequence[str] = (),
        *,
        env: Mapping[str, str],
        cwd: Path,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> Child:
        """Runs `python -m module argv…` with exactly this environment; None means /dev/null for a stream."""
        with open(os.devnull, "r+b") as null:  # noqa: PTH123 - a device
            streams = [null.fileno() if stream is None else stream for stream in (stdin, stdout, stderr)]
            if self._forks:
                return self._fork(module, argv, env, cwd, streams)
            return self._spawn_afresh(module, argv, env, cwd, streams)

    def close(self) -> None:
        """Ends every child, then the forking process."""
        with self._lock:
            control, self._control = self._control, None
            process, self._process = self._process, None
            spawned, self._spawned = self._spawned, []
        for child in spawned:
            child.kill()
        if control:
            control.close()
        if process:
            process.wait()

    def _fork(
        self, module: str, argv: Sequence[str], env: Mapping[str, str], cwd: Path, streams: Sequence[int]
    ) -> Child:
        ours, theirs = socket.socketpair()
        request = {"module": module, "argv": list(argv), "env": dict(env), "cwd": str(cwd)}
        message = json.dumps(request).encode()
        with theirs, self._lock:
            control = self._ensure_started()
            socket.send_fds(control, [len(message).to_bytes(4, "big")], [*streams, theirs.fileno()])
            control.sendall(message)
        pid = int.from_bytes(_read(ours, 4), "big")

        def wait() -> int:
            with ours:
                code = _read(ours, 4)
            return int.from_bytes(code, "big", signed=True) if len(code) == 4 else -signal.SIGKILL

        return Child(pid, wait)

    def _spawn_afresh(
        self, module: str, argv: Sequence[str], env: Mapping[str, str], cwd: Path, streams: Sequence[int]
    ) -> Child:
        watched, held = os.pipe()
        code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from localcloud import zygote_process; "
        code += f"zygote_process.run_watched({watched}, {module!r}, {list(argv)!r})"
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            env=dict(env),
            cwd=cwd,
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
            pass_fds=[watched],
            start_new_session=True,
        )
        os.close(watched)

        def wait() -> int:
            code = process.wait()
            os.close(held)
            return code

        child = Child(process.pid, wait)
        with self._lock:
            self._spawned = [one for one in self._spawned if one.returncode is None] + [child]
        return child

    def _ensure_started(self) -> socket.socket:
        if self._control is None:
            ours, theirs = socket.socketpair()
            code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from localcloud import zygote_process; "
            code += f"zygote_process.serve({theirs.fileno()}, {self._preload!r})"
            self._process = subprocess.Popen(
                [sys.executable, "-c", code],
                env=inherited_environment(),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
            theirs.close()
            self._control = ours
        return self._control


def _read(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        try:
            part = connection.recv(count - len(data))
        except ConnectionError:
            break
        if not part:
            break
        data += part
    return data
