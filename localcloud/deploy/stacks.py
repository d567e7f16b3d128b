"""Brings a stack to what its template says: creates, updates in place, replaces and deletes resources."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localcloud.deploy.check import check_template, checked_kind
from localcloud.deploy.digests import tree_digest
from localcloud.deploy.errors import DeployError, ResourceFailedError, TemplateError
from localcloud.deploy.graph import dependencies, ordered
from localcloud.deploy.intrinsics import Scope
from localcloud.deploy.kinds import Act, Created, Deployment, Kind, Resource
from localcloud.deploy.parameters import checked
from localcloud.deploy.records import DeployedResource, StackRecord
from localcloud.deploy.resources import find
from localcloud.deploy.template import LOCAL, local_path

_CONTENT = "#content"  # a digest of the local files a resource names, kept among its recorded properties


class StackUpdate:
    """One deployment of one stack."""

    def __init__(self, path: Path, template: Mapping[str, Any], record: StackRecord, deployment: Deployment) -> None:
        self._path = path
        self._template = template
        self._record = record
        self._deployment = deployment

    def run(self, parameters: Mapping[str, str]) -> None:
        """Applies the template; what has been done is recorded even when a later resource fails."""
        check_template(self._path, self._template)
        scope = self._scope(checked(self._template.get("Parameters", {}), parameters, self._path))
        wanted = {
            name: resource
            for name, resource in self._template["Resources"].items()
            if "Condition" not in resource or scope.holds(resource["Condition"])
        }
        kinds = {name: checked_kind(self._path, name, resource) for name, resource in wanted.items()}
        for name in ordered(wanted):
            self._apply(name, wanted[name], kinds[name], scope)
        self._remove_all_but(set(wanted))
        outputs = {
            name: scope.resolve(output["Value"])
            for name, output in self._template.get("Outputs", {}).items()
            if "Condition" not in output or scope.holds(output["Condition"])
        }
        self._record.outputs = {name: str(value) for name, value in outputs.items()}

    def delete(self) -> None:
        """Deletes every resource that is not retained."""
        self._remove_all_but(set())

    def _scope(self, parameters: Mapping[str, Any]) -> Scope:
        deployment = self._deployment
        pseudo = {
            "AWS::AccountId": deployment.account,
            "AWS::Region": deployment.region,
            "AWS::Partition": deployment.partition,
            "AWS::StackName": deployment.stack,
            "AWS::StackId": deployment.arn("cloudformation", f"stack/{deployment.stack}/local"),
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NotificationARNs": [],
        }
        return Scope({**pseudo, **parameters}, self._template.get("Mappings", {}), self._template.get("Conditions", {}))

    def _apply(self, name: str, declared: Mapping[str, Any], kind: Kind, scope: Scope) -> None:
        properties = self._at(name, kind, lambda: scope.resolve(declared.get("Properties") or {}))
        compared = self._with_content(properties)
        held = self._record.resources.get(name)
        if held and held.type == kind.type and held.properties == compared:
            created = Created(held.physical_id, held.attributes)
        else:
            created = self._at(name, kind, lambda: self._bring(name, kind, properties, compared, held))
        retained = declared.get("DeletionPolicy", "Delete").startswith("Retain")
        needed = sorted(dependencies(declared) & set(self._template["Resources"]))
        attributes = dict(created.attributes)
        self._record.resources[name] = DeployedResource(
            kind.type, created.physical_id, attributes, compared, needed, retained
        )
        scope.names[name] = created.physical_id
        scope.attributes[name] = attributes

    def _bring(
        self,
        name: str,
        kind: Kind,
        properties: Mapping[str, Any],
        compared: Mapping[str, Any],
        held: DeployedResource | None,
    ) -> Created:
        wanted = Resource(name, kind.type, properties, self._deployment)
        if held is None:
            return kind.create(wanted)
        changed = {prop for prop in {*compared, *held.properties} if compared.get(prop) != held.properties.get(prop)}
        same = held.type == kind.type
        update: Act | None = kind.update if same and not changed & kind.replaced_by else None
        if update:
            current = Resource(name, kind.type, properties, self._deployment, held.physical_id, held.properties)
            return update(current)
        self._delete(name, held)
        return kind.create(wanted)

    def _with_content(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        compared: dict[str, Any] = json.loads(json.dumps(properties, default=str))
        paths = [path for value in properties.values() if (path := self._local(value)) is not None]
        if paths:
            compared[_CONTENT] = [tree_digest(path) for path in paths]
            self._record.local_paths = sorted({*self._record.local_paths, *map(str, paths)})
        return compared

    def _local(self, value: Any) -> Path | None:
        if not isinstance(value, dict):
            return None
        bucket, key = value.get("S3Bucket", value.get("Bucket")), value.get("S3Key", value.get("Key"))
        return local_path(bucket, key, self._deployment.folder) if bucket == LOCAL else None

    def _remove_all_but(self, kept: set[str]) -> None:
        gone = {name: held for name, held in self._record.resources.items() if name not in kept}
        for name in _dependents_first(gone):
            held = self._record.resources.pop(name)
            if not held.retained:
                self._at(name, None, lambda name=name, held=held: self._delete(name, held))  # type: ignore[misc]

    def _delete(self, name: str, held: DeployedResource) -> None:
        kind = find(held.type)
        if kind is None:
            raise TemplateError(f"{name} has the type {held.type}, which this version does not handle any more.")
        properties = {prop: value for prop, value in held.properties.items() if prop != _CONTENT}
        resource = Resource(name, held.type, properties, self._deployment, held.physical_id)
        try:
            kind.delete(resource)
        except ClientError as error:
            if not _is_missing(error):
                raise

    def _at(self, name: str, kind: Kind | None, act: Callable[[], Any]) -> Any:
        place = f"{self._path}: {name}" + (f" ({kind.type})" if kind else "")
        try:
            return act()
        except DeployError as error:
            raise type(error)(f"{place}: {error}") from error
        except KeyError as error:
            raise TemplateError(f"{place} lacks {error}.") from error
        except (ClientError, BotoCoreError) as error:
            raise ResourceFailedError(f"{place} failed: {error}") from error


def _dependents_first(resources: Mapping[str, DeployedResource]) -> list[str]:
    graph = {
        name: {"DependsOn": [need for need in held.depends_on if need in resources]} for name, held in resources.items()
    }
    return ordered(graph)[::-1]


def _is_missing(error: ClientError) -> bool:
    code = str(error.response["Error"]["Code"])
    return any(word in code for word in ("NotFound", "NoSuch", "DoesNotExist", "NonExistent"))
