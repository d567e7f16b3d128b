"""A state waits for a job outside: whoever comes second answers, nobody answers wrongly, nothing is left waiting."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hourglass.jobs import RUNNING, Outcome, Waiting, Waits

NOW = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)
DONE = Outcome(True, {"query_execution_id": "q1"}, {"rows": 3})


class FakeTokens(dict):
    """Keeps the newest token of a job, and forgets only the one that it is told to."""

    def put(self, job_id, waiting, _at):
        self[job_id] = waiting

    def delete(self, job_id, token):
        if job_id in self and self[job_id].token == token:
            del self[job_id]


class FakeLedger(dict):
    def put(self, run_id, step, facts):
        self[run_id, step] = facts


@dataclass
class FakeAnswers:
    """Step Functions; `meanwhile` happens while an answer is on its way."""

    said: list = field(default_factory=list)
    meanwhile: object = None

    def succeed(self, token, output):
        self.said.append((token, output))
        if self.meanwhile:
            self.meanwhile()
        return True

    def fail(self, token, error, cause):
        self.said.append((token, error, cause))
        return True


@dataclass
class FakeService:
    now: Outcome = RUNNING

    def outcome(self, _job_id):
        return self.now


@pytest.fixture
def waits():
    return Waits(FakeTokens(), FakeAnswers(), FakeLedger())


def waiting(token="t1"):
    return Waiting(token, "athena", {"run_id": "d1", "step": "clean_entry", "attempt": 0})


def test_a_job_that_runs_is_answered_by_its_event(waits):
    service = FakeService()
    waits.wait_for("q1", waiting(), service, NOW)
    assert waits.answers.said == []
    service.now = DONE
    assert waits.settle("q1", service)
    assert waits.answers.said == [("t1", {"query_execution_id": "q1"})]
    assert waits.ledger["d1", "clean_entry"] == {"attempt": 0, "rows": 3, "job_id": "q1", "error": None}


def test_a_job_that_ended_before_its_token_was_stored_is_answered_at_once(waits):
    waits.wait_for("q1", waiting(), FakeService(DONE), NOW)
    assert waits.answers.said == [("t1", {"query_execution_id": "q1"})]
    assert waits.tokens == {}


def test_an_event_delivered_twice_answers_once(waits):
    waits.wait_for("q1", waiting(), FakeService(DONE), NOW)
    assert not waits.settle("q1", FakeService(DONE))
    assert len(waits.answers.said) == 1


def test_an_event_of_a_job_that_nobody_waits_for_answers_nobody(waits):
    assert not waits.settle("q9", FakeService(DONE))
    assert waits.answers.said == []


def test_an_event_that_never_comes_is_made_up_for_by_the_next_attempt(waits):
    service = FakeService()
    waits.wait_for("q1", waiting("t1"), service, NOW)
    service.now = DONE
    waits.wait_for("q1", waiting("t2"), service, NOW)
    assert waits.answers.said == [("t2", {"query_execution_id": "q1"})]
    assert waits.tokens == {}


def test_a_failed_job_fails_the_state_by_name(waits):
    waits.wait_for("q1", waiting(), FakeService(Outcome(True, error="AthenaUserError", cause="no such column")), NOW)
    assert waits.answers.said == [("t1", "AthenaUserError", "no such column")]
    assert waits.ledger["d1", "clean_entry"]["error"] == "AthenaUserError"


def test_answering_an_old_token_leaves_that_of_the_retried_state(waits):
    service = FakeService()
    waits.wait_for("q1", waiting("t1"), service, NOW)
    service.now = DONE
    waits.answers.meanwhile = lambda: waits.tokens.put("q1", waiting("t2"), NOW)
    waits.settle("q1", service)
    waits.answers.meanwhile = None
    waits.settle("q1", service)
    assert [token for token, _ in waits.answers.said] == ["t1", "t2"]
    assert waits.tokens == {}
