"""Start a statement so that a retry continues the query that runs, and a new attempt finds a clean place."""

from collections.abc import Mapping
from typing import Any, Protocol

from hourglass.jobs import Outcome
from hourglass.plans import Statement


class Queries(Protocol):
    def start(self, sql: str, token: str) -> str: ...
    def outcome(self, job_id: str) -> Outcome: ...


class Ledger(Protocol):
    def get(self, run_id: str, step: str) -> Mapping[str, Any] | None: ...
    def put(self, run_id: str, step: str, facts: Mapping[str, Any]) -> None: ...


class Leftovers(Protocol):
    """Removes what a statement that failed has left."""

    def clear(self, creates: str | None, fresh: tuple[str, ...]) -> None: ...


class Token(Protocol):
    def __call__(self, run_id: str, step: str, attempt: int, sql: str) -> str: ...


def start_statement(
    run_id: str, statement: Statement, queries: Queries, ledger: Ledger, leftovers: Leftovers, token: Token
) -> tuple[str, dict[str, Any]]:
    """Start the statement, or find the query of an earlier attempt that runs or has succeeded.

    Returns the query execution id and the record for the ledger. A further attempt is noted after its
    place was cleared and before its query starts: whoever finds the note without a query id starts that
    very attempt again, and Athena answers the same token with the same query.
    """
    before = ledger.get(run_id, statement.name) or {}
    attempt, query_id = int(before.get("attempt", 0)), before.get("job_id")
    if query_id is not None:
        outcome = queries.outcome(query_id)
        if not outcome.ended or outcome.error is None:
            return query_id, _record(statement, attempt)
        attempt += 1
        leftovers.clear(statement.creates, statement.fresh)
        ledger.put(run_id, statement.name, _record(statement, attempt))
    record = _record(statement, attempt)
    query_id = queries.start(statement.sql, token(run_id, statement.name, attempt, statement.sql))
    ledger.put(run_id, statement.name, {**record, "job_id": query_id})
    return query_id, record


def _record(statement: Statement, attempt: int) -> dict[str, Any]:
    return {
        "service": "athena",
        "attempt": attempt,
        "sql_hash": statement.sql_hash,
        "partitions": list(statement.partitions),
    }
