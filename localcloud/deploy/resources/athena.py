"""Athena workgroups, named queries and prepared statements."""

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
    return _group(group)


def _update_group(group: Resource) -> Created:
    given = dict(group.properties.get("WorkGroupConfiguration", {}))
    if "ResultConfiguration" in given:
        given["ResultConfigurationUpdates"] = given.pop("ResultConfiguration")
    group.call(
        "athena",
        "update_work_group",
        WorkGroup=group.physical_id,
        Description=group.properties.get("Description"),
        ConfigurationUpdates=given,
        State=group.properties.get("State"),
    )
    return Created(group.physical_id, {"CreationTime": ""})


def _group(group: Resource) -> Created:
    name = group.properties["Name"]
    if group.properties.get("State", "ENABLED") != "ENABLED":
        group.call("athena", "update_work_group", WorkGroup=name, State=group.properties["State"])
    return Created(name)


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
    query.client("athena").delete_named_query(NamedQueryId=query.physical_id)


def _create_statement(statement: Resource) -> Created:
    statement.call("athena", "create_prepared_statement", **statement.properties)
    return Created(statement.properties["StatementName"])


def _update_statement(statement: Resource) -> Created:
    statement.call("athena", "update_prepared_statement", **statement.properties)
    return Created(statement.physical_id)


def _delete_statement(statement: Resource) -> None:
    group = statement.properties["WorkGroup"]
    client = statement.client("athena")
    client.delete_prepared_statement(StatementName=statement.physical_id, WorkGroup=group)


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
        _create_statement,
        _delete_statement,
        _update_statement,
        replaced_by="StatementName WorkGroup",
    ),
]
