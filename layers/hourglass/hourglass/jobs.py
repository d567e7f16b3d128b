"""How a state waits for a job outside: store its token, look once, and let the service's event answer it.

A job is a cluster, a crawl, a query, a training job or an endpoint. Its id is unique within its service.
The starter calls `wait_for` after starting the job; `resume_execution` calls `settle` on the service's event.
Whichever comes second finds the job ended and answers the token; answering twice does no harm.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Waiting:
    """A state that waits for a job, and what the run ledger shall say of it once the job has ended."""

    token: str
    service: str
    record: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What became of a job.

    `output` is what the waiting state gets; `facts` go into the run ledger beside the record that the
    starter left; a failed job has the `error` that a state machine catches by name and a `cause` in one sentence.
    """

    ended: bool
    output: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None
    cause: str = ""


RUNNING = Outcome(ended=False)


class Service(Protocol):
    """A service that runs jobs."""

    def outcome(self, job_id: str) -> Outcome:
        """What the service says of the job now."""


class Tokens(Protocol):
    def put(self, job_id: str, waiting: Waiting, at: datetime) -> None: ...
    def get(self, job_id: str) -> Waiting | None: ...
    def delete(self, job_id: str, token: str) -> None: ...


class Answers(Protocol):
    def succeed(self, token: str, output: dict[str, Any]) -> bool: ...
    def fail(self, token: str, error: str, cause: str) -> bool: ...


class Ledger(Protocol):
    def put(self, run_id: str, step: str, facts: Mapping[str, Any]) -> None: ...


@dataclass(frozen=True)
class Waits:
    """The places that waiting needs: who waits, how to answer, where to note what happened."""

    tokens: Tokens
    answers: Answers
    ledger: Ledger

    def wait_for(self, job_id: str, waiting: Waiting, service: Service, at: datetime) -> None:
        """Let the state behind `waiting.token` wait for a job that may have ended already.

        `waiting.record` must carry `run_id` and `step`; the rest of it is copied into the ledger.
        """
        self.tokens.put(job_id, waiting, at)
        self._answer(job_id, waiting, service)

    def settle(self, job_id: str, service: Service) -> bool:
        """Answer the state that waits for this job, if one does and the job has ended."""
        waiting = self.tokens.get(job_id)
        return waiting is not None and self._answer(job_id, waiting, service)

    def _answer(self, job_id: str, waiting: Waiting, service: Service) -> bool:
        outcome = service.outcome(job_id)
        if not outcome.ended:
            return False
        record = dict(waiting.record)
        run_id, step = str(record.pop("run_id")), str(record.pop("step"))
        self.ledger.put(run_id, step, {**record, **outcome.facts, "job_id": job_id, "error": outcome.error})
        if outcome.error is None:
            self.answers.succeed(waiting.token, dict(outcome.output))
        else:
            self.answers.fail(waiting.token, outcome.error, outcome.cause)
        self.tokens.delete(job_id, waiting.token)
        return True
