"""The saved model: one JSON file that a person can read and whose version follows from its content.

The same history, window and settings give the same bytes, hence the same version.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from model.errors import ArtefactError
from model.features import CATALOGUE, feature_schema_hash
from model.history import HistorySummary
from model.surprise import DirectedSurprise
from model.tail import Tail

FILE_NAME = "directed_surprise.json"
FORMAT = 1


@dataclass(frozen=True)
class Artefact:
    """A fitted model and where it comes from."""

    model: DirectedSurprise
    model_version: str
    feature_schema_hash: str
    training: dict[str, Any]


def save(model: DirectedSurprise, summary: HistorySummary, window: str, folder: Path) -> Artefact:
    """Write the file in one step (a reader never sees half of it) and return what was saved."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "feature_schema_hash": feature_schema_hash(model.features),
        "training": {"window": window, **asdict(summary)},
        "rows": model.rows_,
        "features": [
            {"name": feature.name, "code": feature.code, "evidence": feature.evidence, "weight": feature.weight}
            | _plain(tail)
            for feature, tail in zip(model.features, model.tails_, strict=True)
        ],
        "total": _plain(model.total_tail_),
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
    content = {"model_version": f"surprise-{window}-{digest}"} | content
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{FILE_NAME}.partial"
    partial.write_text(json.dumps(content))
    partial.replace(folder / FILE_NAME)
    return Artefact(model, content["model_version"], content["feature_schema_hash"], content["training"])


def load(folder: Path) -> Artefact:
    """Read the file; the features are those it was fitted on, in its order."""
    path = folder / FILE_NAME
    if not path.is_file():
        raise ArtefactError(f"there is no {FILE_NAME} in {folder}: train the model first")
    try:
        content = json.loads(path.read_text())
        if content["format"] != FORMAT:
            raise ArtefactError(f"{FILE_NAME} has format {content['format']}, this server reads format {FORMAT}")
        catalogue = {feature.name: feature for feature in CATALOGUE}
        features = [
            replace(catalogue[saved["name"]], evidence=saved["evidence"], weight=saved["weight"])
            for saved in content["features"]
        ]
        model = DirectedSurprise(features)
        model.rows_ = content["rows"]
        model.tails_ = tuple(_tail(saved) for saved in content["features"])
        model.total_tail_ = _tail(content["total"])
        return Artefact(model, content["model_version"], content["feature_schema_hash"], content["training"])
    except (KeyError, TypeError, ValueError) as error:
        raise ArtefactError(f"{FILE_NAME} is damaged or from another catalogue of features: {error!r}") from error


def _plain(tail: Tail) -> dict[str, Any]:
    return {
        "rows": tail.rows,
        "median": tail.median,
        "limit": tail.limit,
        "reach": tail.reach,
        "values": tail.values.tolist(),
        "surprises": tail.surprises.tolist(),
    }


def _tail(saved: dict[str, Any]) -> Tail:
    return Tail(
        rows=saved["rows"],
        median=saved["median"],
        limit=saved["limit"],
        reach=saved["reach"],
        values=np.array(saved["values"], dtype=np.float64),
        surprises=np.array(saved["surprises"], dtype=np.float64),
    )
