"""The embedded Athena, asked as any client asks Athena."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import boto3
from botocore.exceptions import ClientError

from localcloud.cloud import LocalCloud
from tests.conformance.trino.answers import Answer, RefusedError

LAKE = "lake"
REGION = "us-east-1"
CREDENTIALS = {"aws_access_key_id": "conformance", "aws_secret_access_key": "conformance"}
COMPONENTS = tuple(f"localcloud.engines.{name}" for name in ("events", "glue", "athena", "crawler"))
PATIENCE_SECONDS = 120
_PAUSE_SECONDS = 0.01


class Athena:
    """One database of a running cloud, and the bucket with its objects."""

    def __init__(self, cloud: LocalCloud, database: str) -> None:
        access: Mapping[str, Any] = {"endpoint_url": cloud.endpoint_url, "region_name": REGION, **CREDENTIALS}
        self.endpoint_url, self.database = cloud.endpoint_url, database
        self.s3, self.glue = boto3.client("s3", **access), boto3.client("glue", **access)
        self._athena = boto3.client("athena", **access)
        self.s3.create_bucket(Bucket=LAKE)
        self.glue.create_database(DatabaseInput={"Name": database})

    def query(self, sql: str, parameters: Sequence[str] = ()) -> Answer:
        """Runs a statement.

        Raises:
            RefusedError: it did not succeed.
        """
        asked: dict[str, Any] = {"ExecutionParameters": list(parameters)} if parameters else {}
        try:
            started = self._athena.start_query_execution(
                QueryString=sql,
                QueryExecutionContext={"Database": self.database},
                ResultConfiguration={"OutputLocation": f"s3://{LAKE}/results/"},
                **asked,
            )
        except ClientError as error:
            raise RefusedError(str(error)) from error
        query = str(started["QueryExecutionId"])
        status = self._end_of(query)
        if status["State"] != "SUCCEEDED":
            raise RefusedError(str(status.get("StateChangeReason")))
        return self._answer(query)

    def _end_of(self, query: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            status: dict[str, Any] = self._athena.get_query_execution(QueryExecutionId=query)["QueryExecution"][
                "Status"
            ]
            if status["State"] not in ("QUEUED", "RUNNING"):
                return status
            time.sleep(_PAUSE_SECONDS)
        raise TimeoutError(f"the embedded Athena has not answered within {PATIENCE_SECONDS} s")

    def _answer(self, query: str) -> Answer:
        rows: list[list[str | None]] = []
        described: list[dict[str, Any]] = []
        for page in self._athena.get_paginator("get_query_results").paginate(QueryExecutionId=query):
            described = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
            rows += [[cell.get("VarCharValue") for cell in row["Data"]] for row in page["ResultSet"]["Rows"]]
        names = tuple(column["Name"] for column in described)
        return Answer(names, tuple(map(_type, described)), rows[1:] if rows and tuple(rows[0]) == names else rows)


def _type(column: Mapping[str, Any]) -> str:
    kind = str(column["Type"])
    return f"decimal({column['Precision']},{column['Scale']})" if kind == "decimal" else kind
