"""A real MariaDB on this machine, in one folder: the on-premises database of tests and benchmarks."""

import fcntl
import os
import pwd
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import pymysql

from mariadb.binaries import find_installation
from mariadb.errors import MariaDBCommandFailedError

HOST = "127.0.0.1"
USER = "hourglass"
START_SECONDS = 60
STOP_SECONDS = 30
LOG_BYTES = 64 << 20


class EmbeddedMariaDB:
    """One MariaDB server whose files are all in `folder`.

    `start` makes the data folder the first time, and takes over a server that a killed process left behind; `stop`
    ends it. Listens on 127.0.0.1 only, with a password kept in `folder`/password (0600). `durable=False` leaves
    flushing to the operating system: a power cut may destroy the data (kill -9 does not). With a `certificate` and
    its key (PEM files) it speaks TLS too.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database: str = "onprem",
        durable: bool = True,
        certificate: tuple[Path, Path] | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.database = database
        self.durable = durable
        self.certificate = certificate

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port of the last start; the next start keeps it unless another program has taken it."""
        return int((self.folder / "port").read_text())

    @property
    def password(self) -> str:
        return (self.folder / "password").read_text().strip()

    @property
    def url(self) -> str:
        return f"mysql://{USER}:{self.password}@{HOST}:{self.port}/{self.database}"

    def connect(self, database: str | None = None) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        """A session of the user that owns the server; every statement is committed at once."""
        return pymysql.connect(
            host=HOST, port=self.port, user=USER, password=self.password, charset="utf8mb4",
            database=self.database if database is None else database, autocommit=True,
        )  # fmt: skip

    def start(self) -> None:
        """Returns when the server answers. Raises EmbeddedMariaDBError with the server's own words."""
        with self._exclusively():
            if not self._initialised.exists():
                self._initialise()
            server = self._server()
            if server is not None and not self._answers():  # killed a moment ago
                psutil.wait_procs([server], timeout=STOP_SECONDS)
                server = self._server()
            if server is None:
                self._launch()
        with self.connect("") as connection, connection.cursor() as cursor:
            cursor.execute(f"create database if not exists `{self.database}` character set utf8mb4")

    def stop(self) -> None:
        """Ends the server; open sessions are rolled back. Does nothing when it is not running."""
        with self._exclusively():
            server = self._server()
            if server is not None:
                server.send_signal(signal.SIGTERM)
                _, alive = psutil.wait_procs([server], timeout=STOP_SECONDS)
                for process in alive:
                    process.kill()

    def is_running(self) -> bool:
        with self._exclusively():
            return self._server() is not None

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _initialised(self) -> Path:
        """Written when the data folder is whole."""
        return self.folder / "initialised"

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        """One start or stop at a time, also between processes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _initialise(self) -> None:
        """Make the system tables and the user; removes what an interrupted attempt left."""
        if self._data.exists():
            _remove(self._data)
        (self._data / "mysql").mkdir(parents=True)
        share = find_installation() / "share"
        _write_private(self.folder / "password", secrets.token_urlsafe(24))
        statements = "\n".join(
            (
                "use mysql;",
                (share / "mariadb_system_tables.sql").read_text(encoding="utf-8"),
                (share / "mariadb_performance_tables.sql").read_text(encoding="utf-8"),
                "flush privileges;",
                f"create user '{USER}'@'{HOST}' identified by '{self.password}';",
                f"grant all privileges on *.* to '{USER}'@'{HOST}' with grant option;\n",
            )
        )
        done = subprocess.run(
            [*self._command(), "--bootstrap", "--skip-networking"],
            input=statements.encode(), capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise MariaDBCommandFailedError("mariadbd --bootstrap failed", done.stderr.decode(errors="replace"))
        self._initialised.touch()

    def _launch(self) -> None:
        port = _free_port(self.port if (self.folder / "port").exists() else None)
        (self.folder / "port").write_text(str(port))
        log = self.folder / "server.log"
        with log.open("wb") as sink:
            server = subprocess.Popen(
                [
                    *self._command(),
                    f"--bind-address={HOST}",
                    f"--port={port}",
                    "--socket=",
                    "--skip-name-resolve",
                    f"--pid-file={self.folder / 'server.pid'}",
                    "--innodb-buffer-pool-size=256M",
                    f"--innodb-flush-log-at-trx-commit={1 if self.durable else 2}",
                    "--max-allowed-packet=64M",
                ],
                stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if server.poll() is not None or time.monotonic() > deadline:
                server.kill()
                raise MariaDBCommandFailedError("mariadbd does not come up", log.read_text(errors="replace"))
            time.sleep(0.02)

    def _command(self) -> list[str]:
        """What every call of the server says; the settings that shape its files must never differ."""
        installation = find_installation()
        return [
            str(installation / "bin" / "mariadbd"),
            "--no-defaults",
            f"--user={pwd.getpwuid(os.geteuid()).pw_name}",
            f"--datadir={self._data}",
            f"--tmpdir={self._data}",
            f"--lc-messages-dir={installation / 'share'}",
            f"--character-sets-dir={installation / 'share' / 'charsets'}",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_unicode_ci",
            "--default-time-zone=+00:00",
            f"--innodb-log-file-size={LOG_BYTES}",
            "--innodb-undo-tablespaces=0",
            f"--innodb-doublewrite={int(self.durable)}",
            "--performance-schema=off",
            *self._tls(),
        ]

    def _tls(self) -> list[str]:
        if self.certificate is None:
            return ["--ssl=0"]  # it would make itself a certificate, which takes half a minute
        certificate, key = self.certificate
        return [f"--ssl-cert={certificate}", f"--ssl-key={key}"]

    def _answers(self) -> bool:
        try:
            self.connect("").close()
        except pymysql.err.OperationalError:
            return False
        return True

    def _server(self) -> psutil.Process | None:
        """The running server of this data folder, whoever started it."""
        try:
            process = psutil.Process(int((self.folder / "server.pid").read_text()))
            if process.status() == psutil.STATUS_ZOMBIE or not process.cmdline():
                # Killed: until it is gone its threads may still hold files and port.
                psutil.wait_procs([process], timeout=STOP_SECONDS)
                return None
            return process if f"--datadir={self._data}" in process.cmdline() else None
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return None


def _free_port(preferred: int | None) -> int:
    for candidate in (preferred, 0):
        if candidate is None:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, candidate))
            except OSError:
                continue  # another program has it by now
            return int(probe.getsockname()[1])
    raise MariaDBCommandFailedError("bind", f"no free port on {HOST}")


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _remove(path: Path) -> None:
    if path.is_dir():
        for child in path.iterdir():
            _remove(child)
        path.rmdir()
    else:
        path.unlink()
