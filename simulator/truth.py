"""The file that says what was falsified. Nothing but evaluation reads it; it is never in the database."""

from pathlib import Path

import polars as pl

from simulator.errors import SimulatorError

COLUMNS = {"timesheet_id": pl.Int64, "scheme": pl.String, "severity": pl.String}


def read_truth(path: Path) -> pl.DataFrame:
    """timesheet_id, scheme, severity (mild | medium | blatant)."""
    frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, schema=COLUMNS)
    if frame.columns != list(COLUMNS):
        raise SimulatorError(f"{path} has columns {frame.columns}, not {list(COLUMNS)}: it is not a truth file")
    return frame


def write_truth(path: Path, frame: pl.DataFrame) -> None:
    """The whole file at once: a reader never sees half of it."""
    if path.suffix not in (".csv", ".parquet"):
        raise SimulatorError(f"the truth is written as .csv or .parquet, not {path.name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    if path.suffix == ".parquet":
        frame.write_parquet(partial)
    else:
        frame.write_csv(partial)
    partial.replace(path)


def append_truth(path: Path, frame: pl.DataFrame) -> None:
    """Adds falsified timesheets; one that is known already is not added again."""
    known = read_truth(path) if path.exists() else pl.DataFrame(schema=COLUMNS)
    write_truth(path, pl.concat([known, frame]).unique(["timesheet_id", "scheme"], keep="first", maintain_order=True))
