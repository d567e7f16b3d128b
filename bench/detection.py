"""Does the product find what the simulator hid? Its scores against the truth, beside an IsolationForest.

    .venv/bin/python bench/detection.py --truth truth.csv --state .hourglass

Average precision, precision in the top 0.5 %, recall in the top 1 %, over all weeks and over the later half
(trailing features have history there), and recall by scheme and severity. The IsolationForest of scikit-learn
sees the same features. Instead of --state, --features and --scores name Parquet files.
"""

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score

CONTEXT = {
    "timesheet_id", "employee_id", "week_start", "country", "region", "practice", "billing_main", "grade",
    "work_mode", "manager_id", "approver_id", "main_project_id", "main_client_id", "worked_hours",
    "capacity_hours", "billable_hours", "submitted_at", "approved_at",
}  # fmt: skip
SEVERITIES = ("mild", "medium", "blatant")


class UnusableInputError(Exception):
    """Raised when there is nothing to evaluate: no common timesheets, or a query that failed."""


@dataclass(frozen=True)
class Quality:
    """How good one ranking is. `precision` is in the top 0.5 %, `recall` in the top 1 %."""

    timesheets: int
    falsified: int
    average_precision: float
    precision: float
    recall: float


def judged(scores: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """timesheet_id, score, falsified; best score first. Ties are broken by a hash, not by the order of ids."""
    labels = truth.select("timesheet_id").unique().with_columns(falsified=pl.lit(True))
    frame = scores.select("timesheet_id", "score").join(labels, on="timesheet_id", how="left")
    frame = frame.with_columns(pl.col("falsified").fill_null(False))
    return frame.sort(pl.col("score"), pl.col("timesheet_id").hash(7), descending=True)


def quality(scores: pl.DataFrame, truth: pl.DataFrame) -> Quality:
    """scores: timesheet_id, score (higher is more suspect); truth: timesheet_id, scheme, severity."""
    frame = judged(scores, truth)
    falsified = frame.get_column("falsified")
    found = int(falsified.sum())
    if not found:
        raise UnusableInputError(f"none of {frame.height} scored timesheets is in the truth of {truth.height} rows")
    return Quality(
        timesheets=frame.height,
        falsified=found,
        average_precision=float(average_precision_score(falsified, frame.get_column("score"))),
        precision=int(falsified.head(top(frame.height, 0.005)).sum()) / top(frame.height, 0.005),
        recall=float(falsified.head(top(frame.height, 0.01)).sum()) / found,
    )


def top(count: int, share: float) -> int:
    return max(1, int(np.ceil(count * share)))


def recall_by_scheme(scores: pl.DataFrame, truth: pl.DataFrame, share: float = 0.01) -> pl.DataFrame:
    """scheme, timesheets, recall, and recall of each severity, in the best `share` of all scores."""
    frame = judged(scores, truth)
    suspects = frame.head(top(frame.height, share)).get_column("timesheet_id")
    known = truth.filter(pl.col("timesheet_id").is_in(frame.get_column("timesheet_id").implode()))
    marked = known.with_columns(found=pl.col("timesheet_id").is_in(suspects.implode()))
    return (
        marked.group_by("scheme")
        .agg(
            pl.len().alias("timesheets"),
            pl.col("found").mean().alias("recall"),
            *(pl.col("found").filter(pl.col("severity") == grade).mean().alias(grade) for grade in SEVERITIES),
        )
        .sort("scheme")
    )


def isolation_forest(features: pl.DataFrame, seed: int = 0) -> pl.DataFrame:
    """timesheet_id, score of scikit-learn's IsolationForest on the same numbers; missing = the median."""
    names = [name for name in features.columns if name not in CONTEXT]
    numbers = features.select(pl.col(name).cast(pl.Float64).fill_nan(None) for name in names)
    filled = numbers.select(pl.col(name).fill_null(pl.col(name).median()).fill_null(0.0) for name in names)
    matrix = filled.to_numpy()
    forest = IsolationForest(n_estimators=200, random_state=seed, n_jobs=1).fit(matrix)
    return features.select("timesheet_id").with_columns(score=-forest.score_samples(matrix))


def later_half(features: pl.DataFrame) -> pl.DataFrame:
    """The features of the later half of the weeks."""
    weeks = features.get_column("week_start").unique().sort()
    return features.filter(pl.col("week_start") >= weeks[len(weeks) // 2])


def compare(features: pl.DataFrame, scores: pl.DataFrame, truth: pl.DataFrame) -> dict[str, Quality]:
    """Quality by "<ranking>, <weeks>": the product and the forest, over all weeks and the later half."""
    rankings = {
        "hourglass": scores.select("timesheet_id", "score"),
        "IsolationForest": isolation_forest(features),
    }
    later = later_half(features).select("timesheet_id")
    result: dict[str, Quality] = {}
    for name, ranking in rankings.items():
        result[f"{name}, all weeks"] = quality(ranking, truth)
        result[f"{name}, later half"] = quality(ranking.join(later, on="timesheet_id"), truth)
    return result


def query(statement: str, state: Path) -> pl.DataFrame:
    """One statement through the product's own command."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "answer.parquet"
        command = [
            str(Path(sys.executable).with_name("hourglass")),
            "query",
            statement,
            "--state",
            str(state),
        ]
        done = subprocess.run(
            [*command, "--format", "parquet", "--output", str(output)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise UnusableInputError(f"hourglass query ended with {done.returncode}: {done.stderr.strip()}")
        return pl.read_parquet(output)


def report(compared: dict[str, Quality], schemes: pl.DataFrame) -> str:
    lines = [f"{'':30} {'AP':>6} {'P@0.5%':>7} {'R@1%':>6}   falsified / timesheets"]
    for name, each in compared.items():
        lines.append(
            f"{name:30} {each.average_precision:6.3f} {each.precision:7.3f} {each.recall:6.3f}   "
            f"{each.falsified} / {each.timesheets}"
        )
    lines += [
        "",
        f"{'recall in the top 1 %':30} {'n':>5} {'all':>6}" + "".join(f"{g:>9}" for g in SEVERITIES),
    ]
    for row in schemes.iter_rows(named=True):
        grades = "".join(f"{'-' if row[g] is None else format(row[g], '.2f'):>9}" for g in SEVERITIES)
        lines.append(f"{row['scheme']:30} {row['timesheets']:5} {row['recall']:6.2f}{grades}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--state", type=Path, default=Path(".hourglass"))
    parser.add_argument("--features", type=Path, help="Parquet instead of the table timesheet_features")
    parser.add_argument("--scores", type=Path, help="Parquet instead of the table timesheet_scores")
    given = parser.parse_args()
    suffix = given.truth.suffix
    truth = pl.read_parquet(given.truth) if suffix == ".parquet" else pl.read_csv(given.truth)
    try:
        features = _table("select * from timesheet_features", given.features, given.state)
        scores = _table("select timesheet_id, score from timesheet_scores", given.scores, given.state)
        print(report(compare(features, scores, truth), recall_by_scheme(scores, truth)))
    except UnusableInputError as error:
        sys.exit(f"{error}")


def _table(statement: str, file: Path | None, state: Path) -> pl.DataFrame:
    return query(statement, state) if file is None else pl.read_parquet(file)


if __name__ == "__main__":
    main()
