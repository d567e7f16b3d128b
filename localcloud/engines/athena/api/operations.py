"""What all operations have: the request's parameters, moto's state, the region's engine, pages of a list."""

from typing import Any

from moto.athena.models import AthenaBackend
from moto.athena.responses import AthenaResponse

from localcloud.engines.athena.server import RegionalAthena, serving


class Operations:
    """Operations of Athena by their names on the wire; those of a subclass that start with no underscore."""

    def __init__(self, response: AthenaResponse) -> None:
        self._response = response
        self._backend: AthenaBackend = response.athena_backend
        self._region: RegionalAthena = serving().region(response.region)

    def _param(self, name: str, default: Any = None) -> Any:
        value = self._response._get_param(name)
        return default if value is None else value

    def _paged(self, name: str, items: list[Any], default: int) -> dict[str, Any]:
        start, limit = int(self._param("NextToken", 0)), int(self._param("MaxResults", default))
        result: dict[str, Any] = {name: items[start : start + limit]}
        return result | ({"NextToken": str(start + limit)} if len(items) > start + limit else {})
