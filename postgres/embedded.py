"""A real PostgreSQL on this machine, in one folder: the on-premises database of the demo and the tests."""

import fcntl
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import psycopg
from psycopg import sql

from postgres.binaries import find_installation
from postgres.errors import PostgresCommandFailedError
from postgres.identity import Identity, Notice, choose_identity

HOST = "127.0.0.1"
USER = "hourglass"
START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 30


def notice_on_stderr(text: str) -> None:
    """Where a notice goes when the caller does not take it."""
    sys.stderr.write(text + "\n")


class EmbeddedPostgres:
    """One PostgreSQL server whose files are all in `folder`.

    `start` creates the database cluster the first time, and takes over a server that a killed process
    left behind; `stop` ends it. Listens on 127.0.0.1 only, with a password kept in `folder`/password (0600).
    `durable=False` switches fsync off: a power cut may destroy the data (kill -9 does not).
    `follows` makes it a read-only replica: it starts as a copy of that server, which must be one that
    `has_replicas`, and streams from it. `notice` hears, before it happens, about anything done outside `folder`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database: str = "onprem",
        durable: bool = True,
        has_replicas: bool = False,
        follows: "EmbeddedPostgres | None" = None,
        notice: Notice = notice_on_stderr,
        user_namespaces: bool = True,
    ) -> None:
        self.folder = folder.absolute()
        self.database = database
        self.durable = durable
        self.has_replicas = has_replicas
        self.follows = follows
        self.notice = notice
        self.user_namespaces = user_namespaces

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
        return f"postgresql://{USER}:{self.password}@{HOST}:{self.port}/{self.database}"

    @property
    def _initialised(self) -> Path:
        """Written when initdb is done: what an interrupted initdb leaves looks complete."""
        return self.folder / "initialised"

    def start(self) -> None:
        """Returns when the server answers. Raises EmbeddedPostgresError with the server's own words."""
        with self._exclusively() as identity:
            if not self._initialised.exists():
                self._initialise(identity)
            if self._postmaster(identity) is None:
                self._launch(identity)
        self._ensure_database()

    def stop(self) -> None:
        """Ends the server; open sessions are rolled back. Does nothing when it is not running."""
        with self._exclusively() as identity:
            if self._postmaster(identity) is not None:
                self._command(
                    identity, "pg_ctl", "stop", "-D", str(identity.data), "-m", "fast",
                    "-w", "-t", str(STOP_TIMEOUT_SECONDS),
                )  # fmt: skip

    def is_running(self) -> bool:
        with self._exclusively() as identity:
            return self._postmaster(identity) is not None

    @contextmanager
    def _exclusively(self) -> Iterator[Identity]:
        """One start or stop at a time, also between processes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield choose_identity(
                self.folder,
                find_installation(),
                self.notice,
                effective_uid=os.geteuid(),
                namespaces=self.user_namespaces,
            )

    def _initialise(self, identity: Identity) -> None:
        """initdb into an empty folder; removes what an interrupted one left."""
        for leftover in identity.data.iterdir():
            _remove(leftover)
        if self.follows is not None:
            self._copy(identity, self.follows)
            self._initialised.touch()
            return
        _write_private(self.folder / "password", secrets.token_urlsafe(24))
        copy = identity.data.with_name("password.initdb")  # readable by the user that runs initdb
        _write_private(copy, self.password)
        identity.own(copy)
        try:
            self._command(
                identity, "initdb", "--pgdata", str(identity.data), "--username", USER, "--pwfile", str(copy),
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync",
                "--no-instructions",
            )  # fmt: skip
        finally:
            copy.unlink()
        self._initialised.touch()

    def _copy(self, identity: Identity, primary: "EmbeddedPostgres") -> None:
        _write_private(self.folder / "password", primary.password)
        login = identity.data.with_name("login")  # readable by the user that runs the server
        _write_private(login, f"{HOST}:{primary.port}:*:{USER}:{primary.password}\n")
        identity.own(login)
        where = f"host={HOST} port={primary.port} user={USER} passfile={login}"
        self._command(
            identity, "pg_basebackup", "--pgdata", str(identity.data), "--dbname", where, "--checkpoint", "fast",
            "--no-sync",
        )  # fmt: skip
        standby = identity.data / "standby.signal"
        standby.touch()
        identity.own(standby)

    def _launch(self, identity: Identity) -> None:
        self._clear_stale_postmaster(identity)
        port = _free_port(self._last_port())
        (self.folder / "port").write_text(str(port))
        settings = {
            "listen_addresses": HOST,
            "port": str(port),
            "unix_socket_directories": "",
            "fsync": "on" if self.durable else "off",
            "synchronous_commit": "on",  # so that what was committed survives kill -9 in either case
            "full_page_writes": "on" if self.durable else "off",
            # COPY into a table made in the same transaction skips a minimal log
            "wal_level": "replica" if self.has_replicas or self.follows else "minimal",
            "max_wal_senders": "4" if self.has_replicas or self.follows else "0",
            "max_wal_size": "4GB",
            "shared_buffers": "256MB",
            "maintenance_work_mem": "256MB",
            "dynamic_shared_memory_type": "mmap",  # /dev/shm is 64 MB in many containers
            "jit": "off",
            "timezone": "UTC",
        }
        if self.follows is not None:
            login = identity.data.with_name("login")
            settings["primary_conninfo"] = f"host={HOST} port={self.follows.port} user={USER} passfile={login}"
        (identity.data / "postgresql.auto.conf").write_text(
            "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        )
        identity.own(identity.data / "postgresql.auto.conf")
        log = identity.data / "server.log"
        log.touch()
        identity.own(log)
        try:
            self._command(
                identity, "pg_ctl", "start", "-D", str(identity.data), "-l", str(log),
                "-w", "-t", str(START_TIMEOUT_SECONDS),
            )  # fmt: skip
        except PostgresCommandFailedError as failure:
            raise PostgresCommandFailedError(
                "pg_ctl start", failure.status, log.read_text(errors="replace")
            ) from failure

    def _command(self, identity: Identity, program: str, *arguments: str) -> None:
        output = self.folder / f"{program}.log"
        status = identity.run(program, *arguments, output=output)
        if status != 0:
            raise PostgresCommandFailedError(program, status, output.read_text(errors="replace"))

    def _postmaster(self, identity: Identity) -> psutil.Process | None:
        """The running server of this data folder, whoever started it."""
        pid = _recorded_pid(identity.data)
        if pid is None:
            return None
        try:
            process = psutil.Process(pid)
            ours = process.name() == "postgres" and str(identity.data) in process.cmdline()
            return process if ours and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def _clear_stale_postmaster(self, identity: Identity) -> None:
        """After a kill -9: ends what the dead server left, so that its memory and its pid file are free."""
        stale = identity.data / "postmaster.pid"
        if not stale.exists():
            return
        orphans = [process for process in psutil.process_iter() if _works_in(process, identity.data)]
        _, alive = psutil.wait_procs(orphans, timeout=5)  # they notice by themselves
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, timeout=5)
        stale.unlink()

    def _last_port(self) -> int | None:
        return self.port if (self.folder / "port").exists() else None

    def _ensure_database(self) -> None:
        with psycopg.connect(self.url.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
            known = connection.execute("select 1 from pg_database where datname = %s", [self.database])
            if known.fetchone() is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(self.database)))


def _recorded_pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):  # absent, or killed while writing it
        return None


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return bool(process.name() == "postgres" and process.cwd() == str(folder.resolve()))
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


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
    raise PostgresCommandFailedError("bind", 1, f"no free port on {HOST}")


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
