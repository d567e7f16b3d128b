"""What auditors and operations are told. Counts and weeks, never a person."""

import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """An SNS message; `subject` holds at most 100 characters."""

    subject: str
    message: str


def suspects_notice(run_id: str, weeks: Sequence[str], suspects: int) -> Notice:
    covered = f"{weeks[0]} to {weeks[-1]}" if len(weeks) > 1 else "".join(weeks) or "no week"
    return Notice(
        f"Hourglass: {suspects} timesheets deserve a look",
        f"Run {run_id} scored {len(weeks)} weeks ({covered}). {suspects} timesheets of these weeks are listed in "
        "timesheets.suspect_timesheets with the facts that put them there. They are facts, not findings.",
    )


def failure_notice(execution: str, error: str, cause: str) -> Notice:
    return Notice(
        f"Hourglass: an execution failed with {error}"[:100],
        f"{execution}\n{error}: {cause}\n"
        "Before it has published, a run leaves the auditors' tables as they were. The next run tries again.",
    )


def sentence_of(cause: str) -> str:
    """The message of a Lambda error, which Step Functions hands on as JSON; any other cause as it is."""
    try:
        document = json.loads(cause)
    except ValueError:
        return cause
    return str(document.get("errorMessage", cause)) if isinstance(document, dict) else cause
