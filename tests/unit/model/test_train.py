"""A training job leaves one file or one sentence."""

import json

import numpy as np
import pyarrow as pa

from model.artefact import FILE_NAME, Artefact
from model.history import KEPT_BYTES, History
from tests.unit.model.containers import NAMES, Container, FeatureTable


def test_the_same_history_gives_the_same_version(container: Container, feature_table: FeatureTable):
    container.give(feature_table(300, seed=1))
    versions = set()
    for _ in range(2):
        assert container.train().returncode == 0
        versions.add(json.loads((container.base / "model" / FILE_NAME).read_text())["model_version"])
    assert len(versions) == 1


def test_a_history_that_cannot_be_kept_is_read_again(container: Container, feature_table: FeatureTable):
    for number in range(3):
        container.give(feature_table(100, seed=number), f"part-{number}.parquet")
    readings = []
    for kept_bytes in (0, 2 * 100 * len(NAMES) * 4, KEPT_BYTES):
        history = History(container.channel, NAMES, kept_bytes)
        readings += [np.concatenate(list(history.batches())), np.concatenate(list(history.batches()))]
        assert history.summary().rows == 300
    for reading in readings[1:]:
        np.testing.assert_array_equal(reading, readings[0])


def test_another_history_gives_another_version(container: Container, feature_table: FeatureTable, artefact: Artefact):
    container.give(feature_table(300, seed=1))
    container.train()
    assert json.loads((container.base / "model" / FILE_NAME).read_text())["model_version"] != artefact.model_version


def test_the_artefact_says_what_it_was_fitted_on(artefact: Artefact):
    assert artefact.training == {
        "window": "2026-01-05_2026-01-12",
        "files": 2,
        "rows": 5000,
        "weeks": 2,
        "first_week": "2026-01-05",
        "last_week": "2026-01-12",
    }
    assert artefact.model_version.startswith("surprise-2026-01-05_2026-01-12-")


def test_the_window_is_named_by_a_hyperparameter(container: Container, feature_table: FeatureTable):
    container.give(feature_table(50, seed=1))
    config = container.base / "input" / "config" / "hyperparameters.json"
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({"training_window": "first-quarter"}))
    container.train()
    artefact = json.loads((container.base / "model" / FILE_NAME).read_text())
    assert artefact["model_version"].startswith("surprise-first-quarter-")


def test_weeks_are_read_from_a_column_where_no_folder_names_them(container: Container, feature_table: FeatureTable):
    week = pa.array([20458] * 50, pa.int32()).cast(pa.date32())
    container.give(feature_table(50, seed=1, week_start=week), "flat.parquet")
    container.train()
    assert json.loads((container.base / "model" / FILE_NAME).read_text())["training"]["first_week"] == "2026-01-05"


def test_an_empty_channel_fails_with_a_sentence(container: Container):
    assert container.train().returncode == 1
    assert container.failure == "EmptyHistoryError: the history holds 0 rows in 0 files; at least 1 are needed"


def test_files_without_rows_fail_with_a_sentence(container: Container, feature_table: FeatureTable):
    container.give(feature_table(0, seed=1))
    assert container.train().returncode == 1
    assert "0 rows in 1 files" in container.failure


def test_missing_features_are_named(container: Container, feature_table: FeatureTable):
    container.give(feature_table(10, seed=1).drop(["night_share", "self_approval"]))
    assert container.train().returncode == 1
    assert container.failure.endswith("2 columns are missing: night_share, self_approval")


def test_an_infinite_value_is_named_by_file_row_and_column(container: Container, feature_table: FeatureTable):
    values = pa.array([0.0] * 1500 + [float("inf")] * 2)
    container.give(feature_table(1502, seed=1, excess_hours=values))
    assert container.train().returncode == 1
    assert "week_start=2026-01-05/part-0" in container.failure
    assert container.failure.endswith("row 1501, column excess_hours: the value is infinite")


def test_a_file_that_is_not_parquet_is_named(container: Container):
    container.channel.mkdir(parents=True)
    (container.channel / "notes.txt").write_text("not a table")
    assert container.train().returncode == 1
    assert container.failure.startswith("HistoryFileError: cannot read notes.txt")


def test_a_hyperparameter_that_is_unknown_fails(container: Container, feature_table: FeatureTable):
    container.give(feature_table(10, seed=1))
    config = container.base / "input" / "config" / "hyperparameters.json"
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({"family_discuont": "0.5"}))
    assert container.train().returncode == 1
    assert container.failure.startswith("HyperparameterError: unknown hyperparameters: family_discuont")


def test_markers_and_empty_files_are_not_data(container: Container, feature_table: FeatureTable):
    container.give(feature_table(20, seed=1))
    (container.channel / "_SUCCESS").write_text("done")
    (container.channel / "folder_marker").touch()
    assert container.train().returncode == 0


def test_columns_beyond_the_catalogue_are_ignored(container: Container, feature_table: FeatureTable):
    container.give(feature_table(20, seed=1, explained_by_nobody=pa.array(["x"] * 20)))
    assert container.train().returncode == 0
    saved = json.loads((container.base / "model" / FILE_NAME).read_text())
    assert [feature["name"] for feature in saved["features"]] == NAMES
