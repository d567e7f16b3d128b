"""A client costs its service's model only when somebody uses it."""

import pytest
from hourglass.aws import clients


@pytest.fixture
def fresh(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    clients.client.cache_clear()
    yield clients.client
    clients.client.cache_clear()


def test_a_client_that_nobody_asks_is_not_made(fresh):
    assert "made" not in vars(fresh("sns"))


def test_a_client_is_made_once_and_shared(fresh):
    assert fresh("sns").meta.region_name == "eu-central-1"
    assert fresh("sns").made is fresh("sns").made
