"""What Athena says when a statement fails: its categories, its error names, its wording.

AthenaQueryError
├── UserQueryError            category 2: the statement or the data is at fault, a retry fails again
│   ├── SyntaxQueryError      "line 1:8: mismatched input ..."
│   ├── NotSupportedError     "NOT_SUPPORTED: ...": this engine cannot say what Athena would answer
│   └── (named by their code: TABLE_NOT_FOUND, COLUMN_NOT_FOUND, TYPE_MISMATCH, HIVE_...)
└── ResourceQueryError        category 1: the engine ran out of something, a retry may succeed

`ErrorType` numbers follow https://docs.aws.amazon.com/athena/latest/ug/error-reference.html.
"""

SYSTEM_CATEGORY = 1
USER_CATEGORY = 2


class AthenaQueryError(Exception):
    """Raised while a statement is compiled or runs; becomes the execution's AthenaError."""

    category = USER_CATEGORY
    error_type = 1006
    retryable = False

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = f"{code}: {message}" if code else message


class UserQueryError(AthenaQueryError):
    """Raised when the statement asks for something that is not there or not allowed."""


class SyntaxQueryError(UserQueryError):
    """Raised when Athena would not parse the statement."""

    error_type = 1003


class NotSupportedError(UserQueryError):
    """Raised when the embedded engine cannot give the answer that Athena gives."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "NOT_SUPPORTED")


class ResourceQueryError(AthenaQueryError):
    """Raised when the engine's memory or the workgroup's limit of bytes ends a query."""

    category = SYSTEM_CATEGORY
    error_type = 0
    retryable = True


class QueryCancelledError(AthenaQueryError):
    """Raised inside a worker whose query was stopped."""


class CatalogConflictError(UserQueryError):
    """Raised when the catalog holds a name already, or not the one that is to change."""


def at(line: int, column: int, message: str) -> str:
    """Athena's position prefix; columns count from 1."""
    return f"line {line}:{column}: {message}"


def type_mismatch(message: str) -> UserQueryError:
    return UserQueryError(message, "TYPE_MISMATCH")


def column_not_found(name: str, line: int, column: int) -> UserQueryError:
    text = f"Column '{name}' cannot be resolved or requester is not authorized to access requested resources"
    return UserQueryError(at(line, column, text), "COLUMN_NOT_FOUND")


def table_not_found(database: str, name: str, line: int, column: int) -> UserQueryError:
    text = f"Table 'awsdatacatalog.{database}.{name}' does not exist"
    return UserQueryError(at(line, column, text), "TABLE_NOT_FOUND")


def schema_not_found(database: str, line: int, column: int) -> UserQueryError:
    return UserQueryError(at(line, column, f"Schema '{database}' does not exist"), "SCHEMA_NOT_FOUND")
