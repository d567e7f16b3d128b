"""An embedded MariaDB, so that tests and benchmarks ingest from a real server of the MySQL family."""

from mariadb.embedded import EmbeddedMariaDB
from mariadb.errors import EmbeddedMariaDBError, MariaDBBinariesMissingError, MariaDBCommandFailedError

__all__ = [
    "EmbeddedMariaDB",
    "EmbeddedMariaDBError",
    "MariaDBBinariesMissingError",
    "MariaDBCommandFailedError",
]
