"""`hourglass report`: the page that an auditor opens."""

from pathlib import Path

from cli.cloud import open_cloud, require_deployed
from cli.progress import console, progress


def write_report_file(state: Path, output: Path) -> None:
    """Write the report from the auditors' tables."""
    from dashboards.report import write_report

    with progress("Report") as shown:
        shown.show("Start the embedded cloud")
        with open_cloud(state) as cloud:
            require_deployed(cloud, state)
            shown.show("Read the tables and draw")
            write_report(output, cloud.physical_id("LedgerTable"), cloud.physical_id("LakeBucket"))
    console.print(f"The report is {output.resolve().as_uri()}", soft_wrap=True)
