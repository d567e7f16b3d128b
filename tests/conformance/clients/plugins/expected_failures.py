"""pytest plugin: what known_differences.yaml lists is expected to fail, and fails the run when it passes.

A name without parameters stands for all of its parameters. A name that no test bears fails the run too, unless only a
part of the suite was selected.
"""

import os
from pathlib import Path

import pytest
import yaml

LIST = Path(__file__).parents[1] / "known_differences.yaml"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    differences = yaml.safe_load(LIST.read_text(encoding="utf-8"))[os.environ["CLIENT_SUITE"]]
    reasons = {name: each["reason"] for each in differences for name in each["tests"]}
    borne = set()
    for item in items:
        for name in (item.nodeid, item.nodeid.split("[")[0]):
            if name in reasons:
                borne.add(name)
                item.add_marker(pytest.mark.xfail(reason=reasons[name], strict=True))
                break
    strangers = sorted(set(reasons) - borne)
    if strangers and not config.option.keyword:
        raise pytest.UsageError(f"{LIST.name} lists what is no test: {', '.join(strangers)}")
