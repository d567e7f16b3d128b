"""What keeps the doctor from examining a database; one sentence each, never a password in it.

DoctorError
├── SourceUrlError         the URL cannot be read: the call was wrong
├── MappingError           the mapping cannot be read: the call was wrong
├── UnreachableError       nobody answers, or not in the way that was asked for
├── TooOldError            the server lacks what an ingest or the doctor asks of it
├── QueryRefusedError      the database refuses one statement
└── QueryTimeoutError      one statement took longer than it may
"""


class DoctorError(Exception):
    """Raised with one sentence that says what to do."""


class SourceUrlError(DoctorError):
    """Raised when a URL does not name a database that can be examined."""


class MappingError(DoctorError):
    """Raised when a mapping does not exist or does not fit the kind of database."""


class UnreachableError(DoctorError):
    """Raised when no session can be opened, or when it is lost."""


class TooOldError(DoctorError):
    """Raised when the server is older than the oldest that can be ingested."""


class QueryRefusedError(DoctorError):
    """Raised when the database refuses a statement; carries its words."""


class QueryTimeoutError(DoctorError):
    """Raised when a statement was stopped after the time that it was given."""
