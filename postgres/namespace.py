"""Runs a command under another user id without changing anything on the system (Linux only).

PostgreSQL refuses to run as root. In a user namespace whose only user is our own, shown as `nobody`,
it sees an ordinary user, holds no capability, and every file stays ours. Run as a script:
`python namespace.py UID GID COMMAND …`; exit status 77 says that the kernel does not allow it.
"""

import ctypes
import os
import sys
from pathlib import Path
from typing import NoReturn

CLONE_NEWUSER = 0x10000000
NOT_ALLOWED = 77


def enter(uid: int, gid: int) -> None:
    """Moves this process into a user namespace where it is `uid`:`gid`. Raises OSError if forbidden."""
    outside_uid, outside_gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {outside_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {outside_gid} 1")


def main(arguments: list[str]) -> NoReturn:
    uid, gid, command = int(arguments[0]), int(arguments[1]), arguments[2:]
    try:
        enter(uid, gid)
    except (OSError, AttributeError) as refusal:  # AttributeError: a C library without unshare
        sys.stderr.write(f"no user namespace: {refusal}\n")
        sys.exit(NOT_ALLOWED)
    os.execv(command[0], command)  # noqa: S606 - this program becomes that one: no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
