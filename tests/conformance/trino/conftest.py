"""One cloud and one Trino over it for all tests of this folder."""

from collections.abc import Iterator

import pytest

from localcloud.cloud import LocalCloud
from tests.conformance.trino import server
from tests.conformance.trino.athena import COMPONENTS, Athena
from tests.conformance.trino.server import Trino

DATABASE = "lake"


@pytest.fixture(scope="session")
def athena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Athena]:
    with LocalCloud(tmp_path_factory.mktemp("state"), components=COMPONENTS) as cloud:
        yield Athena(cloud, DATABASE)


@pytest.fixture(scope="session")
def trino(athena: Athena) -> Iterator[Trino]:
    with server.running(athena.endpoint_url) as started:
        yield started
