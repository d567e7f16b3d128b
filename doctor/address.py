"""Where a source database is, and as whom to ask it: a URL taken apart without ever repeating its password."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

from doctor.errors import SourceUrlError

DEFAULT_PORTS = {"postgresql": 5432, "mariadb": 3306, "mysql": 3306}
_ALIASES = {"postgres": "postgresql"}
_SHAPE = "it must be postgresql://, mariadb:// or mysql://user:password@host:port/database"


@dataclass(frozen=True)
class Address:
    """A database and the user to ask it as. `options` are the URL's, with the names of the JDBC drivers."""

    system: str  # postgresql | mariadb | mysql
    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    _written_password: str = field(default="", repr=False)

    @property
    def is_local(self) -> bool:
        """Whether what is said to this host stays on this machine."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    def option(self, name: str) -> str:
        """An option by name, whatever its case; empty when the URL does not have it."""
        return next((value for key, value in self.options.items() if key.lower() == name.lower()), "")

    def without_password(self, text: str) -> str:
        """A driver's words with the password removed, in case that they repeat it."""
        for secret in sorted({self.password, self._written_password}, key=len, reverse=True):
            if secret:
                text = text.replace(secret, "***")
        return text


def parse_address(url: str) -> Address:
    """Take `postgresql://user:password@host:port/database?options` apart; also mariadb:// and mysql://.

    Raises:
        SourceUrlError: it is no such URL; says what is wrong without repeating it.
    """
    system, separator, _ = url.partition("://")
    system = _ALIASES.get(system, system)
    if not separator or system not in DEFAULT_PORTS:
        raise SourceUrlError(f"The source URL cannot be read: {_SHAPE}.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:  # its text may hold a piece of the password
        raise SourceUrlError(_odd_characters()) from error
    database = unquote(parts.path.removeprefix("/"))
    if not parts.username or not parts.hostname or not database:
        raise SourceUrlError(
            _odd_characters()
            if "@" not in parts.netloc and "@" in url
            else f"The source URL lacks a user, a host or a database: {_SHAPE}."
        )
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if {"user", "password"} & options.keys():
        raise SourceUrlError("User and password belong before the host: " + _SHAPE.removeprefix("it must be ") + ".")
    written = parts.password or ""
    return Address(
        system=system,
        host=parts.hostname,
        port=port or DEFAULT_PORTS[system],
        database=database,
        user=unquote(parts.username),
        password=unquote(written),
        options=options,
        _written_password=written,
    )


def _odd_characters() -> str:
    return (
        "The source URL cannot be read: write the characters / ? # @ : % [ ] of user and password as %2F %3F %23 %40 "
        "%3A %25 %5B %5D."
    )
