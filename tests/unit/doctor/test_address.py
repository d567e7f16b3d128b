"""A source URL is taken apart, and no error repeats its password."""

import pytest

from doctor.address import parse_address
from doctor.errors import SourceUrlError


def test_a_url_is_taken_apart_and_decoded():
    address = parse_address("mysql://jo%40corp:p%2Fw@db.example.com:3307/time%20sheets?sslMode=verify-full")
    assert (address.system, address.host, address.port) == ("mysql", "db.example.com", 3307)
    assert (address.user, address.password, address.database) == ("jo@corp", "p/w", "time sheets")
    assert address.option("SSLMODE") == "verify-full"


@pytest.mark.parametrize(
    ("url", "system", "port"),
    [("postgres://u@h/d", "postgresql", 5432), ("mariadb://u@h/d", "mariadb", 3306), ("mysql://u@h/d", "mysql", 3306)],
)
def test_each_system_has_its_port(url, system, port):
    assert (parse_address(url).system, parse_address(url).port) == (system, port)


@pytest.mark.parametrize(
    "url",
    [
        "oracle://u:hush@h/d",
        "nonsense",
        "postgresql://u:hush@h:70000/d",
        "postgresql://u:hu#sh@h/d",
        "postgresql://u:hu/sh@h/d",
        "postgresql://u:hu?sh@h/d",
        "postgresql://u:hush@h/",
        "postgresql://h/d?user=u&password=hush",
        "mysql://u:hush@[::1/d",
    ],
)
def test_what_is_no_such_url_is_refused_without_repeating_the_password(url):
    with pytest.raises(SourceUrlError) as refused:
        parse_address(url)
    assert "hush" not in str(refused.value)
    assert "hu" not in str(refused.value).replace("hourglass", "")


def test_the_password_is_taken_out_of_a_drivers_words_however_it_was_written():
    address = parse_address("mysql://u:p%2Fw@h/d")
    assert address.without_password("no p%2Fw, no p/w") == "no ***, no ***"
    assert "p/w" not in repr(address)


@pytest.mark.parametrize(("host", "local"), [("localhost", True), ("127.0.0.9", True), ("[::1]", True), ("db", False)])
def test_what_stays_on_this_machine_is_known(host, local):
    assert parse_address(f"mysql://u@{host}/d").is_local is local
