"""The embedded MariaDB starts, keeps its data, survives kill -9 and lets nobody else in."""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import pymysql
import pytest

from mariadb.binaries import unpack
from mariadb.embedded import EmbeddedMariaDB
from mariadb.errors import MariaDBChecksumError
from tests.servers import mariadb_or_skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedMariaDB]:
    with mariadb_or_skip(tmp_path_factory.mktemp("mariadb")) as running:
        yield running


def ask(server: EmbeddedMariaDB, query: str) -> object:
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
        return row[0] if row else None


def pid(server: EmbeddedMariaDB) -> int:
    return int((server.folder / "server.pid").read_text())


def test_it_listens_on_the_loopback_only_and_keeps_its_password_private(server: EmbeddedMariaDB) -> None:
    listening = {each.laddr.ip for each in psutil.Process(pid(server)).net_connections() if each.status == "LISTEN"}
    assert listening == {"127.0.0.1"}
    assert stat.S_IMODE((server.folder / "password").stat().st_mode) == 0o600
    assert server.password not in " ".join(psutil.Process(pid(server)).cmdline())


def test_only_its_own_user_comes_in(server: EmbeddedMariaDB) -> None:
    users = (
        "select group_concat(user, '@', host) from mysql.global_priv where json_value(priv, '$.account_locked') is null"
    )
    assert ask(server, users) == "hourglass@127.0.0.1"
    with pytest.raises(pymysql.err.OperationalError, match="Access denied"):
        pymysql.connect(host="127.0.0.1", port=server.port, user="hourglass", password="guess")


def test_times_are_utc_and_text_is_unicode(server: EmbeddedMariaDB) -> None:
    assert ask(server, "select timestampdiff(second, utc_timestamp(), now())") == 0
    assert ask(server, "select 'grüß 🙂'") == "grüß 🙂"


def test_data_and_port_survive_a_stop_and_kill_minus_nine(server: EmbeddedMariaDB) -> None:
    ask(server, "create or replace table kept as select 7 as value")
    port = server.port
    server.stop()
    assert not server.is_running()
    server.start()
    assert (server.port, ask(server, "select value from kept")) == (port, 7)
    os.kill(pid(server), signal.SIGKILL)
    server.start()
    assert (server.port, ask(server, "select value from kept")) == (port, 7)


def test_a_second_start_takes_over_the_running_server(server: EmbeddedMariaDB) -> None:
    before = pid(server)
    EmbeddedMariaDB(server.folder, durable=False).start()
    assert pid(server) == before


def test_an_archive_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "mariadb.jar"
    archive.write_bytes(b"another server")
    with pytest.raises(MariaDBChecksumError, match=r"mariadb.jar has the SHA-256 \w{64}, but 5c6dcab8"):
        unpack(archive, tmp_path / "unpacked")
    assert not (tmp_path / "unpacked").exists()
