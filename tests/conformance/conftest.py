"""A cloud, Apache Sqoop, and the real databases."""

from collections.abc import Iterator
from typing import Any

import pytest

from localcloud.cloud import LocalCloud
from tests.conformance import apache_sqoop, databases
from tests.conformance.databases import Database
from tests.conformance.emr import Emr
from tests.conformance.paths import LIBRARIES


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with databases.postgresql(tmp_path_factory.mktemp("postgresql")) as database:
        yield database


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with databases.mariadb(tmp_path_factory.mktemp("mariadb")) as database:
        yield database


@pytest.fixture(scope="session")
def mysql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with databases.mysql(tmp_path_factory.mktemp("mysql")) as database:
        yield database


@pytest.fixture(scope="session")
def emr(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emr]:
    with (
        apache_sqoop.resident(LIBRARIES.folder(), tmp_path_factory.mktemp("apache")) as program,
        LocalCloud(tmp_path_factory.mktemp("state")) as cloud,
    ):
        yield Emr(cloud, program)


@pytest.fixture(scope="module")
def selected(request: pytest.FixtureRequest) -> list[Any]:
    """The cases and mappings of this module that are to run: with `-k` one or two, not all of them."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    parametrized = [item for item in items if item.module is request.module and hasattr(item, "callspec")]
    here: list[Any] = [item.callspec.params["chosen"] for item in parametrized]
    return list({chosen.name: chosen for chosen in here}.values())
