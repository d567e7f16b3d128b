"""Athena workgroups, named queries and prepared statements."""

from dataclasses import replace

from localcloud import service
from localcloud.deploy.calls import coerced
from localcloud.deploy.kinds import Created, Resource, kind


def _create_group(group: Resource) -> Created:
    given = group.properties
    group.call(
        "athena",
        "create_work_group",
        Name=given["Name"],
        Description=given.get("Description"),
        Configuration=given.get("WorkGroupConfiguration", {}),
        Tags=group.tags(),
    )
    return _update_group(replace(group, physical_id=given["Name"])) if "State" in given else Created(given["Name"])


def _update_group(group: Resource) -> Created:
    given = group.properties
    wanted = coerced(
        group.client("athena"),
        "create_work_group",
        Name=group.physical_id,
        Configuration=given.get("WorkGroupConfiguration", {}),
    )
    with service.mutating("athena"):  # moto has no UpdateWorkGroup
        held = service.backend("athena", group.deployment.region).work_groups[group.physical_id]
        held.configuration = wanted["Configuration"]
        held.description = given.get("Description", "")
        held.state = given.get("State", "ENABLED")
    return Created(group.physical_id)


def _delete_group(group: Resource) -> None:
    group.client("athena").delete_work_group(WorkGroup=group.physical_id, RecursiveDeleteOption=True)


def _create_query(query: Resource) -> Created:
    given = query.properties
    answer = query.call(
        "athena",
        "create_named_query",
        Name=query.name("Name", 128),
        Description=given.get("Description"),
        Database=given["Database"],
        QueryString=given["QueryString"],
        WorkGroup=given.get("WorkGroup"),
    )
    return Created(answer["NamedQueryId"], {"NamedQueryId": answer["NamedQueryId"]})


def _delete_query(query: Resource) -> None:
    with service.mutating("athena"):  # moto has no DeleteNamedQuery
        service.backend("athena", query.deployment.region).named_queries.pop(query.physical_id, None)


def _put_statement(statement: Resource) -> Created:
    statement.call("athena", "create_prepared_statement", **statement.properties)  # moto's replaces one of the name
    return Created(statement.properties["StatementName"])


def _delete_statement(statement: Resource) -> None:
    with service.mutating("athena"):  # moto has no DeletePreparedStatement
        service.backend("athena", statement.deployment.region).prepared_statements.pop(statement.physical_id, None)


KINDS = [
    kind(
        "Athena::WorkGroup",
        "Name Description WorkGroupConfiguration State Tags RecursiveDeleteOption",
        _create_group,
        _delete_group,
        _update_group,
        replaced_by="Name Tags",
    ),
    kind("Athena::NamedQuery", "Name Description Database QueryString WorkGroup", _create_query, _delete_query),
    kind(
        "Athena::PreparedStatement",
        "StatementName WorkGroup Description QueryStatement",
        _put_statement,
        _delete_statement,
        _put_statement,
        replaced_by="StatementName WorkGroup",
    ),
]
