"""State machines, their definitions read from local YAML or JSON files."""

import json
import re
from typing import Any

from localcloud.deploy.errors import TemplateError
from localcloud.deploy.kinds import Created, Resource, kind, lowered
from localcloud.deploy.template import local_path, quick_loader


def _create_machine(machine: Resource) -> Created:
    given = machine.properties
    answer = machine.call(
        "stepfunctions",
        "create_state_machine",
        name=machine.name("StateMachineName", 80),
        definition=_definition(machine),
        roleArn=given["RoleArn"],
        type=given.get("StateMachineType"),
        loggingConfiguration=lowered(given.get("LoggingConfiguration")),
        tracingConfiguration=lowered(given.get("TracingConfiguration")),
        encryptionConfiguration=lowered(given.get("EncryptionConfiguration")),
        tags=machine.tags("key", "value"),
    )
    return _created(answer["stateMachineArn"])


def _update_machine(machine: Resource) -> Created:
    given = machine.properties
    machine.call(
        "stepfunctions",
        "update_state_machine",
        stateMachineArn=machine.physical_id,
        definition=_definition(machine),
        roleArn=given["RoleArn"],
        loggingConfiguration=lowered(given.get("LoggingConfiguration")),
        tracingConfiguration=lowered(given.get("TracingConfiguration")),
        encryptionConfiguration=lowered(given.get("EncryptionConfiguration")),
    )
    return _created(machine.physical_id)


def _created(arn: str) -> Created:
    return Created(arn, {"Arn": arn, "Name": arn.rpartition(":")[2]})


def _definition(machine: Resource) -> str:
    given = machine.properties
    definition: Any
    if "DefinitionString" in given:
        definition = json.loads(given["DefinitionString"])
    elif "Definition" in given:
        definition = given["Definition"]
    else:
        place = given["DefinitionS3Location"]
        path = local_path(place.get("Bucket"), place.get("Key"), machine.deployment.folder)
        if path is None or not path.is_file():
            raise TemplateError(f"{machine.logical_id}: there is no definition file {path or place}.")
        definition = read_definition(path.read_text())
    return json.dumps(substituted(definition, given.get("DefinitionSubstitutions", {}), machine.logical_id))


def read_definition(text: str) -> Any:
    """A definition as a structure; YAML reads JSON too."""
    from yaml import YAMLError, load

    try:
        return load(text, quick_loader())  # noqa: S506 - a safe loader
    except YAMLError as error:
        raise TemplateError(f"The definition is not valid YAML: {error}") from error


def substituted(value: Any, substitutions: dict[str, Any], machine: str) -> Any:
    """The definition with every `${Name}` replaced; a whole-value place keeps the type of its substitution."""
    if isinstance(value, dict):
        return {key: substituted(item, substitutions, machine) for key, item in value.items()}
    if isinstance(value, list):
        return [substituted(item, substitutions, machine) for item in value]
    if not isinstance(value, str):
        return value
    missing = [name for name in re.findall(r"\$\{(\w+)\}", value) if name not in substitutions]
    if missing:
        raise TemplateError(f"{machine}: the definition uses ${{{missing[0]}}}, which DefinitionSubstitutions lacks.")
    whole = re.fullmatch(r"\$\{(\w+)\}", value)
    if whole:
        return substitutions[whole.group(1)]
    return re.sub(r"\$\{(\w+)\}", lambda match: str(substitutions[match.group(1)]), value)


def _delete_machine(machine: Resource) -> None:
    machine.client("stepfunctions").delete_state_machine(stateMachineArn=machine.physical_id)


KINDS = [
    kind(
        "StepFunctions::StateMachine",
        "StateMachineName StateMachineType RoleArn Definition DefinitionString DefinitionS3Location "
        "DefinitionSubstitutions LoggingConfiguration TracingConfiguration EncryptionConfiguration Tags",
        _create_machine,
        _delete_machine,
        _update_machine,
        replaced_by="StateMachineName StateMachineType Tags",
    )
]
