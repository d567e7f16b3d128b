"""Lambda functions, layers, permissions, event sources. Code stays where it lies: a package holds only its place.

The package of a local folder is a zip with one entry, PLACE, whose text is the folder's absolute path; the functions
engine runs the code from there, so that an edit needs no deployment and nothing is copied.
"""

import io
import zipfile
from pathlib import Path
from typing import Any

from localcloud.deploy.errors import TemplateError
from localcloud.deploy.kinds import Created, Resource, kind, picked
from localcloud.deploy.template import local_path

PLACE = ".localcloud-folder"

_CONFIGURATION = (
    "Description Handler Role Runtime Timeout MemorySize DeadLetterConfig TracingConfig EphemeralStorage KMSKeyArn "
    "LoggingConfig VpcConfig"
)


def package_of(folder: Path) -> bytes:
    """A deployment package that says where the code lies."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo(PLACE), str(folder))
    return stream.getvalue()


def _code(resource: Resource, content: dict[str, Any]) -> dict[str, Any]:
    bucket, key = content.get("S3Bucket"), content.get("S3Key")
    folder = local_path(bucket, key, resource.deployment.folder)
    if folder is None:
        if "ImageUri" in content or "ZipFile" in content:
            raise TemplateError(f"{resource.logical_id}: code must be a local folder or a zip on S3.")
        return content
    if not folder.exists():
        raise TemplateError(f"{resource.logical_id}: there is no folder {folder}.")
    if folder.suffix == ".zip":
        return {"ZipFile": folder.read_bytes()}
    return {"ZipFile": package_of(folder)}


def _configuration(function: Resource) -> dict[str, Any]:
    given = {("KMSKeyArn" if name == "KmsKeyArn" else name): value for name, value in function.properties.items()}
    configuration = picked(given, _CONFIGURATION)
    variables = function.properties.get("Environment", {}).get("Variables", {})
    configuration["Environment"] = {"Variables": {name: _text(value) for name, value in variables.items()}}
    own = [arn for arn in function.properties.get("Layers", []) if arn.split(":")[4] == function.deployment.account]
    configuration["Layers"] = own  # the others are AWS's managed layers, whose packages the host environment has
    return configuration


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _create_function(function: Resource) -> Created:
    name = function.name("FunctionName")
    function.call(
        "lambda",
        "create_function",
        FunctionName=name,
        PackageType=function.properties.get("PackageType", "Zip"),
        Code=_code(function, function.properties["Code"]),
        Architectures=function.properties.get("Architectures"),
        Tags=function.tag_map() or None,
        **_configuration(function),
    )
    return _limits(function, name)


def _update_function(function: Resource) -> Created:
    name = function.physical_id
    function.call("lambda", "update_function_configuration", FunctionName=name, **_configuration(function))
    code = _code(function, function.properties["Code"])
    function.call("lambda", "update_function_code", FunctionName=name, **code)
    return _limits(function, name)


def _limits(function: Resource, name: str) -> Created:
    reserved = function.properties.get("ReservedConcurrentExecutions")
    if reserved is not None:
        function.call("lambda", "put_function_concurrency", FunctionName=name, ReservedConcurrentExecutions=reserved)
    elif "ReservedConcurrentExecutions" in function.previous:
        function.call("lambda", "delete_function_concurrency", FunctionName=name)
    return Created(name, {"Arn": function.deployment.arn("lambda", f"function:{name}")})


def _delete_function(function: Resource) -> None:
    function.client("lambda").delete_function(FunctionName=function.physical_id)


def _create_layer(layer: Resource) -> Created:
    given = layer.properties
    answer = layer.call(
        "lambda",
        "publish_layer_version",
        LayerName=layer.name("LayerName"),
        Description=given.get("Description"),
        Content=_code(layer, given["Content"]),
        CompatibleRuntimes=given.get("CompatibleRuntimes"),
        CompatibleArchitectures=given.get("CompatibleArchitectures"),
        LicenseInfo=given.get("LicenseInfo"),
    )
    arn = answer["LayerVersionArn"]
    return Created(arn, {"LayerVersionArn": arn})


def _delete_layer(layer: Resource) -> None:
    name, _, version = layer.physical_id.rpartition(":")
    layer.client("lambda").delete_layer_version(LayerName=name.rpartition(":")[2], VersionNumber=int(version))


def _add_permission(permission: Resource) -> Created:
    statement = permission.name("-", 100)
    given = dict(permission.properties)
    permission.call("lambda", "add_permission", StatementId=statement, **given)
    return Created(statement)


def _remove_permission(permission: Resource) -> None:
    function = permission.properties["FunctionName"]
    permission.client("lambda").remove_permission(FunctionName=function, StatementId=permission.physical_id)


def _put_invoke_config(config: Resource) -> Created:
    config.call("lambda", "put_function_event_invoke_config", **config.properties)
    return Created(config.physical_id or config.name("-"))


def _delete_invoke_config(config: Resource) -> None:
    function, qualifier = config.properties["FunctionName"], config.properties.get("Qualifier")
    config.call("lambda", "delete_function_event_invoke_config", FunctionName=function, Qualifier=qualifier)


def _create_mapping(mapping: Resource) -> Created:
    answer = mapping.call("lambda", "create_event_source_mapping", **mapping.properties)
    return Created(answer["UUID"], {"Id": answer["UUID"]})


def _update_mapping(mapping: Resource) -> Created:
    given = {name: value for name, value in mapping.properties.items() if name not in _FIXED_SOURCE.split()}
    mapping.call("lambda", "update_event_source_mapping", UUID=mapping.physical_id, **given)
    return Created(mapping.physical_id, {"Id": mapping.physical_id})


def _delete_mapping(mapping: Resource) -> None:
    mapping.client("lambda").delete_event_source_mapping(UUID=mapping.physical_id)


_FIXED_SOURCE = "EventSourceArn StartingPosition"
_NO_SIGNING = "no code is signed, so none is checked"

KINDS = [
    kind(
        "Lambda::Function",
        f"FunctionName PackageType Code Architectures Environment Layers Tags KmsKeyArn ReservedConcurrentExecutions "
        f"{_CONFIGURATION}",
        _create_function,
        _delete_function,
        _update_function,
        replaced_by="FunctionName PackageType Architectures Tags",
        without_effect={"CodeSigningConfigArn": _NO_SIGNING},
    ),
    kind(
        "Lambda::LayerVersion",
        "LayerName Description Content CompatibleRuntimes CompatibleArchitectures LicenseInfo",
        _create_layer,
        _delete_layer,
    ),
    kind(
        "Lambda::Permission",
        "Action FunctionName Principal SourceArn SourceAccount PrincipalOrgID",
        _add_permission,
        _remove_permission,
    ),
    kind(
        "Lambda::EventInvokeConfig",
        "FunctionName Qualifier MaximumEventAgeInSeconds MaximumRetryAttempts DestinationConfig",
        _put_invoke_config,
        _delete_invoke_config,
        _put_invoke_config,
        replaced_by="FunctionName Qualifier",
    ),
    kind(
        "Lambda::EventSourceMapping",
        f"{_FIXED_SOURCE} FunctionName BatchSize Enabled FilterCriteria FunctionResponseTypes "
        "MaximumBatchingWindowInSeconds ScalingConfig",
        _create_mapping,
        _delete_mapping,
        _update_mapping,
        replaced_by=_FIXED_SOURCE,
    ),
]
