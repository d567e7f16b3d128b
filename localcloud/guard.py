"""Stands between the cloud and one program, so that the program dies with the cloud, however that dies.

    python -S -E guard.py PROGRAM ARGUMENT…

The guard's standard input is a pipe that only the cloud holds. When it closes (the program is not wanted any more,
or the cloud was killed), the program's process group gets SIGTERM and, after a grace, SIGKILL. Imports next to
nothing: it starts in some twenty milliseconds.
"""

import os
import select
import signal
import sys
import time

GRACE_SECONDS = 2.0
NOT_FOUND = 127
OWN_INPUT = 0


def main(argv: list[str]) -> int:
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
    signal.set_wakeup_fd(wake_write)
    child = os.fork()
    if child == 0:
        become(argv)
    status = None
    while status is None:
        ready = select.select([OWN_INPUT, wake_read], [], [])[0]
        status = ended(child)
        if OWN_INPUT in ready:
            break
        os.read(wake_read, 64)
    if status is None:
        kill_group(child, signal.SIGTERM)
        status = wait_for(child, wake_read, GRACE_SECONDS)
    while status is None:
        kill_group(child, signal.SIGKILL)
        status = wait_for(child, wake_read, GRACE_SECONDS)
    kill_group(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(status) & 0xFF if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def become(argv: list[str]) -> None:
    """Turns the forked child into the program; never returns."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, OWN_INPUT)
    try:
        os.execvp(argv[0], argv)  # noqa: S606 - the guard is there to run programs
    except OSError as error:
        message = f'Cannot run program "{argv[0]}": error={error.errno}, {error.strerror}\n'
        os.write(2, f'Exception in thread "main" java.lang.RuntimeException: java.io.IOException: {message}'.encode())
        os._exit(NOT_FOUND)


def ended(child: int) -> int | None:
    """The wait status of the child, or None while it lives."""
    pid, status = os.waitpid(child, os.WNOHANG)
    return status if pid else None


def wait_for(child: int, wake: int, seconds: float) -> int | None:
    """The wait status as soon as there is one, None after `seconds`."""
    deadline = time.monotonic() + seconds
    while (status := ended(child)) is None and (left := deadline - time.monotonic()) > 0:
        if select.select([wake], [], [], left)[0]:
            os.read(wake, 64)
    return status


def kill_group(child: int, how: signal.Signals) -> None:
    try:
        os.killpg(child, how)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
