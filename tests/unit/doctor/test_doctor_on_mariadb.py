"""`hourglass doctor` on a real MariaDB."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cli.doctor import Asked, doctor
from cli.errors import CommandError, UsageError
from doctor.address import parse_address
from doctor.errors import QueryRefusedError, QueryTimeoutError
from doctor.mysql import MysqlDatabase
from mariadb import EmbeddedMariaDB
from tests.servers import mariadb_or_skip

NASTY = """
create database nasty;
use nasty;
set session sql_mode = '';
create table persons (
    id int unsigned auto_increment primary key, full_name varchar(100), e_mail varchar(100), pw_hash varchar(60),
    level tinyint(1), updated datetime null default null on update current_timestamp
);
insert into persons (full_name, level) values ('A B', 3), ('C D', 1);
create table work_log (
    id bigint unsigned auto_increment primary key, user_id int not null, project_id int, hours decimal(6, 2), day date,
    comment text, api_token varchar(60), modified_at datetime null, entered_at timestamp not null default now()
);
insert into work_log (user_id, project_id, hours, day, modified_at)
    select seq % 50, seq % 7, 1, '2026-01-01' + interval seq hour,
        if(seq % 3 = 0, null, '2026-01-01' + interval seq minute)
    from seq_1_to_3000;
insert into work_log (id, user_id, day) values (18446744073709551610, 1, '0000-00-00');
update work_log set modified_at = utc_timestamp() + interval 30 day where id in (1, 2);
create table loose (a int, b varchar(20)) engine = MyISAM;
insert into loose values (1, 'x'), (1, 'y'), (null, 'z');
create table `odd ``name` (`päth "x"` int primary key, `select` datetime);
create view customers as select distinct project_id as id from work_log;
create user reader identified by 'p/w d';
grant select on nasty.* to reader;
create user writer identified by 'writer';
grant select, insert, update on nasty.* to writer;
create user narrow identified by 'narrow' with max_user_connections 3;
grant select (id, level) on nasty.persons to narrow;
analyze table work_log
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedMariaDB]:
    with mariadb_or_skip(tmp_path_factory.mktemp("doctor")) as running:
        with running.connect() as connection, connection.cursor() as cursor:
            for statement in NASTY.split(";\n"):
                cursor.execute(statement)
        yield running


def url(server: EmbeddedMariaDB, user: str = "reader:p%2Fw%20d", options: str = "", system: str = "mariadb") -> str:
    return f"{system}://{user}@127.0.0.1:{server.port}/nasty{options}"


def examine(capsys, source: str, **asked) -> tuple[int, str]:
    """Exit code and output."""
    try:
        doctor(source, Asked(**asked))
    except SystemExit as ended:
        return int(ended.code or 0), capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_an_unknown_database_is_listed_with_proposals(server, capsys):
    code, out = examine(capsys, url(server))
    assert code == 1
    assert f"MariaDB 11.4.5 at 127.0.0.1:{server.port}/nasty as reader@%" in out
    assert "ok       Permissions: reader@% may only read" in out
    assert "check column: updated (the database sets it on every write, may be NULL and not indexed)" in out
    assert "error    Mapping: None of the mappings that there are" in out


def test_a_mapping_is_written_and_finds_what_is_wrong(server, capsys, tmp_path):
    file = tmp_path / "start.yaml"
    assert examine(capsys, url(server), write=file)[0] == 0
    selected = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    for secret in ("full_name", "e_mail", "pw_hash", "api_token", "comment"):
        assert not any(secret in line for line in selected)
    code, out = examine(capsys, url(server), mapping=str(file))
    assert code == 1
    for sentence in (
        "nasty.work_log has no index on modified_at: every run reads the whole table",
        "create index `work_log_modified_at` on `nasty`.`work_log` (`modified_at`);",
        "updated_at (modified_at at the source) is NULL in 1,001 rows",
        "updated_at (modified_at at the source) lies in the future in 2 rows",
        "work_date (day at the source) is a zero date in 1 row",
        "entry_id (id at the source) is mapped as bigint, but holds numbers from 1 to 18,446,744,073,709,551,610",
        "grade (level at the source) is a tinyint(1) that holds numbers up to 3",
        "time zone tables are empty",
    ):
        assert sentence in out, sentence
    assert "tinyint(1)" not in examine(capsys, url(server, options="?tinyInt1isBit=false"), mapping=str(file))[1]


