"""The self-contained HTML report."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from dashboards import charts
from dashboards.data import Fetch, ReportData, read_report_data

_TEMPLATES = Path(__file__).parent


def write_report(output: Path, fetch: Fetch, manifests: Sequence[Mapping[str, Any]]) -> None:
    """Write one HTML file that needs nothing else: no network, no scripts.

    `fetch` runs a SELECT in database `timesheets` and returns an Arrow table; `manifests` are the verified
    landings, oldest first.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(render_report(read_report_data(fetch, manifests), datetime.now(UTC)), encoding="utf-8")


def render_report(data: ReportData, now: datetime) -> str:
    """The page for this data; `now` is printed as the time of writing."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["hours"] = lambda value: "–" if value is None else f"{value:,.2f}".rstrip("0").rstrip(".")
    environment.filters["moment"] = lambda value: str(value)[:16].replace("T", " ") if value else "–"
    environment.filters["words"] = lambda code: code.replace("_", " ").lower()
    return environment.get_template("report.html.j2").render(
        data=data,
        now=now,
        score_chart=charts.score_distribution(data) if data.timesheets else "",
        week_chart=charts.weeks(data) if data.weeks else "",
        reason_chart=charts.reasons(data.reason_counts) if data.reason_counts else "",
        quarantined=sum(row["row_count"] for row in data.quarantine if row["outcome"] == "rejected"),
        odd=sum(row["row_count"] for row in data.quarantine if row["outcome"] == "kept"),
    )
