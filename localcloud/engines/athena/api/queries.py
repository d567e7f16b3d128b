"""Starting, stopping and telling of queries, and their results in pages."""

import hashlib
import json
import re
import time
from typing import Any

from localcloud import objects
from localcloud.engines.athena.api.errors import InvalidRequestError
from localcloud.engines.athena.api.operations import Operations
from localcloud.engines.athena.errors import AthenaQueryError, SyntaxQueryError
from localcloud.engines.athena.executions import Execution, new_id
from localcloud.engines.athena.pages import PAGE_ROWS, csv_page, text_page
from localcloud.engines.athena.parsing import check_query
from localcloud.engines.athena.runner import statement_type, substatement_type
from localcloud.engines.athena.statements import CreateTableAs, Insert, Query, Statement, parse_statement
from localcloud.engines.athena.storage import folder, split_location

MAX_QUERY_BYTES = 262_144
DEFAULT_REUSE_MINUTES, MAX_REUSE_MINUTES = 60, 10_080


class QueryOperations(Operations):
    """Query executions."""

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
            reuse_minutes=self._reuse_minutes(),
        )
        previous = self._previous(execution)
        if previous is not None:
            execution.reuse(previous)
        self._region.start(execution)
        return {"QueryExecutionId": execution.id}

    def _fingerprint(self) -> str:
        names = ("QueryString", "WorkGroup", "QueryExecutionContext", "ResultConfiguration", "ExecutionParameters")
        text = json.dumps([self._param(name) for name in names], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _reuse_minutes(self) -> int | None:
        asked = (self._param("ResultReuseConfiguration") or {}).get("ResultReuseByAgeConfiguration") or {}
        if not asked.get("Enabled"):
            return None
        minutes = int(asked.get("MaxAgeInMinutes", DEFAULT_REUSE_MINUTES))
        if not 0 <= minutes <= MAX_REUSE_MINUTES:
            raise InvalidRequestError(f"MaxAgeInMinutes must be between 0 and {MAX_REUSE_MINUTES}, not {minutes}")
        return minutes

    def _previous(self, execution: Execution) -> Execution | None:
        """The newest execution whose result may be reused and is still where it was written."""
        held: list[Any] = list(self._backend.executions.values())
        for known in reversed(held):
            if known.answers(execution, time.time()) and known.outcome is not None:
                path = objects.store().path(*split_location(known.outcome.output_location))
                if path.exists():
                    return known
        return None

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


def _parsed(query: str) -> Statement:
    """What Athena refuses at once: statements it cannot parse."""
    try:
        statement = parse_statement(query)
        if isinstance(statement, (Query, CreateTableAs, Insert)):
            check_query(statement.sql)
    except SyntaxQueryError as error:
        raise InvalidRequestError(error.message) from error
    except AthenaQueryError:
        return Query(query)
    return statement
