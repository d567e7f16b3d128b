"""Imports from a real MariaDB; what is expected was taken from Apache Sqoop 1.4.7 with the JDBC drivers."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastavro
import pytest
from certificates import make_certificate

from localcloud.engines.emr.programs.sqoop import main
from mariadb import EmbeddedMariaDB
from tests.servers import mariadb_or_skip

EVERY_TYPE = """
create table every_type (
    id int primary key, yes tinyint(1), tiny tinyint unsigned, small smallint, medium mediumint unsigned,
    whole int unsigned, large bigint, single float, twice double, amount decimal(12, 3), big decimal(30, 0), one bit(1),
    eight bit(8), year year, day date, moment datetime, milli datetime(3), micro datetime(6), stamp timestamp null,
    clock time(6), fixed char(5), words varchar(20), text text, `long text` longtext, raw varbinary(10), few binary(4),
    some blob, much longblob, kind enum('a', 'b'), kinds set('x', 'y'), json json, `class` varchar(10)
);
insert into every_type values
    (1, 1, 250, -300, 16000000, 4000000000, -9000000000000000000, 1.5, 2.25, -1234.500, 123456789012345678901234567890,
     b'1', b'10000001', 2026, '2026-01-05', '2026-01-05 09:00:00', '2026-01-05 09:00:00.120',
     '1899-12-31 23:59:59.123456', '2026-01-05 09:00:00', '-12:00:00.5', 'ab ', 'grüß\n', 'a 🙂', '', x'00ff', x'01',
     x'0203', x'04', 'b', 'x,y', '{"a": 1}', 'c');
