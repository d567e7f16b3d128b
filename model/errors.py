"""What can go wrong in training and serving, each with the numbers a reader needs to act.

ModelError
├── HyperparameterError          a setting of the training job is unknown or out of range
├── HistoryError                 the training data cannot be used
│   ├── EmptyHistoryError        fewer rows than the minimum
│   └── HistoryFileError         a file is not Parquet or cannot be read
├── ArtefactError                the saved model is absent or of another format
└── RequestError                 a request is refused; carries its HTTP status
    ├── UnknownContentTypeError  415
    ├── UnknownAcceptError       406
    ├── BodyTooLargeError        413
    └── BadInputError            400: a row, a column or the whole body
        └── MissingFeaturesError also raised in training
"""

from collections.abc import Sequence


class ModelError(Exception):
    """Base of every error that this package raises on purpose."""


class HyperparameterError(ModelError):
    """Raised when a training job gets a setting that the model does not know or cannot use."""


class HistoryError(ModelError):
    """Raised when the training data cannot be used."""


class EmptyHistoryError(HistoryError):
    """Raised when the training channel holds fewer rows than the minimum."""

    def __init__(self, rows: int, minimum_rows: int, files: int) -> None:
        super().__init__(f"the history holds {rows} rows in {files} files; at least {minimum_rows} are needed")


class HistoryFileError(HistoryError):
    """Raised when a file of the training channel is not Parquet or cannot be read."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"cannot read {name} of the training data: {why}")


class ArtefactError(ModelError):
    """Raised when the model file is absent, damaged or of another format version."""


class RequestError(ModelError):
    """Raised when a request is refused; `status` is the HTTP status of the answer."""

    status = 400


class UnknownContentTypeError(RequestError):
    """Raised when a body comes in a format that the server does not read."""

    status = 415

    def __init__(self, content_type: str, known: Sequence[str]) -> None:
        super().__init__(f"content type {content_type[:80]!r} is not supported; send {' or '.join(known)}")


class UnknownAcceptError(RequestError):
    """Raised when the caller accepts no format that the server writes."""

    status = 406

    def __init__(self, accept: str, known: Sequence[str]) -> None:
        super().__init__(f"cannot answer with {accept[:80]!r}; accept {' or '.join(known)}")


class BodyTooLargeError(RequestError):
    """Raised when a body is larger than one SageMaker request may be."""

    status = 413

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the body is larger than {limit_bytes} bytes; send fewer rows per request")


class BadInputError(RequestError):
    """Raised when a body cannot be scored; names the row (1-based) and the column, never the content."""


class MissingFeaturesError(BadInputError):
    """Raised when columns that the model needs are not in the data."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"{len(missing)} columns are missing: {', '.join(missing)}")
