"""What can go wrong with the embedded MariaDB.

EmbeddedMariaDBError
├── MariaDBBinariesMissingError  there is no server for this machine, or it cannot be fetched
├── MariaDBChecksumError         what was fetched is not what was pinned
└── MariaDBCommandFailedError    the server ended with an error
"""


class EmbeddedMariaDBError(Exception):
    """Raised when the embedded MariaDB cannot do what was asked; the text says what to do."""


class MariaDBBinariesMissingError(EmbeddedMariaDBError):
    """Raised before anything is started, when this machine cannot have the server."""


class MariaDBChecksumError(EmbeddedMariaDBError):
    """Raised when the fetched archive has another SHA-256 than the pinned one."""


class MariaDBCommandFailedError(EmbeddedMariaDBError):
    """Raised when the server does not come up; carries the last lines it wrote."""

    def __init__(self, what: str, output: str) -> None:
        tail = " | ".join(line.strip() for line in output.splitlines()[-6:] if line.strip())
        super().__init__(f"{what}: {tail or 'no output'}")
        self.output = output
