"""The MySQL of this machine: no registry has one to fetch, so its `mysqld` must be on the PATH."""

import os
import pwd
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pymysql

from localcloud.engines.sagemaker.serving import free_port
from maven import NotAvailableError

HOST, USER = "127.0.0.1", "hourglass"
START_SECONDS, STOP_SECONDS = 120, 60


@dataclass(frozen=True)
class MySqlServer:
    """Where a server listens, and the password of its user `hourglass`, who may do everything."""

    port: int
    password: str

    def connect(self, database: str | None = None) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        return pymysql.connect(
            host=HOST, port=self.port, user=USER, password=self.password, charset="utf8mb4", database=database,
            autocommit=True,
        )  # fmt: skip


def find_mysqld() -> str:
    """The path of `mysqld`.

    Raises:
        NotAvailableError: there is none, or it is MariaDB's.
    """
    program = shutil.which("mysqld")
    if program is None:
        raise NotAvailableError("there is no mysqld on the PATH")
    told = subprocess.run([program, "--no-defaults", "--version"], capture_output=True, text=True, check=False).stdout
    if "MariaDB" in told or " Ver " not in told:
        raise NotAvailableError(f"{program} is not MySQL: {told.strip()}")
    return program


@contextmanager
def serve(folder: Path) -> Iterator[MySqlServer]:
    """A new server with its files in `folder`, until the block ends. It listens on 127.0.0.1 only."""
    folder.mkdir(parents=True, exist_ok=True)
    server = MySqlServer(free_port(), secrets.token_urlsafe(24))
    user = pwd.getpwuid(os.geteuid()).pw_name
    command = [find_mysqld(), "--no-defaults", f"--user={user}", f"--datadir={folder / 'data'}"]
    subprocess.run([*command, "--initialize-insecure"], capture_output=True, check=True)
    first = folder / "first.sql"
    first.touch(0o600)
    first.write_text(
        f"create user '{USER}'@'{HOST}' identified by '{server.password}';\n"
        f"grant all privileges on *.* to '{USER}'@'{HOST}' with grant option;\n"
        "drop user root@localhost;\n"
    )
    options = [
        f"--init-file={first}", f"--bind-address={HOST}", f"--port={server.port}", "--mysqlx=0", "--skip-name-resolve",
        f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}", "--default-time-zone=+00:00",
        "--innodb-flush-log-at-trx-commit=2", "--max-allowed-packet=64M", "--secure-file-priv=NULL",
    ]  # fmt: skip
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen([*command, *options], stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(server, process, folder / "server.log")
        first.unlink()
        yield server
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _wait(server: MySqlServer, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return server.connect().close()
        except pymysql.err.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotAvailableError(f"mysqld does not come up: {log.read_text(errors='replace')}") from None
            time.sleep(0.1)