def test_a_myisam_table_with_duplicate_keys_is_told(server, capsys, tmp_path):
    file = tmp_path / "loose.yaml"
    file.write_text("tables:\n  loose:\n    key: [a]\n    columns: {a: bigint, b: text}\n")
    code, out = examine(capsys, url(server), mapping=str(file))
    assert code == 1
    assert "1 of its keys (a) belong to more than one row" in out
    assert "a of its key is NULL in 1 row" in out
    assert "alter table `nasty`.`loose` engine = InnoDB;" in out


def test_a_split_is_measured_over_its_true_range(server, capsys, tmp_path):
    file = tmp_path / "split.yaml"
    columns = "{id: bigint, user_id: integer, project_id: integer}"
    file.write_text(f"tables:\n  work_log:\n    key: [id]\n    split_by: id\n    mappers: 4\n    columns: {columns}\n")
    _, out = examine(capsys, url(server), mapping=str(file))
    assert "With -m 4 over id, one mapper reads 100 % of the rows" in out
    assert "Split by user_id: its fullest mapper would read 26 %." in out


def test_a_type_that_depends_on_the_session_is_refused_in_the_words_of_an_ingest(server, capsys, tmp_path):
    file = tmp_path / "zone.yaml"
    file.write_text("tables:\n  work_log:\n    key: [id]\n    columns: {id: bigint, entered_at: timestamp}\n")
    code, out = examine(capsys, url(server), mapping=str(file))
    assert code == 1
    assert "work_log.entered_at is timestamp, but timestamp is expected" in out


def test_who_may_write_and_who_may_see_little_is_known(server, capsys, tmp_path):
    _, out = examine(capsys, url(server, "writer:writer"))
    assert "User writer@% can do more than read: INSERT and UPDATE on nasty.customers and 4 more tables" in out
    file = tmp_path / "narrow.yaml"
    file.write_text("tables:\n  persons:\n    key: [id]\n    columns: {id: bigint, full_name: text}\n")
    code, out = examine(capsys, url(server, "narrow:narrow"), mapping=str(file))
    assert code == 1
    assert "The source has no column persons.full_name, or its user may not read it." in out
    assert "only 3 are left" in out


def test_a_server_that_cannot_encrypt_is_read_unencrypted_unless_encryption_is_asked_for(server, capsys):
    assert "Connection: not encrypted" in examine(capsys, url(server, system="mysql"))[1]
    with pytest.raises(CommandError, match="SSL"):
        doctor(url(server, options="?sslMode=trust"), Asked())
    with pytest.raises(UsageError, match="sslMode must be one of"):
        doctor(url(server, options="?sslMode=maybe"), Asked())


def test_the_session_changes_nothing_and_no_statement_outlives_its_time(server):
    with MysqlDatabase(parse_address(url(server, "writer:writer"))) as database:
        with pytest.raises(QueryRefusedError, match="READ ONLY transaction"):
            database.rows("insert into loose values (9, 'w')", 5.0)
        with pytest.raises(QueryTimeoutError, match=r"stopped after 0\.2 s"):
            database.rows("select count(*) from seq_1_to_1000000000 where seq % 7 = 3", 0.2)


def test_a_large_table_is_sampled_at_both_ends_of_its_key(server):
    with MysqlDatabase(parse_address(url(server))) as database:
        work_log = next(table for table in database.tables() if table.name == "work_log")
        sample = database.sample(replace(work_log, rows=90_000_000), "w", ["id"], 100)
        found = database.rows(f"select count(*), min(w.id), max(w.id) from {sample.relation}", 5.0)
    assert [tuple(row) for row in found] == [(100, 1, 18446744073709551610)]
    assert not sample.is_even


def test_what_cannot_be_reached_is_one_sentence_without_the_password(server, tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        free = taken.getsockname()[1]
    for source, words in (
        (f"mysql://u:topsecret@127.0.0.1:{free}/d", "Connection refused"),
        (url(server, "reader:topsecret"), "Access denied"),
        (url(server).replace("/nasty", "/absent"), "Access denied"),
        ("mysql://u:topsecret@no-such-host.invalid/d", "Can't connect"),
    ):
        with pytest.raises(CommandError, match=words) as failed:
            doctor(source, Asked())
        assert "topsecret" not in str(failed.value)
        assert "\n" not in str(failed.value)
