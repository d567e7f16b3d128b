"""What the deployer knows of a resource type: its properties, and how to create, change and delete one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from localcloud.deploy.calls import call
from localcloud.deploy.names import physical_name

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Created:
    """A resource that exists: what Ref answers, and what GetAtt answers by attribute."""

    physical_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Deployment:
    """What a resource needs to know of the deployment; `client` answers a boto3 client of the embedded cloud."""

    stack: str
    region: str
    account: str
    folder: Path
    client: Callable[[str], Any]

    @property
    def partition(self) -> str:
        """Always the standard one."""
        return "aws"

    def arn(self, service: str, resource: str) -> str:
        """An ARN of this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True)
class Resource:
    """A resource of the template with every value resolved. `physical_id` is empty until it exists."""

    logical_id: str
    type: str
    properties: Properties
    deployment: Deployment
    physical_id: str = ""
    previous: Properties = field(default_factory=dict)

    def name(self, prop: str, longest: int = 64, lower: bool = False) -> str:
        """The name a property gives, or one made as CloudFormation makes them."""
        made = physical_name(self.deployment.stack, self.logical_id, longest, lower)
        return str(self.properties.get(prop) or made)

    def client(self, service: str) -> Any:
        """A boto3 client of the embedded cloud."""
        return self.deployment.client(service)

    def call(self, service: str, method: str, **values: Any) -> Any:
        """A call of a service's API, with the values in the types it wants."""
        return call(self.client(service), method, **values)

    def tags(self, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
        """The resource's tags with the names a service's API gives their parts."""
        given = self.properties.get("Tags") or []
        pairs = given.items() if isinstance(given, dict) else [(tag["Key"], tag["Value"]) for tag in given]
        return [{key: str(name), value: str(content)} for name, content in pairs]

    def tag_map(self) -> dict[str, str]:
        """The resource's tags by name."""
        return {tag["Key"]: tag["Value"] for tag in self.tags()}


Act = Callable[[Resource], Created]


@dataclass(frozen=True)
class Kind:
    """A resource type.

    `properties` are honoured. `without_effect` are accepted although they change nothing here; each says why.
    `update` is None when every change makes a new resource; `replaced_by` are the properties whose change does.
    """

    type: str
    properties: frozenset[str]
    create: Act
    delete: Callable[[Resource], None]
    update: Act | None = None
    replaced_by: frozenset[str] = frozenset()
    without_effect: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def known(self) -> frozenset[str]:
        """Every property the type may have."""
        return self.properties | frozenset(self.without_effect)


def kind(
    name: str,
    properties: str,
    create: Act,
    delete: Callable[[Resource], None],
    update: Act | None = None,
    replaced_by: str = "",
    without_effect: Mapping[str, str] | None = None,
) -> Kind:
    """A Kind, its property names separated by spaces."""
    return Kind(
        f"AWS::{name}",
        frozenset(properties.split()),
        create,
        delete,
        update,
        frozenset(replaced_by.split()),
        without_effect or {},
    )


def picked(properties: Properties, names: str) -> dict[str, Any]:
    """Those of the named properties that are given."""
    return {name: properties[name] for name in names.split() if name in properties}


def truth(value: Any) -> bool:
    """A property that is true or false, which parameters carry as text."""
    return value if isinstance(value, bool) else str(value).lower() == "true"


def lowered(value: Any) -> Any:
    """A structure with camelCase keys, as some APIs name what CloudFormation writes in PascalCase."""
    if isinstance(value, list):
        return [lowered(item) for item in value]
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: lowered(item) for key, item in value.items()}
    return value
