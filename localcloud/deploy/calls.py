"""Makes service calls from template values: text becomes the number the API wants, unknown fields are named."""

import json
from typing import Any

from localcloud.deploy.errors import UnsupportedResourceError


def call(client: Any, method: str, **values: Any) -> Any:
    """Calls the API with the values in its types; None leaves a parameter out.

    UnsupportedResourceError names a nested field that the API does not have.
    """
    return getattr(client, method)(**coerced(client, method, **values))


def coerced(client: Any, method: str, **values: Any) -> dict[str, Any]:
    """The values in the types that the API wants."""
    operation = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
    given = {name: value for name, value in values.items() if value is not None}
    shaped: dict[str, Any] = _as_shape(operation.input_shape, given, operation.name)
    return shaped


def _as_shape(shape: Any, value: Any, place: str) -> Any:
    if shape is None:
        return value
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            raise UnsupportedResourceError(f"{place} is {value!r}, not an object.")
        if getattr(shape, "is_document_type", False):
            return value
        unknown = sorted(set(value) - set(shape.members))
        if unknown:
            raise UnsupportedResourceError(
                f"{place} has the field {unknown[0]}, which the service's API does not have."
            )
        return {name: _as_shape(shape.members[name], item, f"{place}.{name}") for name, item in value.items()}
    if kind == "list":
        if not isinstance(value, list):
            raise UnsupportedResourceError(f"{place} is {value!r}, not a list.")
        return [_as_shape(shape.member, item, f"{place}[{number}]") for number, item in enumerate(value)]
    if kind == "map":
        return {str(key): _as_shape(shape.value, item, f"{place}.{key}") for key, item in value.items()}
    return _scalar(kind, value, place)


def _scalar(kind: str, value: Any, place: str) -> Any:
    try:
        if kind in ("integer", "long"):
            return int(value)
        if kind in ("float", "double"):
            return float(value)
    except (TypeError, ValueError) as error:
        raise UnsupportedResourceError(f"{place} is {value!r}, not a number.") from error
    if kind == "boolean":
        if str(value).lower() not in ("true", "false"):
            raise UnsupportedResourceError(f"{place} is {value!r}, neither true nor false.")
        return str(value).lower() == "true"
    if kind == "string":
        if isinstance(value, bool):
            return str(value).lower()
        return json.dumps(value) if isinstance(value, dict | list) else str(value)
    return value
