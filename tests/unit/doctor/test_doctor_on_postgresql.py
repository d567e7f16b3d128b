"""`hourglass doctor` on a real PostgreSQL."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cli.doctor import Asked, doctor
from cli.errors import CommandError, UsageError
from postgres import EmbeddedPostgres

ROOT = Path(__file__).parents[3]
NASTY = """
create schema hr;
create domain hr.hours_t as numeric(6, 2);
create table hr.time_entries (
    id bigint primary key, staff_id integer, project_id bigint, spent_on date, hours hr.hours_t, note text,
    started interval, created_at timestamp, updated_at timestamp
);
insert into hr.time_entries
    select n, n % 9, n % 7, date '2026-01-01' + n % 300, 7.5, 'x', '1 h', timestamp '2026-01-01', timestamp '2026-01-01'
    from generate_series(1, 3000) as n;
update hr.time_entries set created_at = updated_at + interval '1 day' where id % 10 = 0;
update hr.time_entries set updated_at = (now() at time zone 'UTC') + interval '20 days' where id < 20;
update hr.time_entries set updated_at = null where id = 30;
insert into hr.time_entries values (9000000000000, null, 1, 'infinity', 'NaN');
create table hr.staff (
    id serial primary key, full_name text, email text, password_hash text, api_key text, department text,
    "changedAt" timestamptz not null default now()
);
insert into hr.staff (full_name) values ('A B');
create table hr.projects (id int, name text, guid uuid, updated_at timestamp);
insert into hr.projects values (1, 'x'), (1, 'y'), (null, 'z');
alter table hr.projects enable row level security;
create policy visible on hr.projects using (name <> 'z');
create view hr.customers as select distinct project_id as id from hr.time_entries;
create table hr.journal (at timestamp) partition by range (at);
create table hr.journal_2026 partition of hr.journal for values from ('2026-01-01') to ('2027-01-01');
create role reader login password 'let me in' connection limit 3;
alter role reader set statement_timeout = '20min';
alter role reader set timezone = 'America/New_York';
grant usage on schema hr to reader;
grant select on all tables in schema hr to reader;
revoke select on hr.staff from reader;
grant select (id, department, "changedAt") on hr.staff to reader;
grant update on hr.time_entries to reader;
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path_factory.mktemp("doctor") / "postgres", durable=False) as running:
        execute(running.url, (ROOT / "simulator" / "source.sql").read_text(encoding="utf-8"))
        execute(running.url, "create database nasty", "create database bare")
        execute(nasty_url(running, running.url.split("//")[1].split("@")[0]), NASTY, "analyze")
        yield running


