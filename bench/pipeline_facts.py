"""What a run left in a state folder: when which state ran, rows per step, and the sums to compare. Prints JSON.

A process of its own, so that the benchmark does not load the embedded cloud:  python bench/pipeline_facts.py STATE
"""

import json
import sys
from pathlib import Path
from typing import Any

import boto3
from hourglass.chain import read_chain
from hourglass.sql_files import load_sql

from cli.cloud import ServedCloud, open_cloud
from cli.query import fetch

FIRST_CLEAN = "clean_"


def histories(cloud: ServedCloud) -> dict[str, list[dict[str, Any]]]:
    """The events of the one execution of each state machine."""
    pages = boto3.client("stepfunctions").get_paginator("get_execution_history")
    return {
        execution.machine.rsplit("-", 1)[-1]: [
            event for page in pages.paginate(executionArn=execution.arn) for event in page["events"]
        ]
        for execution in cloud.activity().executions
    }


def moments(events: list[dict[str, Any]]) -> dict[str, float]:
    """When each state was left for the last time, and when the execution started and ended."""
    found = {
        event["stateExitedEventDetails"]["name"]: event["timestamp"].timestamp()
        for event in events
        if "stateExitedEventDetails" in event
    }
    return found | {"started": events[0]["timestamp"].timestamp(), "ended": events[-1]["timestamp"].timestamp()}


def clean_until(events: list[dict[str, Any]]) -> float:
    """When the last level that builds a clean table ended."""
    until, level_is_clean = 0.0, False
    for event in events:
        entered, left = event.get("stateEnteredEventDetails", {}), event.get("stateExitedEventDetails", {})
        if entered.get("name") == "Build a level":
            level_is_clean = any(name.startswith(FIRST_CLEAN) for name in json.loads(entered["input"])["statements"])
        elif left.get("name") == "Build a level" and level_is_clean:
            until = event["timestamp"].timestamp()
    return until


def importers(emr: Any) -> list[tuple[float, float]]:
    """When the steps that import tables ran."""
    return [
        (step["Status"]["Timeline"]["StartDateTime"].timestamp(), step["Status"]["Timeline"]["EndDateTime"].timestamp())
        for cluster in emr.list_clusters()["Clusters"]
        for page in emr.get_paginator("list_steps").paginate(ClusterId=cluster["Id"])
        for step in page["Steps"]
        if step["Name"].startswith("Import ")
    ]


def ledger(cloud: ServedCloud) -> dict[str, dict[str, Any]]:
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.physical_id("LedgerTable"))
    return {item["step"]["S"]: json.loads(item["facts"]["S"]) for page in pages for item in page["Items"]}


def main(state: Path) -> None:
    tables = read_chain(load_sql()).order
    counts = " union all ".join(f"select '{name}' as name, count(*) as found from {name}" for name in tables)
    sums = (
        "select (select sum(score) from timesheet_scores) as a, (select sum(worked_hours) from timesheet_features) as b"
    )
    with open_cloud(state) as cloud:
        events = histories(cloud)
        facts = {
            "ingest": moments(events["ingest"]),
            "detect": moments(events["detect"]),
            "clean_until": clean_until(events["detect"]),
            "importers": importers(boto3.client("emr")),
            "statements": {name: facts.get("seconds") for name, facts in ledger(cloud).items()},
            "rows": {row["name"]: row["found"] for row in fetch(counts).to_pylist()},
            "sums": list(fetch(sums).to_pylist()[0].values()),
        }
    print(json.dumps(facts))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
