"""Takes apart the JDBC URLs of MariaDB's and MySQL's drivers: where to connect, as whom, with which TLS."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote

from localcloud.engines.emr.sqoop import log
from localcloud.engines.emr.sqoop.errors import ImportFailedError, NotSupportedError

PORT = 3306
# What the drivers call the ways to use TLS, and what they come to.
SSL_MODES = {
    "disable": "DISABLED", "disabled": "DISABLED", "preferred": "PREFERRED", "trust": "REQUIRED",
    "required": "REQUIRED", "verify-ca": "VERIFY_CA", "verify_ca": "VERIFY_CA", "verify-full": "VERIFY_IDENTITY",
    "verify_identity": "VERIFY_IDENTITY",
}  # fmt: skip
WITHOUT_EFFECT = frozenset(
    [
        "allowMultiQueries", "allowPublicKeyRetrieval", "autoReconnect", "cachePrepStmts", "characterEncoding",
        "connectionCollation", "connectionTimeZone", "defaultFetchSize", "permitMysqlScheme", "prepStmtCacheSize",
        "rewriteBatchedStatements", "serverTimezone", "socketTimeout", "tcpKeepAlive", "timezone", "useCompression",
        "useCursorFetch", "useMysqlMetadata", "useServerPrepStmts", "useUnicode", "zeroDateTimeBehavior",
    ]
)  # fmt: skip


@dataclass(frozen=True)
class MySqlUrl:
    """A connection, as a JDBC URL and the login describe it."""

    host: str
    port: int
    database: str
    username: str
    password: str = field(repr=False)
    ssl_mode: str = "PREFERRED"
    certificates: str | None = None
    session: tuple[str, ...] = ()
    connect_seconds: float = 30
    tiny_int_is_bit: bool = True
    year_is_date: bool = True

    def for_connectorx(self) -> str:
        """The URL that ConnectorX takes; it must never be logged."""
        login = f"{quote(self.username, safe='')}:{quote(self.password, safe='')}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        settings = {"prefer_socket": "false"}
        if self.ssl_mode != "PREFERRED":
            settings["ssl-mode"] = self.ssl_mode
        if self.certificates:
            settings["ssl-ca"] = quote(self.certificates, safe="")
        query = "&".join(f"{name}={value}" for name, value in settings.items())
        return f"mysql://{login}@{host}:{self.port}/{quote(self.database, safe='')}?{query}"


def parse_url(url: str, username: str | None, password: str | None, extra: Mapping[str, str]) -> MySqlUrl:
    """Take `jdbc:mariadb://host[:port]/database[?name=value&…]` apart."""
    found = re.fullmatch(r"jdbc:(\w+)://([^/?]*)/?([^?]*)(?:\?(.*))?", url)
    address = re.fullmatch(r"(\[[^\]]+\]|[^:,()]+)(?::(\d+))?", found[2]) if found else None
    if found is None or address is None:
        if found and "," in found[2]:
            raise NotSupportedError("More than one host in a connect string", "Name one.")
        raise ImportFailedError(f"No suitable driver found for {url.partition('?')[0]}", "java.sql.SQLException")
    settings = dict(parse_qsl(found[4] or "", keep_blank_values=True)) | dict(extra)
    name = settings.pop("user", None)
    secret = settings.pop("password", None)
    session = settings.pop("sessionVariables", "")
    milliseconds = settings.pop("connectTimeout", "30000")
    tiny_int_is_bit = settings.pop("tinyInt1isBit", "true") != "false"
    year_is_date = settings.pop("yearIsDateType", "true") != "false"
    ssl_mode, certificates = _tls(settings, found[1])
    for unknown in sorted(settings.keys() - WITHOUT_EFFECT):
        log.warn("manager.SqlManager", f"The JDBC parameter {unknown} is unknown to this driver and ignored")
    return MySqlUrl(
        host=address[1].strip("[]"),
        port=int(address[2] or PORT),
        database=unquote(found[3]),
        username=username if username is not None else name or "",
        password=password if password is not None else secret or "",
        ssl_mode=ssl_mode,
        certificates=certificates,
        session=tuple(part for part in _split_assignments(session) if part),
        connect_seconds=max(int(milliseconds) / 1000, 1) if milliseconds.isdigit() and int(milliseconds) else 30,
        tiny_int_is_bit=tiny_int_is_bit,
        year_is_date=year_is_date,
    )


def _tls(settings: dict[str, str], driver: str) -> tuple[str, str | None]:
    """The mode, by the words of either driver, and the file of certificates that are trusted."""
    trusts = settings.pop("trustServerCertificate", "false") == "true"
    checks = settings.pop("verifyServerCertificate", "true" if driver == "mariadb" else "false") != "false"
    uses = next((settings.pop(name) for name in ("useSsl", "useSSL", "requireSSL") if name in settings), None)
    mode = settings.pop("sslMode", None)
    certificates = settings.pop("serverSslCert", None)
    if certificates and not certificates.startswith("/"):
        raise NotSupportedError(f"serverSslCert={certificates}", "Give the path of a PEM file.")
    for store in ("trustStore", "keyStore", "trustCertificateKeyStoreUrl", "clientCertificateKeyStoreUrl"):
        if store in settings:
            raise NotSupportedError(f"The JDBC parameter {store}", "Give serverSslCert, the path of a PEM file.")
    if mode is not None:
        if mode.lower() not in SSL_MODES:
            raise ImportFailedError(f"Wrong argument value '{mode}' for SslMode", "java.lang.IllegalArgumentException")
        return SSL_MODES[mode.lower()], certificates
    if uses in (None, "false"):
        return ("DISABLED" if driver == "mariadb" or uses else "PREFERRED"), certificates
    return ("VERIFY_IDENTITY" if checks and not trusts else "REQUIRED"), certificates


def _split_assignments(text: str) -> list[str]:
    """`a=1,b='x,y'` at the commas that no quotes or parentheses enclose."""
    return [part.strip() for part in re.split(r",(?=(?:[^']*'[^']*')*[^']*$)(?![^(]*\))", text)]