def execute(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def nasty_url(server: EmbeddedPostgres, user: str = "reader:let%20me%20in") -> str:
    return f"postgresql://{user}@127.0.0.1:{server.port}/nasty"


def examine(capsys, url: str, **asked) -> tuple[int, str]:
    """Exit code and output."""
    try:
        doctor(url, Asked(**asked))
    except SystemExit as ended:
        return int(ended.code or 0), capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_the_canonical_schema_is_examined_with_its_mapping(server, capsys):
    code, out = examine(capsys, server.url)
    assert code == 0
    assert "mapping timekeeping, 11 tables" in out
    assert "warning  Permissions: User hourglass can do more than read: superuser" in out
    assert "note     timesheet_entry: It has no rows." in out


def test_a_missing_column_is_told_in_the_words_of_an_ingest(server, capsys):
    execute(server.url, "alter table timekeeping.employee rename column grade to level")
    try:
        code, out = examine(capsys, server.url)
    finally:
        execute(server.url, "alter table timekeeping.employee rename column level to grade")
    assert code == 1
    assert "error    employee: The source has no column timekeeping.employee.grade, or its user may not read it." in out
    assert out.count("error ") == 1


def test_an_unknown_database_is_listed_with_proposals(server, capsys):
    code, out = examine(capsys, nasty_url(server))
    assert code == 1
    assert "error    Mapping: None of the mappings that there are" in out
    assert "proposal hr.time_entries (3,001 rows)" in out
    assert "check column: updated_at (named like a time of change, may be NULL and not indexed)" in out
    assert "hr.journal_2026" not in out
    assert "User reader can do more than read: UPDATE on hr.time_entries." in out


def test_a_mapping_is_written_once_and_finds_what_is_wrong(server, capsys, tmp_path):
    file = tmp_path / "start.yaml"
    code, out = examine(capsys, nasty_url(server), write=file)
    assert code == 0
    assert "employee, client, project and timesheet_entry" in out
    with pytest.raises(UsageError, match="exists, and is left as it is"):
        doctor(nasty_url(server), Asked(write=file))
    text = file.read_text(encoding="utf-8")
    selected = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for secret in ("full_name", "email", "password_hash", "api_key", "note"):
        assert not any(secret in line for line in selected)
    code, out = examine(capsys, nasty_url(server), mapping=str(file))
    assert code == 1
    for sentence in (
        "hr.time_entries has no index on updated_at: every run reads the whole table",
        'create index concurrently on "hr"."time_entries" ("updated_at");',
        "updated_at is NULL in 2 rows",
        "updated_at lies in the future in 19 rows",
        "created_at is later than updated_at in 298 rows",
        "work_date (spent_on at the source) is infinite or beyond year 9999 in 1 row",
        "hours is no finite number in 1 row",
        "project: Row level security hides rows of hr.projects from this user",
        "1 of its keys (project_id) belong to more than one row",
        "This user's time zone is America/New_York",
        "but this user can open 3 now",
        "statement_timeout is 20 min",
    ):
        assert sentence in out, sentence


def test_a_split_that_one_mapper_reads_alone_is_measured(server, capsys, tmp_path):
    file = tmp_path / "split.yaml"
    file.write_text(
        "schema: hr\ntables:\n  time_entries:\n    key: [id]\n    split_by: id\n    mappers: 4\n"
        "    columns: {id: bigint, staff_id: bigint, project_id: bigint}\n"
    )
    _, out = examine(capsys, nasty_url(server), mapping=str(file))
    assert "With -m 4 over id, one mapper reads 100 % of the rows and the others wait for it." in out
    assert "Split by project_id: its fullest mapper would read" in out


def test_an_expression_that_the_database_refuses_is_an_error(server, capsys, tmp_path):
    file = tmp_path / "wrong.yaml"
    columns = "{id: bigint, hours: {type: numeric, reads: started, expression: started + 1}}"
    file.write_text(f"schema: hr\ntables:\n  time_entries:\n    key: [id]\n    columns: {columns}\n")
    code, out = examine(capsys, nasty_url(server), mapping=str(file))
    assert code == 1
    assert "The database refuses what an ingest asks of it: operator does not exist: interval + integer" in out


def test_an_expression_of_another_type_costs_no_other_finding(server, capsys, tmp_path):
    file = tmp_path / "odd.yaml"
    columns = "{id: bigint, n: {type: bigint, reads: note, expression: note}}"
    file.write_text(f"schema: hr\ntables:\n  time_entries:\n    key: [id]\n    columns: {columns}\n")
    code, out = examine(capsys, nasty_url(server), mapping=str(file))
    assert code == 1
    assert "warning  time_entries: The database answers for the first rows, but refuses to look at all of them" in out
    assert "error    time_entries: n (note at the source) is mapped as bigint, but its expression gives text." in out


def test_json_holds_the_same(server, capsys):
    code, out = examine(capsys, server.url, output_format="json")
    report = json.loads(out)
    assert code == 0
    assert report["verdict"].endswith("it can be ingested.")
    codes = {finding["code"] for section in report["sections"] for finding in section["findings"]}
    assert {"may-write", "sqoop-support"} <= codes


def test_the_session_can_change_nothing(server, tmp_path, capsys):
    file = tmp_path / "hostile.yaml"
    expression = "nextval('hr.staff_id_seq')"
    file.write_text(
        "schema: hr\ntables:\n  staff:\n    key: [id]\n    columns:\n      id: bigint\n"
        f'      n: {{type: bigint, reads: id, expression: "{expression}"}}\n'
    )
    code, out = examine(capsys, nasty_url(server, server.url.split("//")[1].split("@")[0]), mapping=str(file))
    assert code == 1
    assert "cannot execute nextval() in a read-only transaction" in out


def test_a_database_with_nothing_in_it_is_told_so(server, capsys, tmp_path):
    url = server.url.replace("/onprem", "/bare")
    code, out = examine(capsys, url)
    assert (code, "0 tables" in out) == (1, True)
    code, out = examine(capsys, url, write=tmp_path / "empty.yaml")
    assert (code, "has nothing in it yet" in out) == (0, True)


def test_what_cannot_be_reached_is_one_sentence_without_the_password(server):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        free = taken.getsockname()[1]
    for url, words in (
        (f"postgresql://u:topsecret@127.0.0.1:{free}/d", "Connection refused"),
        (f"postgresql://reader:topsecret@127.0.0.1:{server.port}/nasty", "password authentication failed"),
        (f"postgresql://reader:let%20me%20in@127.0.0.1:{server.port}/absent", "does not exist"),
        (f"postgresql://reader:let%20me%20in@127.0.0.1:{server.port}/nasty?sslmode=require", "does not support SSL"),
        ("postgresql://u:topsecret@no-such-host.invalid/d", "resolve host"),
    ):
        with pytest.raises(CommandError, match=words) as failed:
            doctor(url, Asked())
        assert "topsecret" not in str(failed.value)
        assert "\n" not in str(failed.value)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"mapping": "nowhere.yaml"}, "cannot be read"),
        ({"mapping": "nosuch"}, "there is no source mapping"),
        ({"mapping": "timekeeping", "write": Path("x.yaml")}, "leave --mapping out"),
    ],
)
def test_a_wrong_call_is_told_apart(server, asked, words):
    with pytest.raises(UsageError, match=words):
        doctor(server.url, Asked(**asked))


@pytest.mark.parametrize("text", ["[]", "tables: 7", "schema: hr", "tables: {t: {columns: {}}}", "a: [", "\0"])
def test_a_file_that_is_no_mapping_is_refused(server, tmp_path, text):
    file = tmp_path / "broken.yaml"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"The mapping .* is no mapping"):
        doctor(server.url, Asked(mapping=str(file)))
