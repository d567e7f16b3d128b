"""The URL of a source and the name of its mapping, as people give them."""

from pathlib import Path

import pytest

from cli.errors import UsageError
from cli.source import POSTGRESQL, deployed_mapping, parse_source_url

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("url", "jdbc_url"),
    [
        ("postgresql://u:p@db/timekeeping", "jdbc:postgresql://db:5432/timekeeping"),
        ("mariadb://u:p@db/kimai?sslMode=trust", "jdbc:mariadb://db:3306/kimai?sslMode=trust"),
        ("mysql://u:p@[::1]:3307/kimai", "jdbc:mariadb://[::1]:3307/kimai"),
    ],
)
def test_every_system_has_its_port_and_its_driver(url: str, jdbc_url: str) -> None:
    assert parse_source_url(url).jdbc_url == jdbc_url


def test_user_and_password_are_decoded_and_not_in_the_jdbc_url() -> None:
    found = parse_source_url("mariadb://an%40a:p%2Fw%25@db/kimai")
    assert (found.username, found.password) == ("an@a", "p/w%")
    assert "p/w" not in found.jdbc_url


def test_what_can_only_be_postgresql_refuses_others_by_name() -> None:
    with pytest.raises(UsageError, match="must be postgresql://user:password@host:port/database, not mariadb://"):
        parse_source_url("mariadb://u:p@db/kimai", POSTGRESQL)


def test_a_mapping_is_a_name_or_a_file_of_the_product() -> None:
    assert deployed_mapping("kimai") == deployed_mapping(str(ROOT / "sources" / "kimai.yaml")) == "kimai"


def test_a_mapping_that_is_not_deployed_is_refused_with_what_to_do(tmp_path: Path) -> None:
    elsewhere = tmp_path / "mine.yaml"
    with pytest.raises(UsageError, match=r"There is no mapping .*mine\.yaml\."):
        deployed_mapping(str(elsewhere))
    elsewhere.touch()
    with pytest.raises(UsageError, match="is not deployed: copy it to"):
        deployed_mapping(str(elsewhere))
    with pytest.raises(UsageError, match="no mapping toggl under sources/; there are kimai, odoo, timekeeping"):
        deployed_mapping("toggl")
