"""Resolves the intrinsic functions of a template and says which resources a value depends on."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from localcloud.deploy.errors import TemplateError

NO_VALUE = object()
_PLACE = re.compile(r"\$\{(!?)([^}]*)\}")


@dataclass
class Scope:
    """What a value can refer to. `attributes` fills up while resources are created: logical id → name → value."""

    names: dict[str, Any]
    mappings: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def resolve(self, value: Any) -> Any:
        """The value without intrinsic functions; NO_VALUE for AWS::NoValue."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        function = _function(value)
        if function is not None:
            return _FUNCTIONS[function](self, value[function])
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}

    def holds(self, condition: str) -> bool:
        """Whether a condition of the template is true."""
        if condition not in self.conditions:
            raise TemplateError(f"The condition {condition} does not exist.")
        return bool(self._condition(self.conditions[condition]))

    def _condition(self, value: Any) -> bool:
        if isinstance(value, dict) and set(value) == {"Condition"}:
            return self.holds(value["Condition"])
        function, content = next(iter(value.items()))
        if function == "Fn::And":
            return all(self._condition(part) for part in content)
        if function == "Fn::Or":
            return any(self._condition(part) for part in content)
        if function == "Fn::Not":
            return not self._condition(content[0])
        if function == "Fn::Equals":
            first, second = (self.resolve(part) for part in content)
            return str(first) == str(second)
        raise TemplateError(f"A condition cannot use {function}.")

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        if name not in self.names:
            raise TemplateError(f"Ref {name} leads nowhere: there is no such parameter or created resource.")
        return self.names[name]

    def _get_att(self, content: Any) -> Any:
        logical_id, _, attribute = content.partition(".") if isinstance(content, str) else (content[0], ".", content[1])
        attributes = self.attributes.get(logical_id)
        if attributes is None:
            raise TemplateError(f"GetAtt {logical_id}.{attribute} leads nowhere: there is no such created resource.")
        if attribute not in attributes:
            known = ", ".join(sorted(attributes))
            raise TemplateError(f"GetAtt {logical_id}.{attribute} is not supported; there are: {known}.")
        return attributes[attribute]

    def _sub(self, content: Any) -> str:
        text, values = (content, {}) if isinstance(content, str) else content
        resolved = {name: self.resolve(value) for name, value in values.items()}

        def replacement(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return "${" + name + "}"
            name = name.strip()
            if name in resolved:
                return str(resolved[name])
            return str(self._get_att(name) if "." in name else self._ref(name))

        return _PLACE.sub(replacement, text)

    def _find_in_map(self, content: Any) -> Any:
        name, first, second = (self.resolve(part) for part in content[:3])
        try:
            return self.resolve(self.mappings[name][first][second])
        except KeyError as error:
            raise TemplateError(f"FindInMap [{name}, {first}, {second}] leads nowhere.") from error

    def _if(self, content: Any) -> Any:
        condition, then, otherwise = content
        return self.resolve(then if self.holds(condition) else otherwise)

    def _select(self, content: Any) -> Any:
        index, items = self.resolve(content[0]), self.resolve(content[1])
        if not isinstance(items, list) or int(index) >= len(items):
            raise TemplateError(f"Select {index} is outside of the list {items}.")
        return items[int(index)]


def _refuse(what: str) -> Callable[[Scope, Any], Any]:
    def refused(_scope: Scope, content: Any) -> Any:
        raise TemplateError(f"{what} is not supported by the embedded cloud (used with {json.dumps(content)[:200]}).")

    return refused


_FUNCTIONS: dict[str, Callable[[Scope, Any], Any]] = {
    "Ref": Scope._ref,
    "Fn::GetAtt": Scope._get_att,
    "Fn::Sub": Scope._sub,
    "Fn::FindInMap": Scope._find_in_map,
    "Fn::If": Scope._if,
    "Fn::Select": Scope._select,
    "Fn::Join": lambda scope, content: str(content[0]).join(str(part) for part in scope.resolve(content[1])),
    "Fn::Split": lambda scope, content: str(scope.resolve(content[1])).split(content[0]),
    "Fn::ToJsonString": lambda scope, content: json.dumps(scope.resolve(content)),
    "Fn::GetAZs": lambda scope, content: [
        f"{scope.resolve(content) or scope.names['AWS::Region']}{zone}" for zone in "abc"
    ],
    "Fn::ImportValue": _refuse("Fn::ImportValue"),
    "Fn::Base64": _refuse("Fn::Base64"),
    "Fn::Cidr": _refuse("Fn::Cidr"),
    "Fn::Transform": _refuse("Fn::Transform"),
    "Fn::Length": _refuse("Fn::Length"),
    "Fn::ForEach": _refuse("Fn::ForEach"),
}


def _function(value: Mapping[str, Any]) -> str | None:
    if len(value) != 1:
        return None
    name = next(iter(value))
    if name.startswith("Fn::") and name not in _FUNCTIONS:
        raise TemplateError(f"The function {name} is not supported by the embedded cloud.")
    return name if name in _FUNCTIONS else None


def references(value: Any) -> set[str]:
    """Every name that Ref, GetAtt and Sub within the value mention."""
    if isinstance(value, list):
        return set().union(*map(references, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    function = _function(value)
    if function == "Ref":
        return {value["Ref"]}
    if function == "Fn::GetAtt":
        content = value[function]
        return {content.partition(".")[0] if isinstance(content, str) else content[0]}
    if function == "Fn::Sub":
        text, values = (value[function], {}) if isinstance(value[function], str) else value[function]
        named = {match[2].strip().partition(".")[0] for match in _PLACE.finditer(text) if not match[1]}
        return (named - set(values)) | references(values)
    return set().union(*map(references, value.values())) if value else set()