insert into every_type (id) values (2);
set sql_mode = '';
insert into every_type (id, day, moment) values (3, '0000-00-00', '0000-00-00 00:00:00');
create table many (id bigint, words varchar(20));
insert into many select seq, concat('row ', seq) from seq_1_to_50000;
insert into many values (null, 'no key');
"""
EVERYTHING = "select * from every_type where $CONDITIONS"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, certificate: tuple[Path, Path]) -> Iterator[EmbeddedMariaDB]:
    with mariadb_or_skip(tmp_path_factory.mktemp("mariadb"), certificate) as running:
        with running.connect() as connection, connection.cursor() as cursor:
            for statement in EVERY_TYPE.strip().removesuffix(";").split(";\n"):
                cursor.execute(statement)
        yield running


@pytest.fixture
def sqoop(server: EmbeddedMariaDB, hdfs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Any:
    """Runs `sqoop import` against the database; answers exit code and stderr."""

    def run(
        *words: str, system: str = "mariadb", query: str = "", port: int = 0, password: str = ""
    ) -> tuple[int, str]:
        secret = tmp_path / "password"
        secret.write_text(password or server.password)
        url = f"jdbc:{system}://127.0.0.1:{port or server.port}/onprem{query}"
        driver = ["--driver", "org.mariadb.jdbc.Driver"] if system == "mariadb" else []
        login = ["--connect", url, *driver, "--username", "hourglass", "--password-file", f"file://{secret}"]
        code = main(["import", *login, *words, "--target-dir", "hdfs:///t", "--as-avrodatafile"])
        return code, capfd.readouterr().err

    return run


def landed(hdfs: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for path in sorted((hdfs / "t").glob("*.avro")):
        with path.open("rb") as file:
            rows.extend(fastavro.reader(file))  # type: ignore[arg-type]
    return rows


def types(hdfs: Path) -> dict[str, tuple[str, str]]:
    with (hdfs / "t" / "part-m-00000.avro").open("rb") as file:
        schema: Any = fastavro.reader(file).writer_schema
    return {field["name"]: (field["type"][1], field["sqlType"]) for field in schema["fields"]}


def test_every_type_lands_as_sqoop_lands_it_with_mariadbs_driver(sqoop: Any, hdfs: Path) -> None:
    code, err = sqoop("--query", EVERYTHING, "-m", "1")
    assert code == 0, err
    first, nothing, zero = sorted(landed(hdfs), key=lambda row: row["id"])
    assert first == {
        "id": 1, "yes": True, "tiny": 250, "small": -300, "medium": 16000000, "whole": 4000000000,
        "large": -9000000000000000000, "single": 1.5, "twice": 2.25, "amount": "-1234.500",
        "big": "123456789012345678901234567890", "one": True, "eight": True, "year": 1767225600000,
        "day": 1767571200000, "moment": 1767603600000, "milli": 1767603600120, "micro": -2208988800877,
        "stamp": 1767603600000, "clock": -43200500, "fixed": "ab", "words": "grüß\n", "text": "a 🙂", "longtext": "",
        "raw": b"\x00\xff", "few": b"\x01\x00\x00\x00", "some": b"\x02\x03", "much": b"\x04", "kind": "b",
        "kinds": "x,y", "json": '{"a": 1}', "_class": "c",
    }  # fmt: skip
    assert all(value is None for name, value in nothing.items() if name != "id")
    assert (zero["day"], zero["moment"]) == (None, None)
    assert {name: kind for name, (kind, _) in types(hdfs).items() if name in ("whole", "medium", "yes", "year")} == {
        "whole": "long", "medium": "long", "yes": "boolean", "year": "long",
    }  # fmt: skip
    assert [types(hdfs)[name][1] for name in ("yes", "amount", "one", "eight", "text", "longtext", "much")] == [
        "16", "3", "16", "-7", "12", "-1", "-4",
    ]  # fmt: skip


def test_mysqls_driver_reports_some_types_otherwise(sqoop: Any, hdfs: Path) -> None:
    code, err = sqoop("--table", "every_type", "-m", "1", system="mysql")
    assert code == 0, err
    found = types(hdfs)
    assert [found[name] for name in ("yes", "year", "text", "few", "some")] == [
        ("boolean", "-7"), ("int", "91"), ("string", "-1"), ("bytes", "-2"), ("bytes", "-4"),
    ]  # fmt: skip
    assert next(row["year"] for row in landed(hdfs) if row["id"] == 1) == 2026


MARIADB_TEXT = {"one": "true", "eight": "b'10000001'", "year": "2026", "milli": "2026-01-05 09:00:00.120000"}
MYSQL_TEXT = {"one": "1", "eight": "129", "year": "2026-01-01", "milli": "2026-01-05 09:00:00.120"}
TEXT = {
    "id": 1,
    "yes": "1",
    "day": "2026-01-05",
    "moment": "2026-01-05 09:00:00",
    "amount": "-1234.500",
    "kinds": "x,y",
}


@pytest.mark.parametrize(("system", "expected"), [("mariadb", MARIADB_TEXT), ("mysql", MYSQL_TEXT)])
def test_a_column_that_is_mapped_to_a_string_is_the_text_of_the_driver(
    sqoop: Any, hdfs: Path, system: str, expected: dict[str, str]
) -> None:
    mapped = ("yes", "one", "eight", "year", "milli", "day", "moment", "amount", "kinds")
    query = f"select id, {', '.join(mapped)} from every_type where id < 3 and $CONDITIONS"
    code, err = sqoop(
        "--query", query, "-m", "1", "--map-column-java", ",".join(f"{name}=String" for name in mapped), system=system
    )
    assert code == 0, err
    first, nothing = landed(hdfs)
    assert first == TEXT | expected
    assert set(nothing.values()) == {2, None}


def test_a_number_can_be_mapped_to_another_kind_of_number(sqoop: Any, hdfs: Path) -> None:
    query = "select id, tiny, twice, amount, year, sum(id) as total from every_type where id = 1 and $CONDITIONS"
    mapping = "id=Long,tiny=Boolean,twice=Long,amount=Integer,year=Integer,total=Long"
    code, err = sqoop("--query", query, "-m", "1", "--map-column-java", mapping)
    assert code == 0, err
    assert landed(hdfs) == [{"id": 1, "tiny": True, "twice": 2, "amount": -1234, "year": 2026, "total": 1}]
    assert {name: kind for name, (kind, _) in types(hdfs).items()} == {
        "id": "long", "tiny": "boolean", "twice": "long", "amount": "int", "year": "int", "total": "long",
    }  # fmt: skip


def test_a_number_that_does_not_fit_fails_the_import_with_the_value(sqoop: Any) -> None:
    code, err = sqoop(
        "--query", "select whole from every_type where $CONDITIONS", "-m", "1", "--map-column-java", "whole=Integer"
    )
    assert code == 1
    assert "java.sql.SQLDataException: integer overflow: 4000000000 (column whole)" in err


def test_mappers_share_a_table_and_rows_without_a_key_are_not_lost(sqoop: Any, hdfs: Path) -> None:
    code, err = sqoop(
        "--query", "select id, words from many where $CONDITIONS", "-m", "4", "--split-by", "coalesce(id, 0)",
        "--boundary-query", "select min(coalesce(id, 0)), max(coalesce(id, 0)) from many",
    )  # fmt: skip
    assert code == 0, err
    assert len(list((hdfs / "t").glob("*.avro"))) == 4
    rows = landed(hdfs)
    assert sorted(row["id"] or 0 for row in rows) == list(range(50001))
    assert next(row["words"] for row in rows if row["id"] is None) == "no key"


def test_session_variables_of_the_url_hold_for_rows_too(sqoop: Any, hdfs: Path) -> None:
    query = "select cast(stamp as char) as stamp, @@sql_mode as mode from every_type where id = 1 and $CONDITIONS"
    code, err = sqoop(
        "--query", query, "-m", "1", query="?sessionVariables=time_zone='%2B02:00',sql_mode='ANSI_QUOTES'"
    )
    assert code == 0, err
    assert landed(hdfs) == [{"stamp": "2026-01-05 11:00:00", "mode": "ANSI_QUOTES"}]


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"password": "guess"}, "java.sql.SQLInvalidAuthorizationSpecException: Access denied for user 'hourglass'"),
        ({"port": 1}, "Socket fail to connect to host:address=(host=127.0.0.1)(port=1). Connection refused"),
    ],
)
def test_a_connection_that_fails_is_told_in_the_drivers_words(sqoop: Any, how: Any, sentence: str) -> None:
    code, err = sqoop("--query", "select 1 as one where $CONDITIONS", "-m", "1", **how)
    assert code == 1
    assert sentence in err


def test_a_statement_that_the_server_refuses_is_told_in_the_drivers_words(sqoop: Any) -> None:
    code, err = sqoop("--query", "select nope from many where $CONDITIONS", "-m", "1")
    assert code == 1
    assert "java.sql.SQLSyntaxErrorException: (conn=" in err
    assert "Unknown column 'nope' in 'SELECT'" in err


def test_mariadbs_url_needs_its_driver_named(sqoop: Any, hdfs: Path) -> None:
    words = ["--query", "select 1 as one where $CONDITIONS", "-m", "1", "--target-dir", "hdfs:///t"]
    assert main(["import", "--connect", "jdbc:mariadb://127.0.0.1/onprem", *words]) == 1
    assert not (hdfs / "t").exists()


def test_a_connection_that_is_lost_in_the_middle_leaves_nothing_behind(
    server: EmbeddedMariaDB, sqoop: Any, hdfs: Path
) -> None:
    def kill_the_reader() -> None:
        running = "select id from information_schema.processlist where info like 'select seq%'"
        with server.connect() as connection, connection.cursor() as cursor:
            while not cursor.execute(running):
                time.sleep(0.02)
            cursor.execute(f"kill {cursor.fetchone()[0]}")  # type: ignore[index]

    killer = threading.Thread(target=kill_the_reader)
    killer.start()
    code, err = sqoop("--query", "select seq from seq_1_to_500000000 where $CONDITIONS", "-m", "1")
    killer.join()
    assert code == 1
    assert "java.sql.SQLNonTransientConnectionException: Socket error" in err
    assert not (hdfs / "t").exists()


def test_tls_is_spoken_and_the_certificate_checked_as_the_url_says(
    sqoop: Any, hdfs: Path, certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    query = (
        "select variable_value as version from information_schema.session_status where variable_name = 'Ssl_version'"
    )
    words = ("--query", f"{query} and $CONDITIONS", "-m", "1", "--delete-target-dir")
    for mode, expected in (
        ("disable", ""),
        ("trust", "TLSv1.3"),
        (f"verify-full&serverSslCert={certificate[0]}", "TLSv1.3"),
    ):
        code, err = sqoop(*words, query=f"?sslMode={mode}")
        assert code == 0, err
        assert landed(hdfs) == [{"version": expected}]
    other = make_certificate(tmp_path)[0]
    code, err = sqoop(*words, query=f"?sslMode=verify-ca&serverSslCert={other}")
    assert code == 1
    assert "certificate verify failed" in err
