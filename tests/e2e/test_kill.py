"""kill -9 at any moment, then a run: the same tables as if nothing had happened."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import HOURGLASS, Hourglass, fingerprint

EMPLOYEES, WEEKS = 60, 4


@pytest.fixture(scope="module")
def source(new_company) -> str:
    return new_company("killed", EMPLOYEES, WEEKS)


@pytest.fixture(scope="module")
def undisturbed(source, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    hourglass = Hourglass(tmp_path_factory.mktemp("undisturbed") / "state", source)
    hourglass.must_run()
    return fingerprint(hourglass)


def kill_after(line: str, hourglass: Hourglass) -> None:
    """Kill the run, with all that it serves, as soon as it has printed this line."""
    command = [HOURGLASS, "run", "--source", hourglass.source, "--state", str(hourglass.state)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True, env=environment) as running:
        for printed in running.stdout:
            if re.search(line, printed):
                running.send_signal(signal.SIGKILL)
                break
        else:
            raise AssertionError(f"the run ended before {line!r}")
    assert running.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    "line",
    [
        "ingest: Launch the cluster",
        "detect: Build the features",
        "detect: (Publish the weeks|Notify the auditors)",
    ],
)
def test_a_killed_run_is_healed_by_the_next_one(line: str, source: str, undisturbed, tmp_path: Path):
    hourglass = Hourglass(tmp_path / "state", source)
    kill_after(line, hourglass)
    hourglass.must_run()
    healed = fingerprint(hourglass)
    assert {name: len(rows) for name, rows in healed.items()} == {name: len(rows) for name, rows in undisturbed.items()}
    assert healed == undisturbed


def test_a_second_run_at_the_same_time_is_refused_with_a_sentence(source: str, tmp_path: Path):
    hourglass = Hourglass(tmp_path / "state", source)
    command = [HOURGLASS, "run", "--source", source, "--state", str(hourglass.state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        first.stdout.readline()
        second = hourglass.run()
        assert second.returncode == 1
        assert "Another run is going on" in second.stderr
        first.communicate()
    assert first.returncode == 0
