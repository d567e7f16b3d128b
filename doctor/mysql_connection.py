"""How a session on MariaDB or MySQL is opened: with the TLS that the JDBC driver of its URL would use."""

import ssl
from pathlib import Path
from typing import Any

import pymysql

from doctor.address import Address
from doctor.errors import SourceUrlError

CONNECT_SECONDS = 10
READ_SECONDS = 35  # longer than any statement may take
_SSL_MODES = {
    "disable": "disable",
    "disabled": "disable",
    "prefer": "prefer",
    "preferred": "prefer",
    "trust": "trust",
    "require": "trust",
    "required": "trust",
    "verify-ca": "verify-ca",
    "verify_ca": "verify-ca",
    "verify-full": "verify-full",
    "verify_identity": "verify-full",
}  # MariaDB's words and MySQL's


def ssl_mode(address: Address) -> str:
    """`disable`, `prefer`, `trust`, `verify-ca` or `verify-full`: as the URL says, or as its driver does by itself.

    Without `sslMode`, MariaDB Connector/J does not encrypt, and MySQL Connector/J encrypts if the server can.

    Raises:
        SourceUrlError: there is no such mode.
    """
    said = address.option("sslMode").lower()
    if not said:
        return "disable" if address.system == "mariadb" else "prefer"
    if said not in _SSL_MODES:
        raise SourceUrlError(f"sslMode must be one of {', '.join(_SSL_MODES)}, not {said}.")
    return _SSL_MODES[said]


def connect(address: Address, **options: Any) -> "pymysql.Connection[Any]":
    """Open a session.

    Raises:
        pymysql.Error: nobody answers, or not as one should.
    """
    mode = ssl_mode(address)
    if mode == "disable":
        options["ssl_disabled"] = True
    elif mode != "prefer":
        options["ssl"] = tls_context(mode, address.option("serverSslCert"))
    return pymysql.connect(
        host=address.host,
        port=address.port,
        user=address.user,
        password=address.password,
        database=address.database,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        charset="utf8mb4",
        autocommit=True,
        program_name="hourglass doctor",
        **options,
    )


def tls_context(mode: str, certificate: str) -> ssl.SSLContext:
    """What a mode demands of the server's certificate."""
    context = ssl.create_default_context(cafile=certificate if certificate and Path(certificate).is_file() else None)
    context.check_hostname = mode == "verify-full"
    context.verify_mode = ssl.CERT_REQUIRED if mode in ("verify-ca", "verify-full") else ssl.CERT_NONE
    return context
