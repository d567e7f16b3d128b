"""Read the environment at the edge; fail loudly on a missing key."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TypeVar

from hourglass.errors import SettingsError

T = TypeVar("T")


def read_settings(kind: type[T], environment: Mapping[str, str]) -> T:
    """Fill the dataclass `kind` from variables named like its fields in upper case.

    Fields are `str`, `int` or `float`.

    Raises:
        SettingsError: variables are missing or not of the field's type; names all of them.
    """
    values: dict[str, str | int | float] = {}
    wrong: list[str] = []
    for field in fields(kind):  # type: ignore[arg-type]
        name = field.name.upper()
        text = environment.get(name)
        if text is None:
            wrong.append(f"{name} is missing")
            continue
        try:
            values[field.name] = {"int": int, "float": float}.get(_type_name(field.type), str)(text)
        except ValueError:
            wrong.append(f"{name}={text!r} is no {_type_name(field.type)}")
    if wrong:
        raise SettingsError("; ".join(wrong))
    return kind(**values)


def _type_name(annotation: object) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)
