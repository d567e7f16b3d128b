"""Clock, words, deployment and connection settings."""

import ssl
from datetime import timedelta
from itertools import count

import pytest

from doctor.address import parse_address
from doctor.clock import clock_difference
from doctor.connect import connect
from doctor.deployment import deployment_by_default
from doctor.errors import SourceUrlError, TooOldError, UnreachableError
from doctor.mysql import check_mysql_version
from doctor.mysql_connection import ssl_mode, tls_context
from doctor.wording import duration, listed, rows, size


def test_a_mysql_whose_regular_expressions_are_too_old_is_refused():
    check_mysql_version("8.0.36")
    with pytest.raises(TooOldError, match=r"MySQL 5\.7\.44-log is older than 8\.0"):
        check_mysql_version("5.7.44-log")


def test_the_clock_difference_is_that_of_the_fastest_answer():
    times = iter([0.0, 4.0, 10.0, 10.2, 20.0, 23.0, 30.0, 31.0, 40.0, 45.0])
    told = iter([100.0, 40.1, 100.0, 100.0, 100.0])
    ahead, round_trip = clock_difference(lambda: next(told), lambda: next(times))
    assert (round(ahead, 6), round(round_trip, 6)) == (30.0, 0.2)


def test_every_answer_of_the_server_counts_once():
    asked = count()
    clock_difference(lambda: float(next(asked)), lambda: 0.0)
    assert next(asked) == 5


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.01, "less than 0.1 s"),
        (0.3, "0.3 s"),
        (12, "12 s"),
        (80, "80 s"),
        (240, "4 min"),
        (9000, "2.5 h"),
        (3e5, "3.5 d"),
    ],
)
def test_durations_are_words(seconds, words):
    assert duration(seconds) == words


def test_sizes_and_lists_are_words():
    assert (size(980), size(14_200_000), rows(1), rows(12_000)) == ("980 bytes", "14 MB", "1 row", "12,000 rows")
    assert (listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])) == ("a", "a and b", "a, b and c")


def test_the_deployment_is_the_templates():
    by_default = deployment_by_default()
    assert by_default.engine == "sqoop"
    assert timedelta(0) < by_default.lag < by_default.overlap
    assert by_default.connections > 1


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("mariadb://u@h/d", "disable"),
        ("mysql://u@h/d", "prefer"),
        ("mysql://u@h/d?sslMode=VERIFY_IDENTITY", "verify-full"),
        ("mariadb://u@h/d?sslMode=trust", "trust"),
    ],
)
def test_tls_is_what_the_jdbc_driver_of_the_url_would_do(url, mode):
    assert ssl_mode(parse_address(url)) == mode


def test_only_the_verifying_modes_look_at_the_certificate():
    assert tls_context("trust", "").verify_mode is ssl.CERT_NONE
    assert tls_context("verify-ca", "").verify_mode is ssl.CERT_REQUIRED
    assert tls_context("verify-full", "").check_hostname


def test_an_unknown_tls_mode_is_refused():
    with pytest.raises(SourceUrlError, match="sslMode must be one of"):
        ssl_mode(parse_address("mysql://u@h/d?sslMode=sometimes"))


def test_a_missing_driver_is_one_sentence():
    with pytest.raises(UnreachableError, match="pip install pymysql"):
        connect(parse_address("mysql://u@h/d"), {"mysql": "no_such_driver:Database"})
