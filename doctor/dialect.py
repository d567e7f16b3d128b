"""How databases write the few things that differ in probes; the rest is the same SQL on each of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """What differs between PostgreSQL and the MySQL family. `{0}` stands for a column."""

    quote: str
    utc_now: str
    seconds_until: str  # from now to a time in UTC
    odd_date: str  # a date or timestamp that lands as something else than what people mean
    odd_number: str  # a number that is none
    booleans_are_numbers: bool

    def name(self, *parts: str) -> str:
        """An identifier, quoted part by part: reserved words, spaces and quotes are all possible."""
        return ".".join(self.quote + part.replace(self.quote, self.quote * 2) + self.quote for part in parts)


POSTGRESQL = Dialect(
    quote='"',
    utc_now="(now() at time zone 'UTC')",
    seconds_until=(
        "case when isfinite({0}::timestamp) then extract(epoch from {0}::timestamp - (now() at time zone 'UTC')) end"
    ),
    odd_date="not isfinite({0}) or {0} < '0001-01-01' or {0} >= '10000-01-01'",
    odd_number="{0} = 'NaN'::numeric",
    booleans_are_numbers=False,
)
MYSQL = Dialect(
    quote="`",
    utc_now="utc_timestamp()",
    seconds_until="timestampdiff(second, utc_timestamp(), {0})",
    odd_date="year({0}) = 0 or month({0}) = 0 or dayofmonth({0}) = 0",
    odd_number="{0} is null and 1 = 0",
    booleans_are_numbers=True,
)
