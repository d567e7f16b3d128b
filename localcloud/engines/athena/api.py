"""Athena's API: replaces moto's answers about queries, workgroups and the catalog by real ones."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from moto.athena.models import AthenaBackend, PreparedStatement
from moto.athena.responses import AthenaResponse
from moto.core.exceptions import JsonRESTError

from localcloud import objects
from localcloud.engines.athena.catalog import Table
from localcloud.engines.athena.errors import AthenaQueryError, SyntaxQueryError
from localcloud.engines.athena.executions import Execution, new_id
from localcloud.engines.athena.pages import PAGE_ROWS, csv_page, text_page
from localcloud.engines.athena.parsing import parse_query
from localcloud.engines.athena.runner import statement_type, substatement_type
from localcloud.engines.athena.server import RegionalAthena, serving
from localcloud.engines.athena.statements import CreateTableAs, Insert, Query, Statement, parse_statement
from localcloud.engines.athena.storage import folder, split_location

MAX_QUERY_BYTES = 262_144
CATALOG = "AwsDataCatalog"


class InvalidRequestError(JsonRESTError):
    """Raised when a request cannot be accepted; InvalidRequestException on the wire."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("InvalidRequestException", message)


class MetadataError(JsonRESTError):
    """Raised when a database or table is asked for that is not there; MetadataException on the wire."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("MetadataException", message)


class ResourceNotFoundError(JsonRESTError):
    """Raised when a prepared statement is asked for that is not there."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("ResourceNotFoundException", message)


