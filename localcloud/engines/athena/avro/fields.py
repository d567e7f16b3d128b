"""Says a writer's schema in words that polars understands and that have the same bytes.

polars decodes no enums that may be null, no maps, no nulls, no unions of one type and no types that are named again.
On the wire an enum is an int, a map is an array of pairs, a null is nothing at all and a union of one type is that
type behind a zero; so polars is told these, and DuckDB makes the value of them again.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localcloud.engines.athena.errors import NotSupportedError
from localcloud.engines.avro_header import AvroHeader

MAX_PRECISION = 38
PRIMITIVES = ("boolean", "int", "long", "float", "double", "bytes", "string")
_SAME_BYTES = {  # by the type below: the logical type to tell polars. Without a time zone, as Athena's timestamps are
    ("int", "date"): "date",
    ("long", "timestamp-millis"): "local-timestamp-millis",
    ("long", "timestamp-micros"): "local-timestamp-micros",
    ("long", "local-timestamp-millis"): "local-timestamp-millis",
    ("long", "local-timestamp-micros"): "local-timestamp-micros",
}
_NANOSECONDS = ("timestamp-nanos", "local-timestamp-nanos")
Sql = Callable[[str], str]


@dataclass(frozen=True)
class Told:
    """A type as polars is told it, and the DuckDB expression that makes the value of what polars reads."""

    type: Any
    sql: Sql | None = None

    def value(self, name: str) -> str:
        return self.sql(name) if self.sql else name


@dataclass(frozen=True)
class Rows:
    """The rows of a file: a schema for polars, and by lower-case name each field's own name and how its value is made.

    A field that is always null has no name: it has no bytes either.
    """

    schema: str
    columns: Mapping[str, tuple[str | None, Told]]


def rows_of(header: AvroHeader) -> Rows:
    """Raises NotSupportedError for a schema with a type that Athena's tables cannot have."""
    teller = _Teller()
    columns: dict[str, tuple[str | None, Told]] = {}
    fields = []
    for field in header.fields:
        told = teller.tell(field["type"])
        columns[field["name"].lower()] = (None if told is None else field["name"], told or Told(None, _null))
        if told is not None:
            fields.append({"name": field["name"], "type": told.type})
    return Rows(json.dumps({"type": "record", "name": "row", "fields": fields}), columns)


class _Teller:
    """Goes down a schema; knows the types that were named on the way, and those it is inside of."""

    def __init__(self) -> None:
        self._named: dict[str, Any] = {}
        self._inside: list[str] = []
        self._given = 0

    def tell(self, avro: Any) -> Told | None:
        """None for null."""
        if isinstance(avro, list):
            return self._union(avro)
        if isinstance(avro, str):
            if avro == "null":
                return None
            if avro in PRIMITIVES:
                return Told(avro)
            if avro not in self._named:
                raise NotSupportedError(f"the Avro type {avro} is not known")
            return self.tell(self._named[avro])
        kind, logical = avro["type"], avro.get("logicalType")
        if isinstance(kind, (dict, list)):
            return self.tell(kind)
        if kind in ("record", "error", "enum", "fixed"):
            self._name(avro)
        nested = {"record": self._record, "error": self._record, "array": self._array, "map": self._map}
        if kind in nested:
            return nested[kind](avro)
        if kind == "enum":
            return _enum(avro["symbols"])
        if logical == "decimal" and avro.get("precision", 0) <= MAX_PRECISION:
            return Told(self._storage(avro) | {key: avro[key] for key in ("precision", "scale") if key in avro})
        if kind == "fixed":
            return Told(self._storage({"type": "fixed", "size": avro["size"]}))
        if (kind, logical) in _SAME_BYTES:
            return Told({"type": kind, "logicalType": _SAME_BYTES[kind, logical]})
        if kind == "long" and logical in _NANOSECONDS:
            return Told("long", lambda name: f"make_timestamp_ns({name})")
        return self.tell(kind)

    def _name(self, avro: dict[str, Any]) -> None:
        """A type may be named again by its name, or by its name behind its namespace."""
        name, space = avro["name"], avro.get("namespace", "")
        self._named[name] = self._named[name.rsplit(".", 1)[-1]] = avro
        if space:
            self._named[f"{space}.{name}"] = avro

    def _storage(self, avro: dict[str, Any]) -> dict[str, Any]:
        if avro["type"] != "fixed":
            return {"type": avro["type"], "logicalType": avro["logicalType"]}
        self._given += 1
        held = {"type": "fixed", "name": f"fixed_{self._given}", "size": avro["size"]}
        return held | ({"logicalType": avro["logicalType"]} if "logicalType" in avro else {})

    def _union(self, branches: list[Any]) -> Told | None:
        others = [branch for branch in branches if branch != "null"]
        if not others:
            return None
        if len(others) > 1:
            raise NotSupportedError(f"a union of {len(others)} Avro types is not supported by this engine")
        told = self._some(others[0])
        if len(branches) == 1:
            pair = self._pair({"branch": "long", "value": told.type})
            return Told(pair, lambda name: told.value(f"struct_extract({name}, 'value')"))
        return Told([branch if branch == "null" else told.type for branch in branches], told.sql)

    def _some(self, avro: Any) -> Told:
        told = self.tell(avro)
        if told is None:
            raise NotSupportedError("an array, map or union of Avro nulls is not supported by this engine")
        return told

    def _pair(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        self._given += 1
        return {
            "type": "record",
            "name": f"record_{self._given}",
            "fields": [{"name": name, "type": kind} for name, kind in fields.items()],
        }

    def _record(self, avro: dict[str, Any]) -> Told:
        if avro["name"] in self._inside:
            raise NotSupportedError(f"the Avro type {avro['name']} holds itself, which is not supported by this engine")
        self._inside.append(avro["name"])
        told = {field["name"]: self.tell(field["type"]) for field in avro["fields"]}
        self._inside.pop()
        held = {name: field for name, field in told.items() if field is not None}
        if not held:
            raise NotSupportedError(f"the Avro record {avro['name']} has no values")
        pair = self._pair({name: field.type for name, field in held.items()})
        if len(held) == len(told) and not any(field.sql for field in held.values()):
            return Told(pair)

        def made(name: str) -> str:
            parts = []
            for key, field in told.items():
                literal = _literal(key)
                parts.append(f"{literal}: {field.value(f'struct_extract({name}, {literal})') if field else 'NULL'}")
            return f"CASE WHEN {name} IS NOT NULL THEN {{{', '.join(parts)}}} END"

        return Told(pair, made)

    def _array(self, avro: dict[str, Any]) -> Told:
        items = self._some(avro["items"])
        return Told({"type": "array", "items": items.type}, _each(items.sql))

    def _map(self, avro: dict[str, Any]) -> Told:
        values = self._some(avro["values"])
        pairs = {"type": "array", "items": self._pair({"key": "string", "value": values.type})}
        if values.sql is None:
            return Told(pairs, lambda name: f"map_from_entries({name})")
        inner = values.sql
        each = _each(lambda pair: f"{{'key': {pair}.key, 'value': {inner(f'{pair}.value')}}}")
        return Told(pairs, lambda name: f"map_from_entries({each(name) if each else name})")


def _enum(symbols: list[str]) -> Told:
    listed = ", ".join(_literal(symbol) for symbol in symbols)
    return Told("int", lambda name: f"list_extract([{listed}], {name} + 1)")


def _each(sql: Sql | None) -> Sql | None:
    if sql is None:
        return None
    return lambda name: f"list_transform({name}, lambda item: {sql('item')})"


def _null(_name: str) -> str:
    return "NULL"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
