"""`hourglass invoke`: one Lambda, one event."""

import base64
import json
import sys
from pathlib import Path

from cli.cloud import open_cloud, require_deployed
from cli.errors import CommandError, UsageError


def invoke_function(function: str, event: Path, state: Path) -> None:
    """Print what the function logs (stderr) and returns (stdout).

    Raises:
        UsageError: the event is no JSON.
        CommandError: the function raised.
    """
    import boto3

    body = event.read_bytes()
    try:
        json.loads(body)
    except ValueError as error:
        raise UsageError(f"{event} is no JSON: {error}.") from error
    with open_cloud(state) as cloud:
        require_deployed(cloud, state)
        name = cloud.physical_id(logical_id(function))
        answer = boto3.client("lambda").invoke(FunctionName=name, Payload=body, LogType="Tail")
        payload = answer["Payload"].read().decode()
    sys.stderr.write(base64.b64decode(answer.get("LogResult", "")).decode(errors="replace"))
    if "FunctionError" in answer:
        document = json.loads(payload)
        raise CommandError(f"{function} raised {document.get('errorType')}: {document.get('errorMessage')}")
    sys.stdout.write(payload + "\n")


def logical_id(function: str) -> str:
    """`score_timesheets` or `ScoreTimesheetsFunction`: both name the same function."""
    if "_" not in function and function[:1].isupper():
        return function
    return "".join(word.title() for word in function.split("_")) + "Function"
