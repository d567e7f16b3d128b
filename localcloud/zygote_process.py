"""The forking process of `localcloud.zygote`: one thread, waits for requests, forks a program for each.

Imports as little as possible before the fork, and nothing of the cloud: the programs inherit all of it.
"""

import array
import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import random
import runpy
import selectors
import signal
import socket
import sys
import threading
import time
import traceback
from typing import Any

PR_SET_PDEATHSIG = 1
DESCRIPTORS = 4  # stdin, stdout, stderr, status socket


def serve(control_descriptor: int, preload: list[str]) -> None:
    """Returns when the cloud closes the control socket or dies; every program is killed then."""
    control = socket.socket(fileno=control_descriptor)  # no parent-death signal: it would follow a mere thread
    for name in preload:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    waker, wake = socket.socketpair()
    for end in (waker, wake):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    selector = selectors.DefaultSelector()
    selector.register(control, selectors.EVENT_READ)
    selector.register(waker, selectors.EVENT_READ)
    running: dict[int, socket.socket] = {}
    try:
        while True:
            for key, _ in selector.select():
                if key.fileobj is control:
                    request = _receive(control)
                    if request is None:
                        return
                    _start(request, running, control, selector)
                else:
                    with contextlib.suppress(BlockingIOError):
                        waker.recv(4096)
            _reap(running)
    finally:
        signal.set_wakeup_fd(-1)  # the sockets go before the last programs have died
        for pid in running:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)


def _receive(control: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    head, descriptors, _, _ = socket.recv_fds(control, 4, DESCRIPTORS)
    if len(head) < 4:
        return None
    length = int.from_bytes(head, "big")
    body = b""
    while len(body) < length:
        part = control.recv(length - len(body))
        if not part:
            return None
        body += part
    return json.loads(body), list(array.array("i", descriptors))


def _start(
    request: tuple[dict[str, Any], list[int]],
    running: dict[int, socket.socket],
    control: socket.socket,
    selector: selectors.BaseSelector,
) -> None:
    asked, descriptors = request
    pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        selector.close()
        control.close()
        for status in running.values():
            status.close()
        _become(asked, descriptors)
    status = socket.socket(fileno=descriptors[3])
    for descriptor in descriptors[:3]:
        os.close(descriptor)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.setpgid(pid, pid)
    running[pid] = status
    status.sendall(pid.to_bytes(4, "big"))


def _reap(running: dict[int, socket.socket]) -> None:
    while running:
        try:
            pid, result = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        status = running.pop(pid)
        code = os.waitstatus_to_exitcode(result)
        with status, contextlib.suppress(OSError):
            status.sendall(code.to_bytes(4, "big", signed=True))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)  # what the program itself started and left behind


def _become(asked: dict[str, Any], descriptors: list[int]) -> None:
    """Turns the forked process into the program; does not return."""
    code = 1
    try:
        os.setpgid(0, 0)
        die_with_parent()
        for number, descriptor in enumerate(descriptors[:3]):
            os.dup2(descriptor, number)
        for descriptor in descriptors:
            if descriptor > 2:
                os.close(descriptor)
        os.chdir(asked["cwd"])
        os.environ.clear()
        os.environ.update(asked["env"])
        time.tzset()
        random.seed()
        _use_python_path()
        importlib.invalidate_caches()
        code = _run(asked["module"], asked["argv"])
    finally:
        if sys.exc_info()[0] is not None:
            traceback.print_exc()
        os._exit(code)


def _use_python_path() -> None:
    """Puts PYTHONPATH first and takes out what this process itself added: the cloud's root and its folder."""
    added = list(filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)))
    sys.path[:] = [*added, *[place for place in sys.path[1:] if place and place not in added]]


def _run(module: str, argv: list[str]) -> int:
    """Runs a module as a program and answers its exit code."""
    sys.argv = [module, *argv]
    code = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
        if isinstance(exit_.code, str):
            sys.stderr.write(exit_.code + "\n")
    finally:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    return code


def run_watched(watched: int, module: str, argv: list[str]) -> None:
    """Runs a module where there is no parent-death signal: ends when the watched pipe closes."""

    def watch() -> None:
        os.read(watched, 1)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()
    _use_python_path()
    os._exit(_run(module, argv))


def die_with_parent() -> None:
    """Asks the kernel to kill this process when its parent dies (Linux only; elsewhere sockets and pipes tell)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
