"""The training job: fits the model on the channel `training` and leaves one file, or one sentence why not."""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from model.artefact import Artefact, save
from model.errors import EmptyHistoryError, HyperparameterError, ModelError
from model.features import CATALOGUE
from model.history import History, HistorySummary
from model.surprise import DirectedSurprise

CHANNEL = "training"
FAILURE_BYTES = 1024
WINDOW = re.compile(r"[A-Za-z0-9._-]{1,64}")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """The hyperparameters, which SageMaker passes as strings."""

    training_window: str | None = None  # named in the model version, such as 2026-01-05_2026-06-29
    minimum_rows: int = 1

    @classmethod
    def parse(cls, raw: Mapping[str, str]) -> "Settings":
        """Refuse what is unknown: a misspelt setting must not train another model in silence."""
        given = {name: value for name, value in raw.items() if not name.startswith("sagemaker_")}
        unknown = sorted(given.keys() - cls.__dataclass_fields__.keys())
        if unknown:
            known = ", ".join(cls.__dataclass_fields__)
            raise HyperparameterError(f"unknown hyperparameters: {', '.join(unknown)}; known are {known}")
        try:
            settings = cls(
                training_window=given.get("training_window"),
                minimum_rows=int(given.get("minimum_rows", cls.minimum_rows)),
            )
        except ValueError as error:
            raise HyperparameterError(f"minimum_rows is not a whole number: {error}") from error
        if settings.minimum_rows < 1:
            raise HyperparameterError(f"minimum_rows is {settings.minimum_rows}, expected at least 1")
        if settings.training_window is not None and not WINDOW.fullmatch(settings.training_window):
            raise HyperparameterError("training_window must be 1 to 64 letters, digits, '.', '_' or '-'")
        return settings


def run(base: Path) -> int:
    """What `train` does in the container; the exit code, with the reason in <base>/output/failure."""
    try:
        artefact = train(base)
    except (ModelError, OSError) as error:
        reason = f"{type(error).__name__}: {error}"
        logger.error("training failed: %s", reason)
        failure = base / "output" / "failure"
        failure.parent.mkdir(parents=True, exist_ok=True)
        failure.write_bytes(reason.encode()[:FAILURE_BYTES])
        return 1
    logger.info("trained %s on %s", artefact.model_version, json.dumps(artefact.training))
    return 0


def train(base: Path) -> Artefact:
    """Fit on <base>/input/data/training and save under <base>/model."""
    settings = Settings.parse(_hyperparameters(base / "input" / "config" / "hyperparameters.json"))
    history = History(base / "input" / "data" / CHANNEL, [feature.name for feature in CATALOGUE])
    model = DirectedSurprise().fit_batches(history.batches)
    if model.rows_ < settings.minimum_rows:
        raise EmptyHistoryError(model.rows_, settings.minimum_rows, len(history.files))
    summary = history.summary()
    return save(model, summary, settings.training_window or _window(summary), base / "model")


def _hyperparameters(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        raw = json.loads(path.read_text())
    except ValueError as error:
        raise HyperparameterError(f"{path.name} is not JSON: {error}") from error
    return {str(name): str(value) for name, value in raw.items()}


def _window(summary: HistorySummary) -> str:
    return f"{summary.first_week}_{summary.last_week}" if summary.first_week else "undated"
