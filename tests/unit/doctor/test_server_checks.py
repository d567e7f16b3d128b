"""What is said about a server."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from doctor.deployment import Deployment
from doctor.facts import Connections, Replica, Server
from doctor.findings import Section, Severity
from doctor.long_reads import long_reads_section
from doctor.server_checks import (
    clock_section,
    connection_section,
    connections_section,
    engine_section,
    permission_section,
)
from tests.unit.doctor.doctor_fixture import MARIADB, SERVER, WORK_LOG

DEPLOYMENT = Deployment("sqoop", lag=timedelta(minutes=2), overlap=timedelta(hours=1), connections=10)
BEFORE_THE_END, AFTER_THE_END = date(2027, 1, 1), date(2028, 1, 1)


def found(section: Section) -> list[tuple[str, str]]:
    return [(finding.severity.value, finding.code) for finding in section.findings]


def test_a_good_server_has_nothing_to_say():
    for section in (
        connection_section(SERVER),
        clock_section(SERVER, DEPLOYMENT),
        permission_section(SERVER, [WORK_LOG]),
        connections_section(SERVER, 5),
        long_reads_section(SERVER, 60.0),
    ):
        assert found(section) == []
        assert section.severity is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tls": None}, [("warning", "not-encrypted")]),
        ({"tls": None, "is_local": True}, []),
        ({"checks_certificate": False}, [("note", "certificate-not-checked")]),
        ({"unknown": ("how far it is behind",)}, [("note", "not-told")]),
    ],
)
def test_the_way_to_the_server_is_judged(changes, expected):
    assert found(connection_section(replace(SERVER, **changes))) == expected


def test_a_server_that_could_encrypt_is_told_apart_from_one_that_cannot():
    can = connection_section(replace(MARIADB, tls=None, settings={"offers_tls": "True"})).findings[0]
    cannot = connection_section(replace(MARIADB, tls=None, settings={"offers_tls": "False"})).findings[0]
    assert can.remedy == "Add ?sslMode=verify-full to the URL."
    assert cannot.remedy.startswith("Enable TLS on the server")


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (-90_000.0, [("error", "clock-behind")]),
        (-4000.0, [("warning", "clock-behind")]),
        (-300.0, [("warning", "clock-behind")]),
        (-60.0, []),
        (60.0, []),
        (300.0, [("warning", "clock-ahead")]),
    ],
)
def test_a_clock_that_is_further_behind_than_windows_follow_loses_rows(ahead, expected):
    assert found(clock_section(replace(SERVER, clock_ahead_seconds=ahead), DEPLOYMENT)) == expected


def test_a_time_zone_beside_utc_and_a_long_transaction_are_named():
    server = replace(SERVER, time_zone="Europe/Berlin", utc_offset_seconds=3600, oldest_write_seconds=7200.0)
    zone, late = clock_section(server, DEPLOYMENT).findings
    assert "Europe/Berlin, +1 h from UTC" in zone.sentence
    assert (late.code, "writing for 2 h" in late.sentence) == ("late-commit", True)


def test_who_may_write_is_told_how_to_make_a_reader():
    table = replace(WORK_LOG, writes=("UPDATE",))
    (finding,) = permission_section(replace(SERVER, powers=("superuser",)), [table, WORK_LOG]).findings
    assert (finding.severity, finding.code) == (Severity.WARNING, "may-write")
    assert "superuser; UPDATE on hr.work_log" in finding.sentence
    assert 'grant select on all tables in schema "hr" to hourglass_reader' in finding.statements
    (finding,) = permission_section(MARIADB, [table]).findings
    assert "grant select on `hr`.* to hourglass_reader" in finding.statements


@pytest.mark.parametrize(
    ("connections", "expected"),
    [
        (Connections(100, 97), [("error", "too-few-connections")]),
        (Connections(100, 92), [("warning", "few-connections")]),
        (Connections(100, 10, user_allowed=4, user_used=1), [("error", "too-few-connections")]),
        (Connections(100, 10), []),
    ],
)
def test_connections_left_are_compared_with_what_an_ingest_opens(connections, expected):
    assert found(connections_section(replace(SERVER, connections=connections), 5)) == expected


def test_more_mappers_than_an_ingest_may_have_connections_are_refused_in_its_own_words():
    section = connections_section(SERVER, 5, "table entry needs 5 connections, but SourceConnections is 4")
    assert found(section) == [("error", "too-many-mappers")]
    assert "SourceConnections is 4" in section.findings[0].sentence


def test_the_end_of_support_is_one_line_and_only_said_of_sqoop():
    (finding,) = engine_section(DEPLOYMENT, BEFORE_THE_END).findings
    assert finding.severity is Severity.NOTE
    assert (
        "left standard support on 12 November 2026 and reaches its end of life on 13 November 2027" in finding.sentence
    )
    assert engine_section(DEPLOYMENT, AFTER_THE_END).severity is Severity.WARNING
    assert found(engine_section(replace(DEPLOYMENT, engine="spark"), AFTER_THE_END)) == []


def with_settings(server: Server, **settings: str) -> Server:
    return replace(server, settings=settings)


@pytest.mark.parametrize(
    ("server", "longest", "expected"),
    [
        (with_settings(SERVER, statement_timeout="30000ms"), 40.0, [("error", "timeout")]),
        (with_settings(SERVER, statement_timeout="30000ms"), 4.0, [("warning", "timeout")]),
        (with_settings(SERVER, statement_timeout="30000ms"), 0.4, [("note", "timeout")]),
        (with_settings(SERVER, transaction_timeout="60s"), 70.0, [("error", "timeout")]),
        (with_settings(SERVER, idle_in_transaction_session_timeout="5000ms"), 1.0, [("warning", "idle-timeout")]),
        (with_settings(SERVER, idle_in_transaction_session_timeout="600000ms"), 1.0, []),
        (with_settings(SERVER, server_encoding="SQL_ASCII"), 1.0, [("warning", "encoding")]),
        (with_settings(MARIADB, max_statement_time="30.000000"), 40.0, [("error", "timeout")]),
        (with_settings(MARIADB, max_execution_time="30000"), 40.0, [("error", "timeout")]),
        (with_settings(MARIADB, net_write_timeout="10"), 1.0, [("warning", "idle-timeout")]),
        (with_settings(MARIADB, sql_mode="ANSI_QUOTES,STRICT"), 1.0, [("error", "sql-mode")]),
        (with_settings(MARIADB, time_zone_tables="False"), 1.0, [("note", "time-zone-tables")]),
    ],
)
def test_what_ends_a_long_read_is_found(server, longest, expected):
    assert found(long_reads_section(server, longest)) == expected


@pytest.mark.parametrize(
    ("lag", "settings", "expected"),
    [
        (0.0, {"hot_standby_feedback": "on"}, [("note", "replica")]),
        (None, {"hot_standby_feedback": "on"}, [("warning", "replica-lag")]),
        (600.0, {"hot_standby_feedback": "on"}, [("warning", "replica-lag")]),
        (90_000.0, {"hot_standby_feedback": "on"}, [("error", "replica-lag")]),
        (0.0, {"max_standby_streaming_delay": "30000ms"}, [("note", "replica"), ("warning", "replica-conflicts")]),
        (0.0, {"max_standby_streaming_delay": "-1ms"}, [("note", "replica")]),
        (0.0, {"max_standby_streaming_delay": "900000ms"}, [("note", "replica")]),
    ],
)
def test_a_replica_is_judged_by_its_lag_and_by_how_long_it_lets_reads_live(lag, settings, expected):
    server = replace(SERVER, replica=Replica(lag), settings=settings)
    assert found(long_reads_section(server, 60.0)) == expected
