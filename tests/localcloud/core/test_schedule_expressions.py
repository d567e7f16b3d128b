"""When a schedule is due next."""

from datetime import UTC, datetime

import pytest

from localcloud.engines.schedule.expressions import InvalidExpressionError, parse

START = datetime(2026, 1, 1, tzinfo=UTC)


def after(expression: str, moment: str, zone: str = "UTC") -> str | None:
    found = parse(expression, zone).after(datetime.fromisoformat(moment).replace(tzinfo=UTC), START)
    return found.strftime("%Y-%m-%dT%H:%M") if found else None


@pytest.mark.parametrize(
    ("expression", "zone", "moment", "expected"),
    [
        ("rate(2 hours)", "UTC", "2026-01-05T05:30", "2026-01-05T06:00"),
        ("rate(1 day)", "UTC", "2026-01-05T00:00", "2026-01-06T00:00"),
        ("cron(0 6 * * ? *)", "UTC", "2026-01-05T06:00", "2026-01-06T06:00"),
        ("cron(0/15 8-9 ? * MON-FRI *)", "UTC", "2026-01-09T09:45", "2026-01-12T08:00"),
        ("cron(0 3 * * ? *)", "Europe/Berlin", "2026-07-01T00:00", "2026-07-01T01:00"),
        ("cron(30 2 29 3 ? 2026)", "Europe/Berlin", "2026-01-05T00:00", None),
        ("cron(0 0 L * ? *)", "UTC", "2026-02-01T00:00", "2026-02-28T00:00"),
        ("cron(0 0 1W * ? *)", "UTC", "2026-08-01T00:00", "2026-08-03T00:00"),
        ("cron(0 12 ? * 2#1 *)", "UTC", "2026-01-06T00:00", "2026-02-02T12:00"),
        ("cron(0 12 ? * 6L *)", "UTC", "2026-01-06T00:00", "2026-01-30T12:00"),
        ("cron(0 12 1 JAN ? 2027-2028)", "UTC", "2026-01-06T00:00", "2027-01-01T12:00"),
        ("at(2026-01-05T06:00:00)", "Asia/Tokyo", "2026-01-01T00:00", "2026-01-04T21:00"),
        ("at(2026-01-05T06:00:00)", "UTC", "2026-02-01T00:00", None),
    ],
)
def test_the_next_time_is_the_one_aws_documents(expression: str, zone: str, moment: str, expected: str | None):
    assert after(expression, moment, zone) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "rate(0 hours)",
        "rate(2 weeks)",
        "cron(0 6 * * * *)",
        "cron(60 6 * * ? *)",
        "cron(0 6 * *)",
        "every day",
        "at(now)",
    ],
)
def test_what_is_no_expression_is_refused(expression: str):
    with pytest.raises(InvalidExpressionError):
        parse(expression)


def test_an_unknown_zone_is_refused():
    with pytest.raises(InvalidExpressionError, match="Mars"):
        parse("rate(1 day)", "Mars/North")
