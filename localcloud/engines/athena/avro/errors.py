"""What can be wrong with an Avro file."""


class AvroDataError(Exception):
    """Raised when a file is gone, is no Avro file or holds a block that cannot be read.

    Its text starts with Athena's code, since it may reach the query through Arrow and DuckDB, which keep only texts.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def unreadable(file: str, reason: str) -> AvroDataError:
    """For a file that starts well."""
    return AvroDataError("HIVE_CURSOR_ERROR", f"Failed to read Avro file: {file}: {reason}")


def not_opened(file: str, reason: str) -> AvroDataError:
    return AvroDataError("HIVE_CANNOT_OPEN_SPLIT", f"Error opening Hive split: {file}: {reason}")
