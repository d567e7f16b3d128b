"""What the deployment decides about an ingest, as far as a source database has to bear it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
LAST_RELEASE_WITH_SQOOP = "emr-7.4.0"
SUPPORT_ENDED = date(2026, 11, 12)
END_OF_LIFE = date(2027, 11, 13)


@dataclass(frozen=True)
class Deployment:
    """Parameters of `template.yaml`: how far a window stays behind the clock and reaches back, and who carries it."""

    engine: str
    lag: timedelta
    overlap: timedelta
    connections: int  # that an ingest may have to the source at once


def deployment_by_default(engine: str | None = None, template: Path = TEMPLATE) -> Deployment:
    """What `sam deploy` does when nobody says otherwise. Only the template's parameters are parsed: it is large."""
    section = re.search(r"^Parameters:\n(?:(?:[ #].*)?\n)+", template.read_text(encoding="utf-8"), re.MULTILINE)
    parameters = yaml.safe_load(section[0])["Parameters"] if section else {}
    by_default = {name: parameter.get("Default") for name, parameter in parameters.items()}
    return Deployment(
        engine=engine or by_default["IngestEngine"],
        lag=timedelta(seconds=by_default["LagSeconds"]),
        overlap=timedelta(seconds=by_default["OverlapSeconds"]),
        connections=by_default["SourceConnections"],
    )
