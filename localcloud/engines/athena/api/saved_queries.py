"""Named queries and prepared statements: queries that are kept for later."""

from typing import Any

from moto.athena.models import PreparedStatement

from localcloud.engines.athena.api.errors import InvalidRequestError, ResourceNotFoundError
from localcloud.engines.athena.api.operations import Operations


class SavedQueryOperations(Operations):
    """Queries by name or by identifier."""

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


def _named(query: Any) -> dict[str, Any]:
    return {
        "Name": query.name,
        "Description": query.description,
        "Database": query.database,
        "QueryString": query.query_string,
        "NamedQueryId": query.id,
        "WorkGroup": query.workgroup.name,
    }
