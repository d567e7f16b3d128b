"""The embedded PostgreSQL starts, keeps its data, survives kill -9 and changes nothing without a word."""

import os
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from postgres import (
    EmbeddedPostgres,
    PostgresBinariesMissingError,
    PostgresCommandFailedError,
)
from postgres.binaries import find_installation


@pytest.fixture()
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path / "postgres", durable=False) as running:
        yield running


def ask(server: EmbeddedPostgres, query: str) -> object:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(query).fetchone()
        return None if row is None else row[0]


def postmaster_pid(server: EmbeddedPostgres) -> int:
    return int((server.folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def test_it_listens_on_the_loopback_only_and_keeps_its_password_private(server: EmbeddedPostgres) -> None:
    assert ask(server, "show listen_addresses") == "127.0.0.1"
    assert ask(server, "show unix_socket_directories") == ""
    assert stat.S_IMODE((server.folder / "password").stat().st_mode) == 0o600


def test_a_wrong_password_is_refused(server: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url.replace(server.password, "guess"))


def test_data_and_port_survive_a_stop(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("create table kept as select 7 as value")
    port = server.port
    server.stop()
    assert not server.is_running()
    server.start()
    assert server.port == port
    assert ask(server, "select value from kept") == 7


def test_committed_data_survives_kill_minus_nine(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("create table kept as select 7 as value")
    os.kill(postmaster_pid(server), signal.SIGKILL)
    server.start()
    assert ask(server, "select value from kept") == 7


def test_a_pid_file_whose_number_another_program_has_by_now_is_stale(server: EmbeddedPostgres) -> None:
    server.stop()
    (server.folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    server.start()
    assert ask(server, "select 1") == 1


def test_a_second_start_takes_over_the_running_server(server: EmbeddedPostgres) -> None:
    before = postmaster_pid(server)
    EmbeddedPostgres(server.folder, durable=False).start()
    assert postmaster_pid(server) == before


def test_an_interrupted_initdb_is_done_again(tmp_path: Path) -> None:
    half = tmp_path / "postgres" / "data"
    half.mkdir(parents=True, mode=0o700)
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path / "postgres", durable=False) as server:
        assert ask(server, "select 1") == 1


def test_a_port_that_someone_else_took_is_replaced(server: EmbeddedPostgres, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "port").write_text(str(server.port))
    with EmbeddedPostgres(other, durable=False) as second:
        assert second.port != server.port


def test_a_failed_start_says_what_the_server_said(server: EmbeddedPostgres) -> None:
    server.stop()
    (server.folder / "data" / "pg_hba.conf").write_text("nonsense\n")
    with pytest.raises(PostgresCommandFailedError, match=r"pg_hba\.conf"):
        server.start()


def test_a_platform_without_programs_is_named(tmp_path: Path) -> None:
    with pytest.raises(PostgresBinariesMissingError, match="--source URL"):
        find_installation(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to take another identity")
def test_as_root_nothing_outside_the_folder_is_touched(tmp_path: Path) -> None:
    notices: list[str] = []
    users = Path("/etc/passwd").read_text()
    with EmbeddedPostgres(tmp_path / "postgres", durable=False, notice=notices.append) as server:
        assert ask(server, "select 1") == 1
    assert Path("/etc/passwd").read_text() == users
    assert notices == [] or "nobody" in notices[0]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to take another identity")
def test_without_user_namespaces_the_notice_comes_first_and_nobody_runs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    existed_at_notice: list[bool] = []
    with tempfile.TemporaryDirectory() as shared:
        Path(shared).chmod(0o755)
        monkeypatch.setattr("tempfile.tempdir", shared)

        def note(text: str) -> None:
            assert "nobody" in text
            existed_at_notice.append(any(Path(shared).iterdir()))

        closed_to_others = tmp_path / "postgres"
        with EmbeddedPostgres(closed_to_others, durable=False, notice=note, user_namespaces=False) as server:
            assert ask(server, "select 1") == 1
            server.stop()
            server.start()
    assert existed_at_notice == [False]
