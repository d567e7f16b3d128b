"""Turns a JDBC URL into a libpq connection, and libpq's errors into the JDBC driver's sentences."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

import psycopg
from psycopg.conninfo import make_conninfo

from localcloud.engines.emr.sqoop import log
from localcloud.engines.emr.sqoop.errors import DatabaseError, ImportFailedError

Connection = psycopg.Connection[tuple[Any, ...]]

SAME_IN_LIBPQ = {
    "user": "user",
    "password": "password",
    "sslmode": "sslmode",
    "sslrootcert": "sslrootcert",
    "sslcert": "sslcert",
    "sslkey": "sslkey",
    "sslpassword": "sslpassword",
    "ApplicationName": "application_name",
    "connectTimeout": "connect_timeout",
    "loginTimeout": "connect_timeout",
    "options": "options",
    "gssEncMode": "gssencmode",
    "channelBinding": "channel_binding",
}
WITHOUT_EFFECT = frozenset(
    [
        "defaultRowFetchSize",
        "prepareThreshold",
        "preparedStatementCacheQueries",
        "binaryTransfer",
        "binaryTransferEnable",
        "binaryTransferDisable",
        "reWriteBatchedInserts",
        "stringtype",
        "readOnly",
        "readOnlyMode",
        "logUnclosedConnections",
        "loggerLevel",
        "tcpKeepAlive",
        "tcpNoDelay",
        "socketTimeout",
        "cancelSignalTimeout",
        "autosave",
        "cleanupSavepoints",
        "preferQueryMode",
        "assumeMinServerVersion",
        "allowEncodingChanges",
        "disableColumnSanitiser",
        "unknownLength",
        "sendBufferSize",
        "receiveBufferSize",
        "databaseMetadataCacheFields",
        "hostRecheckSeconds",
        "loadBalanceHosts",
    ]
)
SESSION = "-c DateStyle=ISO,MDY -c TimeZone=UTC -c extra_float_digits=3 -c bytea_output=hex"


def connection_parameters(
    url: str, username: str | None, password: str | None, extra: Mapping[str, str]
) -> dict[str, str]:
    """libpq's parameters for `jdbc:postgresql://host[:port][,host…]/database[?name=value&…]`."""
    rest, _, query = url.removeprefix("jdbc:postgresql:").partition("?")
    hosts, database = "localhost", rest
    if rest.startswith("//"):
        hosts, _, database = rest[2:].partition("/")
    parameters = {"host": "", "port": ""}
    names, ports = [], []
    for host in hosts.split(","):
        match = re.fullmatch(r"(\[[^\]]+\]|[^:]*)(?::(\d+))?", host)
        if match is None:
            raise ImportFailedError(f"No suitable driver found for {url.partition('?')[0]}", "java.sql.SQLException")
        names.append(match[1].strip("[]") or "localhost")
        ports.append(match[2] or "5432")
    parameters["host"], parameters["port"] = ",".join(names), ",".join(ports)
    parameters["dbname"] = unquote(database) or (username or "")
    options = SESSION
    settings = dict(parse_qsl(query, keep_blank_values=True)) | dict(extra)
    if settings.pop("ssl", "false") in ("", "true"):
        careless = "NonValidatingFactory" in settings.pop("sslfactory", "")
        settings.setdefault("sslmode", "require" if careless else "verify-full")
    settings.pop("sslfactory", None)
    for name, value in settings.items():
        if name in SAME_IN_LIBPQ:
            parameters[SAME_IN_LIBPQ[name]] = value
        elif name == "currentSchema":
            options += f" -c search_path={value.replace(' ', '')}"
        elif name == "targetServerType":
            parameters["target_session_attrs"] = TARGETS.get(value, "any")
        elif name not in WITHOUT_EFFECT:
            log.warn("manager.SqlManager", f"The JDBC parameter {name} is unknown to this driver and ignored")
    if username is not None:
        parameters["user"] = username
    if password is not None:
        parameters["password"] = password
    parameters["options"] = f"{parameters.get('options', '')} {options}".strip()
    return parameters


TARGETS = {
    "any": "any", "primary": "primary", "master": "primary", "secondary": "standby", "slave": "standby",
    "preferSecondary": "prefer-standby", "preferSlave": "prefer-standby",
}  # fmt: skip


def open_connection(parameters: Mapping[str, str]) -> Connection:
    """Connects, or raises what the driver would have said."""
    try:
        return psycopg.connect(make_conninfo("", client_encoding="utf8", **parameters))
    except psycopg.OperationalError as error:
        raise DatabaseError(_connection_sentence(str(error), parameters)) from None


def _connection_sentence(text: str, parameters: Mapping[str, str]) -> str:
    fatal = re.search(r"(FATAL|ERROR):\s+(.*)", text)
    if fatal:
        return f"{fatal[1]}: {fatal[2].strip()}"
    where = f"{parameters['host']}:{parameters['port']}"
    if "server does not support SSL" in text:
        return "The server does not support SSL."
    if "certificate" in text or "SSL error" in text:
        return f"SSL error: {text.rsplit('failed: ', 1)[-1].removeprefix('SSL error: ').strip()}"
    if "onnection refused" in text or "No such file" in text:
        return (
            f"Connection to {where} refused. Check that the hostname and port are correct and that the "
            "postmaster is accepting TCP/IP connections."
        )
    if "no password supplied" in text:
        return "The server requested password-based authentication, but no password was provided."
    reason = text.strip().splitlines()[-1].rsplit("failed: ", 1)[-1]
    return f"The connection attempt failed. ({where}: {reason})"


def database_error(error: psycopg.Error, offset: int = 0) -> DatabaseError:
    """The driver's message: severity, sentence, then detail, hint and position; `offset` precedes the query."""
    diagnosis = error.diag
    if diagnosis.message_primary is None:
        return DatabaseError(f"An I/O error occurred while sending to the backend. ({str(error).strip()})")
    lines = [f"{diagnosis.severity_nonlocalized or diagnosis.severity}: {diagnosis.message_primary}"]
    if diagnosis.message_detail:
        lines.append(f"  Detail: {diagnosis.message_detail}")
    if diagnosis.message_hint:
        lines.append(f"  Hint: {diagnosis.message_hint}")
    if diagnosis.statement_position:
        lines.append(f"  Position: {max(1, int(diagnosis.statement_position) - offset)}")
    return DatabaseError("\n".join(lines))
