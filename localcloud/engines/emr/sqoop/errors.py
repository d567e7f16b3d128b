"""What can go wrong in an import, in the words Sqoop and its JDBC driver use.

SqoopError
├── InvalidOptionsError     the arguments are wrong: printed as it is
├── NotSupportedError       Sqoop knows it, this importer does not: named
├── ImportFailedError       "Import failed: …" with an exception class
└── DatabaseError           the database refused: the JDBC driver's own sentence
"""


class SqoopError(Exception):
    """Base of everything that ends an import with exit code 1."""


class InvalidOptionsError(SqoopError):
    """Raised when the arguments are incomplete or contradict each other."""


class NotSupportedError(SqoopError):
    """Raised for an argument or value that Apache Sqoop has and this importer has not."""

    def __init__(self, what: str, instead: str = "") -> None:
        super().__init__(f"{what} is not supported on this cluster.{' ' + instead if instead else ''}")


class ImportFailedError(SqoopError):
    """Raised when the import cannot go on; `java_class` is the exception Sqoop would name."""

    def __init__(self, message: str, java_class: str = "org.apache.sqoop.util.ImportException") -> None:
        super().__init__(message)
        self.java_class = java_class


class DatabaseError(SqoopError):
    """Raised with the sentence that the JDBC driver has for the failure; `java_class` is its exception."""

    def __init__(self, message: str, java_class: str = "org.postgresql.util.PSQLException") -> None:
        super().__init__(message)
        self.java_class = java_class

    def __str__(self) -> str:
        return f"{self.java_class}: {self.args[0]}"
