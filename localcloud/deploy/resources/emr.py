"""EMR security configurations."""

import json

from localcloud.deploy.kinds import Created, Resource, kind


def _create_security(security: Resource) -> Created:
    name = security.name("Name", 255)
    given = security.properties["SecurityConfiguration"]
    text = given if isinstance(given, str) else json.dumps(given)
    security.call("emr", "create_security_configuration", Name=name, SecurityConfiguration=text)
    return Created(name)


def _delete_security(security: Resource) -> None:
    security.client("emr").delete_security_configuration(Name=security.physical_id)


KINDS = [kind("EMR::SecurityConfiguration", "Name SecurityConfiguration", _create_security, _delete_security)]
