"""Step Functions as the Lambdas see it: is an execution alive, and what a waiting state is told."""

import json
from typing import Any

from botocore.exceptions import ClientError

from hourglass.aws.clients import client

_GONE = {"ExecutionDoesNotExist"}
_NOBODY_WAITS = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}


class Workflow:
    """Executions and task tokens."""

    def __init__(self) -> None:
        self._states: Any = client("stepfunctions")

    def is_running(self, execution_arn: str) -> bool:
        try:
            answer = self._states.describe_execution(executionArn=execution_arn)
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return False
            raise
        return bool(answer["status"] == "RUNNING")

    def succeed(self, token: str, output: dict[str, Any]) -> bool:
        """Let a waiting state go on; False when it does not wait any more."""
        return self._answer(
            lambda: self._states.send_task_success(taskToken=token, output=json.dumps(output, default=str))
        )

    def fail(self, token: str, error: str, cause: str) -> bool:
        """Fail a waiting state with an error name (≤256 characters) and a cause (≤32,768)."""
        return self._answer(
            lambda: self._states.send_task_failure(taskToken=token, error=error[:256], cause=cause[:32768])
        )

    @staticmethod
    def _answer(send: Any) -> bool:
        try:
            send()
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOBODY_WAITS:
                return False
            raise
        return True
