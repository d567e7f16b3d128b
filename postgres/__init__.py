"""An embedded on-premises PostgreSQL, so that the demo and the tests ingest from a real database."""

from postgres.embedded import EmbeddedPostgres
from postgres.errors import (
    EmbeddedPostgresError,
    PostgresBinariesMissingError,
    PostgresCommandFailedError,
    PostgresNeedsAnUnprivilegedUserError,
)

__all__ = [
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "PostgresBinariesMissingError",
    "PostgresCommandFailedError",
    "PostgresNeedsAnUnprivilegedUserError",
]