class AthenaApi:
    """The operations; installed over moto's class of the same wire protocol."""

    def __init__(self, response: AthenaResponse) -> None:
        self._response = response
        self._backend: AthenaBackend = response.athena_backend
        self._region: RegionalAthena = serving().region(response.region)

    def _param(self, name: str, default: Any = None) -> Any:
        value = self._response._get_param(name)
        return default if value is None else value

    # Queries

    def start_query_execution(self) -> dict[str, Any]:
        query = str(self._param("QueryString", ""))
        if len(query.encode()) > MAX_QUERY_BYTES:
            raise InvalidRequestError(f"The query has {len(query.encode())} bytes, Athena takes {MAX_QUERY_BYTES}")
        token = self._param("ClientRequestToken")
        fingerprint = self._fingerprint()
        held: list[Any] = list(self._backend.executions.values())
        for known in held:
            if token and known.token == token:
                if known.fingerprint != fingerprint:
                    raise InvalidRequestError("Idempotent parameters do not match")
                return {"QueryExecutionId": known.id}
        name = self._param("WorkGroup", "primary")
        configuration = self._workgroup(name).configuration
        statement = _parsed(query)
        context = self._param("QueryExecutionContext", {})
        output, given = self._output(configuration)
        enforced = bool(configuration.get("EnforceWorkGroupConfiguration")) and bool(
            (configuration.get("ResultConfiguration") or {}).get("OutputLocation")
        )
        execution = Execution(
            id=new_id(),
            query=query,
            workgroup=name,
            database=context.get("Database"),
            catalog=context.get("Catalog"),
            statement_type=statement_type(statement),
            substatement_type=substatement_type(statement),
            output_location=output,
            result_configuration=given,
            token=token,
            fingerprint=fingerprint,
            parameters=list(self._param("ExecutionParameters", [])),
            enforced=enforced,
            bytes_cutoff=configuration.get("BytesScannedCutoffPerQuery"),
        )
        self._region.start(execution)
        return {"QueryExecutionId": execution.id}

    def _fingerprint(self) -> str:
        names = ("QueryString", "WorkGroup", "QueryExecutionContext", "ResultConfiguration", "ExecutionParameters")
        text = json.dumps([self._param(name) for name in names], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _output(self, configuration: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The folder for results: the workgroup's if it enforces one, else the request's, else the workgroup's."""
        own = configuration.get("ResultConfiguration") or {}
        asked = self._param("ResultConfiguration", {}) or {}
        chosen = (
            own
            if configuration.get("EnforceWorkGroupConfiguration") and own.get("OutputLocation")
            else (asked if asked.get("OutputLocation") else own)
        )
        location = chosen.get("OutputLocation")
        if not location:
            raise InvalidRequestError(
                "No output location provided. You did not provide an output location for your query results. "
                "Please provide an output location in the query or in the workgroup."
            )
        if not re.match(r"s3://[^/]+", location):
            raise InvalidRequestError(f"outputLocation is not a valid S3 path: {location}")
        bucket, _ = split_location(location)
        if not bucket.startswith("aws-athena-query-results-") and not objects.store().bucket_exists(bucket):
            raise InvalidRequestError("Unable to verify/create output bucket " + bucket)
        return folder(location), {k: v for k, v in chosen.items() if k != "OutputLocation"}

    def _workgroup(self, name: str) -> Any:
        found = self._backend.work_groups.get(name)
        if found is None:
            raise InvalidRequestError(f"WorkGroup {name} is not found.")
        if found.state != "ENABLED":
            raise InvalidRequestError(f"WorkGroup {name} is disabled.")
        return found

    def _execution(self, execution_id: str) -> Execution:
        found: Any = self._backend.executions.get(execution_id)
        if not isinstance(found, Execution):
            raise InvalidRequestError(f"QueryExecution {execution_id} was not found")
        return found

    def get_query_execution(self) -> dict[str, Any]:
        return {"QueryExecution": self._execution(self._param("QueryExecutionId")).as_dict()}

    def batch_get_query_execution(self) -> dict[str, Any]:
        wanted = self._param("QueryExecutionIds", [])
        known: dict[str, Any] = dict(self._backend.executions)
        return {
            "QueryExecutions": [known[item].as_dict() for item in wanted if item in known],
            "UnprocessedQueryExecutionIds": [
                {
                    "QueryExecutionId": item,
                    "ErrorCode": "INVALID_INPUT",
                    "ErrorMessage": f"QueryExecution {item} was not found",
                }
                for item in wanted
                if item not in known
            ],
        }

    def list_query_executions(self) -> dict[str, Any]:
        name = self._param("WorkGroup", "primary")
        runs: list[Any] = list(self._backend.executions.values())
        ids = [run.id for run in reversed(runs) if run.workgroup == name]
        return self._paged("QueryExecutionIds", ids, 50)

    def stop_query_execution(self) -> dict[str, Any]:
        execution = self._execution(self._param("QueryExecutionId"))
        self._region.executor.cancel(execution.id)
        return {}

    def get_query_results(self) -> dict[str, Any]:
        execution = self._execution(self._param("QueryExecutionId"))
        limit = int(self._param("MaxResults", PAGE_ROWS))
        if not 1 <= limit <= PAGE_ROWS:
            raise InvalidRequestError(f"MaxResults is {limit}: Value at 'maxResults' must be between 1 and {PAGE_ROWS}")
        outcome = execution.outcome
        if execution.status != "SUCCEEDED" or outcome is None:
            if execution.status in ("QUEUED", "RUNNING"):
                raise InvalidRequestError(f"Query has not yet finished. Current state: {execution.status}")
            raise InvalidRequestError(f"Query did not finish successfully. Final query state: {execution.status}")
        rows, following = self._page(outcome.output_location, limit)
        result: dict[str, Any] = {
            "UpdateCount": outcome.update_count or 0,
            "ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": list(outcome.columns)}},
        }
        return result | ({"NextToken": str(following)} if following is not None else {})

    def _page(self, location: str, limit: int) -> tuple[list[dict[str, Any]], int | None]:
        token = str(self._param("NextToken", "0"))
        if not token.isdigit():
            raise InvalidRequestError("Malformed token")
        if not location.endswith((".csv", ".txt")):
            return [], None
        path = objects.store().path(*split_location(location))
        return (csv_page if location.endswith(".csv") else text_page)(path, int(token), limit)

    def get_query_runtime_statistics(self) -> dict[str, Any]:
        execution = self._execution(self._param("QueryExecutionId"))
        timeline = {key: value for key, value in execution.statistics().items() if key.endswith("InMillis")}
        outcome = execution.outcome
        statistics: dict[str, Any] = {"Timeline": timeline}
        if outcome is not None:
            statistics["Rows"] = {
                "InputBytes": outcome.scanned,
                "OutputRows": outcome.rows,
                "OutputBytes": outcome.bytes,
            }
        return {"QueryRuntimeStatistics": statistics}

    # Workgroups

    def get_work_group(self) -> dict[str, Any]:
        name = self._param("WorkGroup")
        if name not in self._backend.work_groups:
            raise InvalidRequestError(f"WorkGroup {name} is not found.")
        return {"WorkGroup": self._backend.get_work_group(name)}

    def update_work_group(self) -> dict[str, Any]:
        name = self._param("WorkGroup")
        if name not in self._backend.work_groups:
            raise InvalidRequestError(f"WorkGroup {name} is not found.")
        group = self._backend.work_groups[name]
        group.description = self._param("Description", group.description)
        group.state = self._param("State", group.state)
        updates = dict(self._param("ConfigurationUpdates", {}))
        results = updates.pop("ResultConfigurationUpdates", None)
        if updates.pop("RemoveBytesScannedCutoffPerQuery", False):
            group.configuration.pop("BytesScannedCutoffPerQuery", None)
        if results is not None:
            held = dict(group.configuration.get("ResultConfiguration") or {})
            for key in [key for key in results if key.startswith("Remove")]:
                if results.pop(key):
                    held.pop(key.removeprefix("Remove"), None)
            group.configuration["ResultConfiguration"] = held | results
        group.configuration |= updates
        return {}

    # Named queries and prepared statements

    def batch_get_named_query(self) -> dict[str, Any]:
        wanted, known = self._param("NamedQueryIds", []), self._backend.named_queries
        found = [_named(known[item]) for item in wanted if item in known]
        missing = [
            {"NamedQueryId": item, "ErrorCode": "INVALID_INPUT", "ErrorMessage": f"NamedQuery {item} was not found"}
            for item in wanted
            if item not in known
        ]
        return {"NamedQueries": found, "UnprocessedNamedQueryIds": missing}

    def delete_named_query(self) -> dict[str, Any]:
        if self._backend.named_queries.pop(self._param("NamedQueryId"), None) is None:
            raise InvalidRequestError(f"NamedQuery {self._param('NamedQueryId')} was not found")
        return {}

    def update_named_query(self) -> dict[str, Any]:
        found = self._backend.named_queries.get(self._param("NamedQueryId"))
        if found is None:
            raise InvalidRequestError(f"NamedQuery {self._param('NamedQueryId')} was not found")
        found.name, found.query_string = self._param("Name", found.name), self._param("QueryString", found.query_string)
        found.description = self._param("Description", found.description)
        return {}

    def get_named_query(self) -> dict[str, Any]:
        identifier = self._param("NamedQueryId")
        if identifier not in self._backend.named_queries:
            raise InvalidRequestError(f"NamedQuery {identifier} was not found")
        return {"NamedQuery": _named(self._backend.named_queries[identifier])}

    def _statement(self) -> PreparedStatement:
        found = self._backend.prepared_statements.get(self._param("StatementName"))
        if found is None or found.workgroup != self._param("WorkGroup"):
            raise ResourceNotFoundError(
                f"PreparedStatement {self._param('StatementName')} was not found in workGroup "
                f"{self._param('WorkGroup')}"
            )
        return found

    def get_prepared_statement(self) -> dict[str, Any]:
        held = self._statement()
        return {
            "PreparedStatement": {
                "StatementName": held.statement_name,
                "QueryStatement": held.query_statement,
                "Description": held.description,
                "WorkGroupName": held.workgroup,
                "LastModifiedTime": held.last_modified_time.timestamp(),
            }
        }

    def update_prepared_statement(self) -> dict[str, Any]:
        held = self._statement()
        held.query_statement = self._param("QueryStatement", held.query_statement)
        held.description = self._param("Description", held.description)
        return {}

    def delete_prepared_statement(self) -> dict[str, Any]:
        del self._backend.prepared_statements[self._statement().statement_name]
        return {}

    def list_prepared_statements(self) -> dict[str, Any]:
        name = self._param("WorkGroup")
        found = [
            {"StatementName": p.statement_name, "LastModifiedTime": p.last_modified_time.timestamp()}
            for p in self._backend.prepared_statements.values()
            if str(p.workgroup) == name
        ]
        return self._paged("PreparedStatements", found, 50)

    # The catalog

    def list_data_catalogs(self) -> dict[str, Any]:
        summaries = [{"CatalogName": CATALOG, "Type": "GLUE"}, *self._backend.list_data_catalogs()]
        return self._paged("DataCatalogsSummary", summaries, 50)

    def get_data_catalog(self) -> dict[str, Any]:
        name = self._param("Name")
        if name.lower() == CATALOG.lower():
            return {"DataCatalog": {"Name": CATALOG, "Type": "GLUE", "Parameters": {}}}
        found = self._backend.get_data_catalog(name)
        if found is None:
            raise InvalidRequestError(f"DataCatalog {name} was not found")
        return {"DataCatalog": found}

    def list_databases(self) -> dict[str, Any]:
        databases = [{"Name": name} for name in self._region.catalog().databases()]
        return self._paged("DatabaseList", databases, 50)

    def get_database(self) -> dict[str, Any]:
        name = str(self._param("DatabaseName")).lower()
        if name not in self._region.catalog().databases():
            raise MetadataError(f"Database {name} not found.")
        return {"Database": {"Name": name, "Parameters": {}}}

    def get_table_metadata(self) -> dict[str, Any]:
        database, name = str(self._param("DatabaseName")).lower(), str(self._param("TableName")).lower()
        table = self._region.catalog().table(database, name)
        if table is None:
            raise MetadataError(f"EntityNotFoundException: Table {name} not found.")
        return {"TableMetadata": _metadata(table)}

    def list_table_metadata(self) -> dict[str, Any]:
        database = str(self._param("DatabaseName")).lower()
        catalog = self._region.catalog()
        if database not in catalog.databases():
            raise MetadataError(f"EntityNotFoundException: Database {database} not found.")
        pattern = self._param("Expression")
        tables = [table for table in catalog.tables(database) if not pattern or re.fullmatch(pattern, table.name)]
        return self._paged("TableMetadataList", [_metadata(table) for table in tables], 50)

    def _paged(self, name: str, items: list[Any], default: int) -> dict[str, Any]:
        start, limit = int(self._param("NextToken", 0)), int(self._param("MaxResults", default))
        result: dict[str, Any] = {name: items[start : start + limit]}
        return result | ({"NextToken": str(start + limit)} if len(items) > start + limit else {})


