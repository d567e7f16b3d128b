"""The URL of an on-premises database, as people give it, and as the deployment wants it."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from cli.errors import UsageError


@dataclass(frozen=True)
class SourceUrl:
    """A database URL taken apart, so that the password goes into the secret and nowhere else."""

    jdbc_url: str
    username: str
    password: str


def parse_source_url(url: str) -> SourceUrl:
    """Take `postgresql://user:password@host:port/database?options` apart.

    Raises:
        UsageError: it is no such URL.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError as error:  # its text may hold a piece of the password
        raise UsageError(
            "The source URL cannot be read: write / ? # @ : and % in user and password as %2F %3F %23 %40 %3A %25."
        ) from error
    if parts.scheme not in ("postgresql", "postgres"):
        raise UsageError(
            f"The source must be postgresql://user:password@host:port/database, not {parts.scheme or 'nothing'}://."
        )
    if not (parts.hostname and parts.username and parts.path.strip("/")):
        raise UsageError(
            "The source URL needs a user, a host and a database: postgresql://user:password@host/database."
        )
    if {"user", "password"} & parse_qs(parts.query, keep_blank_values=True).keys():
        raise UsageError("User and password belong before the host: postgresql://user:password@host/database.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    query = f"?{parts.query}" if parts.query else ""
    return SourceUrl(
        jdbc_url=f"jdbc:postgresql://{host}:{port}{parts.path}{query}",
        username=unquote(parts.username),
        password=unquote(parts.password or ""),
    )
