"""Prints statement and weeks of the newest detection in the run ledger of a state folder."""

import json
import sys
from pathlib import Path

import boto3

from cli.cloud import open_cloud

with open_cloud(Path(sys.argv[1])) as cloud:
    table = boto3.resource("dynamodb").Table(cloud.physical_id("LedgerTable"))
    items = table.scan(ConsistentRead=True)["Items"]

newest = max(item["run_id"] for item in items if item["run_id"].startswith("d"))
for item in items:
    facts = json.loads(item["facts"])
    if item["run_id"] == newest and facts.get("partitions"):
        step, weeks = item["step"].split(".")[-1], ",".join(facts["partitions"])
        sys.stdout.write(f"{step}\t{weeks}\n")
