"""Servers, tables and mappings to examine, and a database that answers what a test says."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hourglass.sources import Source, parse_source

from doctor.database import Reading, Row, Sample
from doctor.dialect import POSTGRESQL
from doctor.facts import Column, Connections, Index, Server, Survey, Table
from doctor.measuring import Measured
from doctor.table_checks import Examined

SERVER = Server(
    product="PostgreSQL",
    version="18.4",
    host="db.example.com",
    port=5432,
    database="onprem",
    default_schema="public",
    user="reader",
    is_local=False,
    tls="TLSv1.3",
    checks_certificate=True,
    clock_ahead_seconds=0.0,
    round_trip_seconds=0.001,
    time_zone="UTC",
    utc_offset_seconds=0,
    connections=Connections(allowed=100, used=10),
)
MARIADB = replace(SERVER, product="MariaDB", version="11.4.5", port=3306, default_schema="onprem")
WORK_LOG = Table(
    schema="hr",
    name="work_log",
    rows=300_000,
    columns=(
        Column("id", "bigint", "bigint", nullable=False),
        Column("project_id", "bigint", "bigint"),
        Column("day", "date", "date"),
        Column("hours", "numeric", "numeric(5,2)"),
        Column("created_at", "timestamp without time zone", "timestamp"),
        Column("updated_at", "timestamp without time zone", "timestamp"),
    ),
    primary_key=("id",),
    indexes=(Index(("id",), unique=True), Index(("updated_at",))),
)
MAPPING: Mapping[str, Any] = {
    "schema": "hr",
    "tables": {
        "work_log": {
            "key": ["id"],
            "check_column": "updated_at",
            "split_by": "id",
            "mappers": 4,
            "total": "hours",
            "columns": {
                "id": "bigint",
                "project_id": "bigint",
                "day": "date",
                "hours": "numeric",
                "created_at": "timestamp",
                "updated_at": "timestamp",
            },
        }
    },
}


def mapping(**changes: Any) -> Source:
    """The mapping of `work_log`, with something of the table changed."""
    body = {name: value for name, value in {**MAPPING["tables"]["work_log"], **changes}.items() if value is not None}
    return parse_source({**MAPPING, "tables": {"work_log": body}})


def examined(
    measured: Measured | None = None, *, table: Table = WORK_LOG, server: Server = SERVER, **changes: Any
) -> Examined:
    """The mapped table `work_log` on a server that has `table`."""
    source = mapping(**changes)
    return Examined(source, source.tables[0], survey(table, server=server), measured or Measured(rows=300_000))


def survey(*tables: Table, server: Server = SERVER) -> Survey:
    return Survey(server, tables, datetime(2026, 11, 22, tzinfo=UTC))


class FakeDatabase:
    """Answers each statement with what `answer` says, and remembers the statements."""

    dialect = POSTGRESQL
    is_even = True

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def server(self) -> Server:
        return SERVER

    def tables(self) -> list[Table]:
        return [WORK_LOG]

    def rows(self, sql: str, seconds: float) -> list[Row]:
        self.asked.append(sql)
        return list(self._answer(sql))

    def read(self, sql: str, rows: int, seconds: float) -> Reading:
        self.asked.append(sql)
        found = self._answer("read")
        assert isinstance(found, Reading)
        return found

    def sample(self, table: Table, alias: str, columns: Sequence[str], rows: int) -> Sample:
        return Sample(f"sampled as {alias}", f"a sample of about {rows:,} rows", is_even=self.is_even)

    def _answer(self, sql: str) -> Any:
        """The first answer whose words are in the statement; raised when it is an error."""
        found = next(answer for words, answer in self.answers.items() if words in sql)
        if isinstance(found, Exception):
            raise found
        return found
