"""`hourglass rollback`: let readers see what they saw before a run."""

import json
from pathlib import Path

from cli.cloud import open_cloud, require_deployed
from cli.progress import console, progress
from cli.run import only_run, start_and_wait


def roll_back(run: str, state: Path) -> None:
    """Start the state machine `rollback` and wait until it has ended.

    Raises:
        CommandError: the run cannot be rolled back; says why.
    """
    import boto3

    with only_run(state), open_cloud(state) as cloud, progress("Hourglass rollback") as shown:
        require_deployed(cloud, state)
        states, machine = boto3.client("stepfunctions"), cloud.physical_id("RollbackStateMachine")
        asked = json.dumps({"run_id": run})
        ended = start_and_wait(cloud, lambda: states.start_execution(stateMachineArn=machine, input=asked), shown)
        output = json.loads(states.describe_execution(executionArn=ended.executions[0].arn)["output"])
    console.print(f"Readers see what they saw before {run}. Rolled back: {', '.join(output['runs'])}.")
    console.print("The next run takes in again what they took in.")