def _parsed(query: str) -> Statement:
    """What Athena refuses at once: statements it cannot parse."""
    try:
        statement = parse_statement(query)
        if isinstance(statement, (Query, CreateTableAs, Insert)):
            parse_query(statement.sql)
    except SyntaxQueryError as error:
        raise InvalidRequestError(error.message) from error
    except AthenaQueryError:
        return Query(query)
    return statement


def _named(query: Any) -> dict[str, Any]:
    return {
        "Name": query.name,
        "Description": query.description,
        "Database": query.database,
        "QueryString": query.query_string,
        "NamedQueryId": query.id,
        "WorkGroup": query.workgroup.name,
    }


def _metadata(table: Table) -> dict[str, Any]:
    return {
        "Name": table.name,
        "TableType": table.table_type,
        "CreateTime": 0.0,
        "LastAccessTime": 0.0,
        "Columns": [_column(c.name, c.hive, c.comment) for c in table.columns],
        "PartitionKeys": [_column(c.name, c.hive, c.comment) for c in table.partition_keys],
        "Parameters": dict(table.parameters)
        | {
            "location": table.storage.location,
            "inputformat": table.storage.input_format,
            "outputformat": table.storage.output_format,
            "serde.serialization.lib": table.storage.serde,
        },
    }


def _column(name: str, hive: str, comment: str | None) -> dict[str, str]:
    return {"Name": name, "Type": hive} | ({"Comment": comment} if comment else {})


def _operation(name: str) -> Callable[[AthenaResponse], str]:
    def answer(self: AthenaResponse) -> str:
        return json.dumps(getattr(AthenaApi(self), name)())

    answer.__name__ = name
    return answer


def patch_moto() -> None:
    """Puts these operations in the place of moto's, and gives every new backend a usable primary workgroup."""
    for name in [item for item in vars(AthenaApi) if not item.startswith("_")]:
        setattr(AthenaResponse, name, _operation(name))
    plain = AthenaBackend.__init__
    if getattr(plain, "_localcloud", False):
        return

    def initialised(self: AthenaBackend, region_name: str, account_id: str) -> None:
        plain(self, region_name, account_id)
        location = f"s3://aws-athena-query-results-{account_id}-{region_name}/"
        self.work_groups["primary"].configuration["ResultConfiguration"] = {"OutputLocation": location}

    initialised._localcloud = True  # type: ignore[attr-defined]
    AthenaBackend.__init__ = initialised  # type: ignore[method-assign]
