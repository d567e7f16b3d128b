"""Athena: start a statement once, say what became of it, read a small result."""

import hashlib
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from hourglass.aws.clients import client
from hourglass.errors import HourglassError
from hourglass.jobs import RUNNING, Outcome

_THROTTLED = {"TooManyRequestsException", "ThrottlingException"}
_SYSTEM, _USER = 1, 2


class AthenaError(HourglassError):
    """Raised into a state machine when a statement has failed for a reason that Athena does not tell apart."""


class AthenaUserError(AthenaError):
    """Raised when the statement or the data is wrong: another attempt ends the same way."""


class AthenaTransientError(AthenaError):
    """Raised when Athena itself failed or ran out of resources: another attempt may succeed."""


class AthenaThrottledError(AthenaError):
    """Raised when Athena accepts no more statements now."""


class AthenaCancelledError(AthenaError):
    """Raised when somebody stopped the statement."""


def request_token(run_id: str, step: str, attempt: int, sql: str) -> str:
    """Athena's idempotency token: the same attempt of the same step gets the same query execution."""
    return hashlib.sha256("\0".join((run_id, step, str(attempt), sql)).encode()).hexdigest()


class Queries:
    """The statements of one workgroup; without one it only asks about statements that run already."""

    def __init__(self, workgroup: str = "primary", database: str = "default") -> None:
        self._athena: Any = client("athena")
        self._workgroup, self._database = workgroup, database

    def start(self, sql: str, token: str) -> str:
        """Start a statement, or find the one that was started with this token; its query execution id.

        Raises:
            AthenaThrottledError: too many statements run.
            AthenaUserError: Athena does not accept the request.
        """
        try:
            answer = self._athena.start_query_execution(
                QueryString=sql,
                ClientRequestToken=token,
                QueryExecutionContext={"Database": self._database, "Catalog": "AwsDataCatalog"},
                WorkGroup=self._workgroup,
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _THROTTLED:
                raise AthenaThrottledError(f"Athena takes no more statements now: {code}") from error
            if code == "InvalidRequestException":
                raise AthenaUserError(error.response["Error"]["Message"]) from error
            raise
        return str(answer["QueryExecutionId"])

    def outcome(self, job_id: str) -> Outcome:
        execution = self._athena.get_query_execution(QueryExecutionId=job_id)["QueryExecution"]
        status, statistics = execution["Status"], execution.get("Statistics", {})
        state = status["State"]
        if state in ("QUEUED", "RUNNING"):
            return RUNNING
        facts = {
            "state": state,
            "scanned_bytes": statistics.get("DataScannedInBytes", 0),
            "seconds": statistics.get("TotalExecutionTimeInMillis", 0) / 1000,
        }
        if state == "SUCCEEDED":
            facts["rows"] = self._written_rows(job_id, execution)
            return Outcome(True, {"query_execution_id": job_id, "rows": facts["rows"]}, facts)
        cause = status.get("StateChangeReason") or status.get("AthenaError", {}).get("ErrorMessage") or state
        return Outcome(True, {}, facts, error_name(state, status.get("AthenaError", {})), f"{job_id}: {cause}")

    def rows(self, query_execution_id: str) -> Iterator[dict[str, str | None]]:
        """The rows of a SELECT that has succeeded, page by page, by column name; values are text, null is None."""
        pages = self._athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_execution_id)
        names: list[str] | None = None
        for page in pages:
            for row in page["ResultSet"]["Rows"]:
                values = [cell.get("VarCharValue") for cell in row["Data"]]
                if names is None:
                    names = [str(value) for value in values]  # the first row is the header
                else:
                    yield dict(zip(names, values, strict=True))

    def stop(self, query_execution_id: str) -> None:
        """Stop a statement; nothing happens when it has ended."""
        self._athena.stop_query_execution(QueryExecutionId=query_execution_id)

    def _written_rows(self, job_id: str, execution: dict[str, Any]) -> int | None:
        """How many rows a CTAS or INSERT wrote; None for other statements."""
        if execution.get("SubstatementType") == "SELECT":
            return None
        answer = self._athena.get_query_results(QueryExecutionId=job_id, MaxResults=1)
        return int(answer["UpdateCount"]) if "UpdateCount" in answer else None


def error_name(state: str, error: dict[str, Any]) -> str:
    """The error that a state machine catches, from the final state and `AthenaError`."""
    if state == "CANCELLED":
        return AthenaCancelledError.__name__
    if error.get("Retryable") or error.get("ErrorCategory") == _SYSTEM:
        return AthenaTransientError.__name__
    return (AthenaUserError if error.get("ErrorCategory") == _USER else AthenaError).__name__
