"""How Athena refuses a request."""

from moto.core.exceptions import JsonRESTError


class InvalidRequestError(JsonRESTError):
    """Raised when a request cannot be accepted; InvalidRequestException on the wire."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("InvalidRequestException", message)


class MetadataError(JsonRESTError):
    """Raised when a database or table is asked for that is not there; MetadataException on the wire."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("MetadataException", message)


class ResourceNotFoundError(JsonRESTError):
    """Raised when a prepared statement is asked for that is not there."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("ResourceNotFoundException", message)
