"""Reads a SAM template and translates it to plain CloudFormation, with local folders in the places of S3 objects."""

from pathlib import Path
from typing import Any

from localcloud.deploy.errors import TemplateError

LOCAL = "localcloud-folder"  # the bucket name that marks a local path; uppercase-free, so that SAM accepts it
_LOCAL_FIELDS = ("CodeUri", "ContentUri", "DefinitionUri")


def read(path: Path) -> dict[str, Any]:
    """The template as written, intrinsic functions in their long form."""
    from samtranslator.yaml_helper import intrinsics_multi_constructor
    from yaml import YAMLError, load

    class Loader(quick_loader()):  # type: ignore[misc]
        """Knows the short forms of intrinsic functions."""

    Loader.add_multi_constructor("!", intrinsics_multi_constructor)
    try:
        template = load(path.read_text(), Loader)  # noqa: S506 - a safe loader
    except YAMLError as error:
        raise TemplateError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise TemplateError(f"{path} has no Resources.")
    return template


def quick_loader() -> Any:
    """YAML's safe loader, the one in C where there is one: a fifth of the time."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def translate(path: Path, template: dict[str, Any], region: str) -> dict[str, Any]:
    """The template without SAM's types; TemplateError with SAM's own words if it is wrong."""
    if "AWS::Serverless-2016-10-31" not in _transforms(template):
        return template
    import boto3
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    for resource in template["Resources"].values():
        if str(resource.get("Type", "")).startswith("AWS::Serverless::"):
            _mark_local(resource.get("Properties", {}))
    for defaults in template.get("Globals", {}).values():
        _mark_local(defaults)
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=region))
    try:
        translated: dict[str, Any] = translator.translate(
            template, parameter_values={}, feature_toggle=None, get_managed_policy_map=dict
        )
    except InvalidDocumentException as error:
        causes = "; ".join(str(cause.message) for cause in error.causes)
        raise TemplateError(f"{path}: {causes or error.message}") from error
    return translated


def local_path(bucket: Any, key: Any, folder: Path) -> Path | None:
    """The file or folder that `translate` put in the place of an S3 object."""
    return (folder / key).resolve() if bucket == LOCAL else None


def _transforms(template: dict[str, Any]) -> list[Any]:
    transform = template.get("Transform", [])
    return transform if isinstance(transform, list) else [transform]


def _mark_local(properties: dict[str, Any]) -> None:
    for field in _LOCAL_FIELDS:
        value = properties.get(field)
        if isinstance(value, str) and "://" not in value:
            properties[field] = {"Bucket": LOCAL, "Key": value}
