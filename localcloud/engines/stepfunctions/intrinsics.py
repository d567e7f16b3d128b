"""Evaluates the intrinsic functions of the Amazon States Language: `States.Format('{}', $.name)`."""

import base64
import hashlib
import json
import random
import re
import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from localcloud.engines.stepfunctions.errors import StateError
from localcloud.engines.stepfunctions.jsonpath import InvalidPathError, read

_TOKEN = re.compile(r"\s*(?:'((?:[^'\\]|\\.)*)'|(-?\d+(?:\.\d+)?)|(true|false|null)\b|(States\.\w+)\s*\(|([(),])|(\$))")
Node = tuple[str, Any]


class IntrinsicError(StateError):
    """Raised when a function gets arguments it cannot work on."""

    def __init__(self, cause: str) -> None:
        super().__init__("States.IntrinsicFailure", cause)


def evaluate(expression: str, data: Any, context: Any) -> Any:
    """The value of a function call, its paths read from the data and the context object."""
    return _value(parse(expression), data, context)


@lru_cache(maxsize=2048)
def parse(expression: str) -> Node:
    """The call as a tree; InvalidPathError when it is not one."""
    node, end = _parse(expression, 0)
    if expression[end:].strip():
        raise InvalidPathError(f"The expression {expression!r} has text after its end.")
    return node


def _parse(text: str, position: int) -> tuple[Node, int]:
    match = _TOKEN.match(text, position)
    if match is None:
        raise InvalidPathError(f"The expression {text!r} cannot be read from position {position} on.")
    string, number, word, function, _, path = match.groups()
    if string is not None:
        return ("value", re.sub(r"\\(.)", r"\1", string)), match.end()
    if number is not None:
        return ("value", json.loads(number)), match.end()
    if word is not None:
        return ("value", json.loads(word)), match.end()
    if path is not None:
        end = _path_end(text, match.end())
        return ("path", text[match.end() - 1 : end].strip()), end
    if function is None:
        raise InvalidPathError(f"The expression {text!r} lacks an argument at position {position}.")
    if function not in FUNCTIONS:
        raise InvalidPathError(f"{function} is not an intrinsic function.")
    return _parse_arguments(text, function, match.end())


def _parse_arguments(text: str, function: str, position: int) -> tuple[Node, int]:
    arguments: list[Node] = []
    empty = re.compile(r"\s*\)").match(text, position)
    if empty:
        return ("call", (function, arguments)), empty.end()
    while True:
        node, position = _parse(text, position)
        arguments.append(node)
        match = re.compile(r"\s*([,)])").match(text, position)
        if match is None:
            raise InvalidPathError(f"The expression {text!r} lacks a closing parenthesis.")
        position = match.end()
        if match.group(1) == ")":
            return ("call", (function, arguments)), position


def _path_end(text: str, position: int) -> int:
    depth = 0
    for index in range(position, len(text)):
        if text[index] in "[(":
            depth += 1
        elif text[index] in "])":
            if depth == 0:
                return index
            depth -= 1
        elif text[index] == "," and depth == 0:
            return index
    return len(text)


def _value(node: Node, data: Any, context: Any) -> Any:
    kind, content = node
    if kind == "value":
        return content
    if kind == "path":
        return read(content, data, context)
    function, arguments = content
    values = [_value(argument, data, context) for argument in arguments]
    try:
        return FUNCTIONS[function](*values)
    except (TypeError, ValueError, KeyError, IndexError) as error:
        raise IntrinsicError(f"{function} failed on {json.dumps(values, default=str)[:500]}: {error}") from error


def _format(template: str, *values: Any) -> str:
    parts = re.split(r"(?<!\\)\{\}", template)
    if len(parts) != len(values) + 1:
        raise ValueError(f"{len(parts) - 1} places but {len(values)} values")
    texts = [value if isinstance(value, str) else json.dumps(value, separators=(",", ":")) for value in values]
    joined = parts[0] + "".join(text + part for text, part in zip(texts, parts[1:], strict=True))
    return joined.replace("\\{", "{").replace("\\}", "}")


def _partition(items: list[Any], size: int) -> list[list[Any]]:
    if size < 1:
        raise ValueError(f"a chunk of {size}")
    return [items[start : start + size] for start in range(0, len(items), size)]


def _range(start: int, end: int, step: int) -> list[int]:
    values = list(range(start, end + (1 if step > 0 else -1), step))
    if len(values) > 1000:
        raise ValueError(f"{len(values)} values, of 1000 allowed")
    return values


def _unique(items: list[Any]) -> list[Any]:
    return list({json.dumps(item, sort_keys=True): item for item in reversed(items)}.values())[::-1]


def _merge(first: dict[str, Any], second: dict[str, Any], deep: bool) -> dict[str, Any]:
    if deep:
        raise ValueError("only a shallow merge is supported")
    return {**first, **second}


def _random(start: int, end: int, seed: int | None = None) -> int:
    source = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311 - a seed asks for repetition
    return source.randrange(start, end)


def _hash(value: Any, algorithm: str) -> str:
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    name = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}[algorithm]
    return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "States.Format": _format,
    "States.StringToJson": lambda text: json.loads(text),
    "States.JsonToString": lambda value: json.dumps(value, separators=(",", ":")),
    "States.Array": lambda *values: list(values),
    "States.ArrayPartition": _partition,
    "States.ArrayContains": lambda items, item: item in items,
    "States.ArrayRange": _range,
    "States.ArrayGetItem": lambda items, index: items[index],
    "States.ArrayLength": lambda items: len(items),
    "States.ArrayUnique": _unique,
    "States.Base64Encode": lambda text: base64.b64encode(text.encode()).decode(),
    "States.Base64Decode": lambda text: base64.b64decode(text).decode(),
    "States.Hash": _hash,
    "States.JsonMerge": _merge,
    "States.MathRandom": _random,
    "States.MathAdd": lambda first, second: first + second,
    "States.StringSplit": lambda text, marks: [part for part in re.split(f"[{re.escape(marks)}]", text) if part],
    "States.UUID": lambda: str(uuid.uuid4()),
}
