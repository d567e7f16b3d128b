"""A retry continues the query that runs; only after a failure does another attempt start, in a clean place."""

import pytest
from hourglass.attempts import start_statement
from hourglass.aws.athena import request_token
from hourglass.checking import CheckFailedError, require_no_violations
from hourglass.jobs import RUNNING, Outcome
from hourglass.plans import Statement, rows_built

STATEMENT = Statement("clean_entry", "create table …", "clean_entry__d1", ("s3://lake/x/",), ("2026-01-05",))
FAILED, SUCCEEDED = Outcome(True, error="AthenaTransientError"), Outcome(True)


class FakeQueries:
    """Athena: one query per token."""

    def __init__(self):
        self.started, self.outcomes = {}, {}

    def start(self, sql, token):
        return self.started.setdefault(token, f"q{len(self.started)}")

    def outcome(self, job_id):
        return self.outcomes.get(job_id, RUNNING)


class FakeLedger(dict):
    def get(self, run_id, step):
        return dict.get(self, (run_id, step))

    def put(self, run_id, step, facts):
        self[run_id, step] = facts


class FakeLeftovers(list):
    def clear(self, creates, fresh):
        self.append((creates, fresh))


@pytest.fixture
def world():
    return FakeQueries(), FakeLedger(), FakeLeftovers()


def start(world):
    queries, ledger, leftovers = world
    return start_statement("d1", STATEMENT, queries, ledger, leftovers, request_token)


def test_the_first_attempt_clears_nothing_and_notes_its_query(world):
    query_id, record = start(world)
    assert (query_id, world[2]) == ("q0", [])
    assert world[1]["d1", "clean_entry"]["job_id"] == "q0"
    assert record["partitions"] == ["2026-01-05"]


@pytest.mark.parametrize("outcome", [RUNNING, SUCCEEDED])
def test_a_retry_finds_the_query_that_runs_or_has_succeeded(world, outcome):
    world[0].outcomes["q0"] = outcome
    assert start(world)[0] == start(world)[0] == "q0"
    assert world[2] == []


def test_after_a_failure_the_leftovers_go_and_another_query_starts(world):
    start(world)
    world[0].outcomes["q0"] = FAILED
    query_id, record = start(world)
    assert (query_id, record["attempt"]) == ("q1", 1)
    assert world[2] == [("clean_entry__d1", ("s3://lake/x/",))]


def test_a_crash_before_the_query_was_noted_starts_the_same_attempt_again(world):
    queries, ledger, leftovers = world
    queries.start(STATEMENT.sql, request_token("d1", "clean_entry", 1, STATEMENT.sql))
    ledger.put("d1", "clean_entry", {"attempt": 1})
    assert start(world)[0] == "q0"
    assert leftovers == []


def test_a_crash_while_the_leftovers_go_clears_them_again(world):
    queries, _ledger, leftovers = world
    start(world)
    queries.outcomes["q0"] = FAILED
    leftovers.clear = lambda creates, fresh: 1 / 0
    with pytest.raises(ZeroDivisionError):
        start(world)
    del leftovers.clear
    assert start(world)[0] == "q1"
    assert leftovers == [("clean_entry__d1", ("s3://lake/x/",))]


def test_a_token_fits_athenas_limits_and_names_the_attempt():
    tokens = {request_token("d1", "x", attempt, "select 1") for attempt in range(3)}
    assert len(tokens) == 3
    assert all(32 <= len(token) <= 128 for token in tokens)


def test_checks_without_rows_pass():
    assert require_no_violations([{"check_name": "a", "violations": "0"}, {"check_name": "b", "violations": "0"}]) == 2


def test_every_violated_check_is_named_with_its_rows():
    results = [{"check_name": name, "violations": rows} for name, rows in (("a", "3"), ("b", "0"), ("c", "14"))]
    with pytest.raises(CheckFailedError, match="2 of 3 checks failed: a found 3 rows; c found 14 rows"):
        require_no_violations(results)


def test_the_rows_of_a_table_are_those_of_all_its_statements():
    steps = {"suspect": {"rows": 3}, "suspect.1": {"rows": 2}, "suspects_seen": {"rows": 9}, "check.suspect": {}}
    assert rows_built(steps, "suspect") == 5
