"""The Glue catalog: databases, tables, crawlers and security configurations."""

import re

from localcloud import service
from localcloud.deploy.calls import coerced
from localcloud.deploy.kinds import Created, Resource, kind

_CRAWLER = (
    "Name Role DatabaseName Description Targets Schedule Classifiers TablePrefix SchemaChangePolicy RecrawlPolicy "
    "Configuration CrawlerSecurityConfiguration"
)

_CRAWLER_ATTRIBUTES = {
    name: re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in _CRAWLER.split() if name != "Name"
}


def _create_database(database: Resource) -> Created:
    given = dict(database.properties["DatabaseInput"])
    given.setdefault("Name", database.name("-", 255, lower=True))
    database.call("glue", "create_database", DatabaseInput=given)
    return Created(given["Name"])


def _update_database(database: Resource) -> Created:
    given = {"Name": database.physical_id, **database.properties["DatabaseInput"]}
    database.call("glue", "update_database", Name=database.physical_id, DatabaseInput=given)
    return Created(database.physical_id)


def _delete_database(database: Resource) -> None:
    database.client("glue").delete_database(Name=database.physical_id)


def _create_table(table: Resource) -> Created:
    given = table.properties
    table.call("glue", "create_table", DatabaseName=given["DatabaseName"], TableInput=given["TableInput"])
    return Created(given["TableInput"]["Name"])


def _update_table(table: Resource) -> Created:
    given = table.properties
    table.call("glue", "update_table", DatabaseName=given["DatabaseName"], TableInput=given["TableInput"])
    return Created(table.physical_id)


def _delete_table(table: Resource) -> None:
    table.client("glue").delete_table(DatabaseName=table.properties["DatabaseName"], Name=table.physical_id)


def _create_crawler(crawler: Resource) -> Created:
    name = crawler.name("Name", 255)
    crawler.call("glue", "create_crawler", Name=name, **_crawler(crawler), Tags=crawler.tag_map() or None)
    return Created(name)


def _update_crawler(crawler: Resource) -> Created:
    wanted = coerced(crawler.client("glue"), "create_crawler", Name=crawler.physical_id, **_crawler(crawler))
    with service.mutating("glue"):  # moto has no UpdateCrawler
        held = service.backend("glue", crawler.deployment.region).crawlers[crawler.physical_id]
        for name, attribute in _CRAWLER_ATTRIBUTES.items():
            setattr(held, attribute, wanted.get(name))
        held.version += 1
    return Created(crawler.physical_id)


def _crawler(crawler: Resource) -> dict[str, object]:
    given = {name: crawler.properties[name] for name in _CRAWLER.split() if name in crawler.properties}
    given.pop("Name", None)
    if "Schedule" in given:
        given["Schedule"] = given["Schedule"]["ScheduleExpression"]
    return given


def _delete_crawler(crawler: Resource) -> None:
    crawler.client("glue").delete_crawler(Name=crawler.physical_id)


def _create_security(security: Resource) -> Created:
    name = security.properties["Name"]
    given = dict(security.properties["EncryptionConfiguration"])
    if "S3Encryptions" in given:
        given["S3Encryption"] = given.pop("S3Encryptions")
    security.call("glue", "create_security_configuration", Name=name, EncryptionConfiguration=given)
    return Created(name)


def _delete_security(security: Resource) -> None:
    security.client("glue").delete_security_configuration(Name=security.physical_id)


_CATALOG = {"CatalogId": "there is one catalog, that of the account"}

KINDS = [
    kind(
        "Glue::Database",
        "DatabaseInput",
        _create_database,
        _delete_database,
        _update_database,
        without_effect=_CATALOG,
    ),
    kind(
        "Glue::Table",
        "DatabaseName TableInput",
        _create_table,
        _delete_table,
        _update_table,
        replaced_by="DatabaseName",
        without_effect=_CATALOG,
    ),
    kind(
        "Glue::Crawler", f"{_CRAWLER} Tags", _create_crawler, _delete_crawler, _update_crawler, replaced_by="Name Tags"
    ),
    kind("Glue::SecurityConfiguration", "Name EncryptionConfiguration", _create_security, _delete_security),
]
