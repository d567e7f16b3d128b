"""The URL of an on-premises database, as people give it, and as the deployment wants it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from cli.errors import UsageError

PORTS: Mapping[str, int] = {"postgresql": 5432, "postgres": 5432, "mariadb": 3306, "mysql": 3306}
DRIVERS: Mapping[str, str] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mariadb": "mariadb",
    "mysql": "mariadb",
}
POSTGRESQL, EVERY_SYSTEM = ("postgresql", "postgres"), tuple(PORTS)


@dataclass(frozen=True)
class SourceUrl:
    """A database URL taken apart, so that the password goes into the secret and nowhere else."""

    jdbc_url: str
    username: str
    password: str


def parse_source_url(url: str, systems: Sequence[str] = EVERY_SYSTEM) -> SourceUrl:
    """Take `postgresql://user:password@host:port/database?options` apart; also mariadb:// and mysql://.

    Raises:
        UsageError: it is no such URL.
    """
    shape = "postgresql://user:password@host:port/database"
    shape += "" if systems == POSTGRESQL else ", mariadb:// or mysql:// alike"
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:  # its text may hold a piece of the password
        raise UsageError(
            "The source URL cannot be read: write / ? # @ : and % in user and password as %2F %3F %23 %40 %3A %25."
        ) from error
    if parts.scheme not in systems:
        raise UsageError(f"The source must be {shape}, not {parts.scheme or 'nothing'}://.")
    if not (parts.hostname and parts.username and parts.path.strip("/")):
        raise UsageError(f"The source URL needs a user, a host and a database: {shape}.")
    if {"user", "password"} & parse_qs(parts.query, keep_blank_values=True).keys():
        raise UsageError(f"User and password belong before the host: {shape}.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    query = f"?{parts.query}" if parts.query else ""
    return SourceUrl(
        jdbc_url=f"jdbc:{DRIVERS[parts.scheme]}://{host}:{port}{parts.path}{query}",
        username=unquote(parts.username),
        password=unquote(parts.password or ""),
    )


def deployed_mapping(mapping: str) -> str:
    """The name of a mapping that is deployed with the product: a file under `sources/`, or its name.

    Raises:
        UsageError: there is none of that name, or the file lies elsewhere.
    """
    folder = Path(str(files("hourglass") / "sources")).resolve()
    file = Path(mapping)
    if file.suffix in (".yaml", ".yml"):
        if not file.is_file():
            raise UsageError(f"There is no mapping {mapping}.")
        if file.resolve().parent != folder:
            raise UsageError(f"{mapping} is not deployed: copy it to {folder} and give its name.")
        return file.stem
    if not (folder / f"{mapping}.yaml").is_file():
        known = ", ".join(sorted(each.stem for each in folder.glob("*.yaml")))
        raise UsageError(f"There is no mapping {mapping} under sources/; there are {known}.")
    return mapping
