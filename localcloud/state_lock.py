"""One process per state folder: whoever serves it holds a lock that the kernel frees when the process dies."""

import fcntl
import json
import os
from pathlib import Path
from typing import IO

from localcloud.errors import StateInUseError


class StateLock:
    """Holds `<state>/lock`; the file says which process serves the folder and on which port."""

    def __init__(self, state_dir: Path) -> None:
        self._state_dir = state_dir
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Takes the lock; StateInUseError names the port of the process that has it."""
        self._state_dir.mkdir(parents=True, exist_ok=True)
        file = (self._state_dir / "lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = read_holder(self._state_dir)
            file.close()
            raise StateInUseError(str(self._state_dir), holder.get("port"), holder.get("pid")) from None
        self._file = file
        self._write({"pid": os.getpid()})

    def announce(self, port: int) -> None:
        """Writes where the cloud listens."""
        self._write({"pid": os.getpid(), "port": port})

    def release(self) -> None:
        """Gives the folder back."""
        if self._file:
            self._file.truncate(0)
            self._file.close()
            self._file = None

    def _write(self, holder: dict[str, int]) -> None:
        if self._file:
            self._file.seek(0)
            self._file.truncate()
            self._file.write(json.dumps(holder))
            self._file.flush()


def read_holder(state_dir: Path) -> dict[str, int]:
    """What the lock file says of the process that serves the folder; empty if it says nothing."""
    try:
        text = (state_dir / "lock").read_text()
    except FileNotFoundError:
        return {}
    return dict(json.loads(text)) if text else {}
