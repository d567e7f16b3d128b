"""`hourglass report`: the page that an auditor opens."""

import json
from pathlib import Path
from typing import Any

from cli.cloud import ServedCloud, open_cloud, require_deployed
from cli.progress import console, progress


def write_report_file(state: Path, output: Path) -> None:
    """Write the report from the auditors' tables."""
    with open_cloud(state) as cloud:
        require_deployed(cloud, state)
        draw_report(cloud, output)


def draw_report(cloud: ServedCloud, output: Path) -> None:
    """Write the report while the cloud is open."""
    from cli.query import fetch
    from dashboards.report import write_report

    with progress("Report") as shown:
        shown.show("Read the tables and draw")
        write_report(output, fetch, read_manifests(cloud.physical_id("LakeBucket")))
    console.print(f"The report is {output.resolve().as_uri()}", soft_wrap=True)


def read_manifests(bucket: str) -> list[dict[str, Any]]:
    """The verified landings, oldest first."""
    import boto3

    s3 = boto3.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="raw/_manifests/")
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    documents = [json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys]
    return sorted(documents, key=lambda document: str(document["verified_at"]))
