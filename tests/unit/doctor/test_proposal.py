"""How an unknown table could be ingested, and what is never proposed."""

from dataclasses import replace

import pytest

from doctor.facts import Column, Index, Table
from doctor.proposal import propose
from doctor.sensitive import looks_secret, why_left_out
from tests.unit.doctor.doctor_fixture import WORK_LOG

TIMESTAMP = "timestamp without time zone"
PEOPLE = Table(
    schema="app",
    name="people",
    columns=(
        Column("id", "integer", "integer", nullable=False),
        Column("email", "text", "text"),
        Column("lastModified", TIMESTAMP, TIMESTAMP),
        Column("prefs", "jsonb", "jsonb"),
    ),
)


@pytest.mark.parametrize(
    "name",
    [
        "password", "passwordHash", "pwd", "pw_hash", "api_token", "APIKey", "resetToken", "client_secret", "salt",
        "totp", "email", "e_mail", "EMailAddress", "user_mail", "name", "fullName", "last_name", "username", "phone",
        "date_of_birth", "iban", "login", "lastLoginIP",
    ],
)  # fmt: skip
def test_secrets_and_what_identifies_a_person_are_never_proposed(name):
    assert why_left_out(name, "text")
    table = replace(PEOPLE, columns=(*PEOPLE.columns, Column(name, "text", "text")))
    proposal = propose(table)
    assert name not in [column.name for column, _ in proposal.columns]
    assert name in [one.column for one in proposal.left_out]


@pytest.mark.parametrize("name", ["id", "project_id", "hours", "compass", "spinning", "user_id", "work_date", "status"])
def test_plain_columns_are_not_taken_for_anything_else(name):
    assert why_left_out(name, "bigint") is None
    assert not looks_secret(name)


def test_a_person_in_words_is_left_out_but_an_id_is_not():
    assert why_left_out("approver", "character varying") == "may name a person"
    assert why_left_out("approver", "integer") is None


def test_the_primary_key_is_the_key_and_its_number_is_split():
    proposal = propose(WORK_LOG)
    assert (proposal.key.columns, proposal.key.reason) == (("id",), "primary key")
    assert (proposal.check.column, proposal.split.column, proposal.mappers) == ("updated_at", "id", 2)
    assert proposal.check.reason == "named like a time of change, may be NULL and indexed"
    assert proposal.total == "hours"


@pytest.mark.parametrize(
    ("indexes", "key", "reason"),
    [
        ((Index(("id",), True),), ("id",), "unique and never NULL"),
        (
            (Index(("lastModified",), unique=True),),
            ("lastModified",),
            "unique, but may be NULL: such rows are quarantined",
        ),
        ((Index(("email",), True),), ("id",), "by its name only: nothing keeps it unique"),
    ],
)
def test_without_a_primary_key_the_best_there_is_is_the_key(indexes, key, reason):
    proposal = propose(replace(PEOPLE, indexes=indexes))
    assert (proposal.key.columns, proposal.key.reason) == (key, reason)


def test_a_key_that_may_not_be_selected_is_none():
    sessions = Table("app", "sessions", columns=(Column("token", "text", "text"),), primary_key=("token",))
    assert (propose(sessions).key.columns, propose(sessions).key.reason) == ((), "token may be a secret")


@pytest.mark.parametrize(
    ("name", "proposed"),
    [
        ("updated_at", True), ("write_date", True), ("lastModified", True), ("modifiedOn", True),
        ("date_changed", True), ("created_at", False), ("begin", False), ("credit_at", False),
        ("exchange_day", False), ("expires", False), ("password_changed_at", False),
    ],
)  # fmt: skip
def test_a_check_column_is_a_time_of_change_by_its_name(name, proposed):
    table = replace(PEOPLE, columns=(PEOPLE.columns[0], Column(name, TIMESTAMP, TIMESTAMP)))
    assert (propose(table).check.column == name) is proposed


def test_a_time_that_the_database_sets_itself_is_the_best_check_column():
    stamp = Column("ts", "datetime", "datetime", set_on_write=True)
    table = replace(PEOPLE, columns=(*PEOPLE.columns, stamp))
    assert propose(table).check.column == "ts"
    assert "the database sets it on every write" in propose(table).check.reason


def test_a_time_of_creation_is_named_as_the_reason_for_none():
    table = replace(PEOPLE, columns=(PEOPLE.columns[0], Column("created_at", TIMESTAMP, TIMESTAMP)))
    assert propose(table).check.reason == "created_at does not move when a row changes: reloaded whole in every run"


def test_what_no_engine_carries_is_left_out_with_its_type():
    assert [(one.column, one.reason) for one in propose(PEOPLE).left_out] == [
        ("email", "may identify a person"),
        ("prefs", "is jsonb, which no engine carries as it is"),
    ]


@pytest.mark.parametrize(("rows", "mappers"), [(None, 1), (1000, 1), (300_000, 2), (20_000_000, 4)])
def test_mappers_follow_the_size(rows, mappers):
    assert propose(replace(WORK_LOG, rows=rows)).mappers == mappers


def test_what_this_user_may_not_read_is_not_proposed():
    proposal = propose(replace(WORK_LOG, unreadable_columns=("updated_at", "hours")))
    assert proposal.check.column is None
    assert "hours" not in [column.name for column, _ in proposal.columns]
