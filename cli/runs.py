"""`hourglass runs`: what each run did and what it costs on AWS."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cli.cloud import open_cloud, require_deployed
from cli.progress import console

Steps = Mapping[str, Mapping[str, Any]]


def list_runs(state: Path, limit: int) -> None:
    """Print the newest runs of the ledger, newest first."""
    from hourglass.budget import load_prices
    from hourglass.spending import RunTotals, totals

    prices = load_prices()
    with open_cloud(state) as cloud:
        require_deployed(cloud, state)
        runs = _ledger(cloud.physical_id("LedgerTable"))
        newest = sorted(runs, key=lambda run_id: run_id.removeprefix("d").replace("t", "-"), reverse=True)[:limit]
        listed: list[RunTotals] = [
            totals(run_id, runs[run_id], prices, _clusters(runs[run_id].values())) for run_id in newest
        ]
    _print(listed)


def _ledger(table: str) -> dict[str, dict[str, dict[str, Any]]]:
    """The facts of each step of each run."""
    import boto3

    runs: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for page in boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        for item in page["Items"]:
            runs[item["run_id"]["S"]][item["step"]["S"]] = json.loads(item["facts"]["S"])
    return runs


def _clusters(steps: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The lives of the clusters that these steps ran on, with the instances that do not scale."""
    import boto3
    from hourglass.spending import ClusterLife

    emr = boto3.client("emr")
    found = []
    for cluster_id in sorted({step["cluster_id"] for step in steps if "cluster_id" in step}):
        times = emr.describe_cluster(ClusterId=cluster_id)["Cluster"]["Status"]["Timeline"]
        instances: dict[str, int] = defaultdict(int)
        for group in emr.list_instance_groups(ClusterId=cluster_id)["InstanceGroups"]:
            if group["InstanceGroupType"] != "TASK":
                instances[group["InstanceType"]] += group["RequestedInstanceCount"]
        lived = times.get("EndDateTime", times["CreationDateTime"]) - times["CreationDateTime"]
        found.append(ClusterLife(lived.total_seconds() / 3600, instances))
    return found


def _print(runs: Iterable[Any]) -> None:
    from rich.table import Table

    shown = Table(box=None, pad_edge=False)
    for name in ("run", "machine", "steps", "weeks", "rows", "MB read", "seconds", "retries", "failed", "dollars"):
        shown.add_column(name, justify="left" if name in ("run", "machine") else "right", no_wrap=True)
    for run in runs:
        shown.add_row(
            run.run_id, run.machine, str(run.steps), str(run.weeks), f"{run.rows:,}", f"{run.scanned_bytes / 1e6:,.1f}",
            f"{run.seconds:,.1f}", str(run.retries), str(run.failed), f"{run.dollars:.4f}",
        )  # fmt: skip
    console.print(shown, soft_wrap=True)
    console.print("Seconds add up steps that ran side by side.")
    console.print(
        "Dollars, by prices.json: Athena's statements; primary and core nodes for as long as they lived here."
    )
