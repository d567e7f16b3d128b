"""Joins the engine with the cloud: one engine per region over Glue and the object store, events, recovery."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from localcloud import bus, objects, service
from localcloud.engines.athena.engine import AthenaEngine
from localcloud.engines.athena.executions import ENDED, KEPT, Execution, Executor, state_change
from localcloud.engines.athena.glue import GlueCatalog
from localcloud.engines.athena.runner import PreparedStatements, Request, StatementRunner
from localcloud.engines.athena.storage import split_location
from localcloud.errors import CloudNotRunningError

EVENT = ("aws.athena", "Athena Query State Change")


class RegionalAthena:
    """The engine, its threads and its records in one region."""

    def __init__(self, region: str, scratch: Path) -> None:
        self._region = region
        self._scratch = scratch
        self._runner: StatementRunner | None = None
        self._engine: AthenaEngine | None = None
        self.executor = Executor(self._running, self)

    def _running(self) -> StatementRunner:
        """The engine is opened with the first query, so that starting the cloud stays quick."""
        with service.reading("athena"):
            if self._runner is None:
                self._engine = AthenaEngine(self.catalog(), objects.store(), self._scratch)
                self._runner = StatementRunner(self._engine)
            return self._runner

    def catalog(self) -> GlueCatalog:
        return GlueCatalog(self._region)

    def start(self, execution: Execution) -> None:
        """Records a new execution and queues it; called inside the request's change of state."""
        known = service.backend("athena", self._region).executions
        known[execution.id] = execution
        for old in [item.id for item in known.values() if item.status in ENDED][: max(0, len(known) - KEPT)]:
            del known[old]
        self._bucket(execution.output_location)
        bus.emit(*EVENT, state_change(execution, "QUEUED", None, 1), region=self._region)
        self.executor.reserve(execution)
        service.after_commit(lambda: self.executor.submit(execution))

    def _bucket(self, location: str) -> None:
        bucket, _ = split_location(location)
        if bucket.startswith("aws-athena-query-results-") and not objects.store().bucket_exists(bucket):
            with service.mutating("s3"):
                service.backend("s3", "aws").create_bucket(bucket, self._region)

    def changed(self, execution: Execution, change: Callable[[], None], detail: dict[str, Any]) -> None:
        """A change of state and its event are stored together; RUNNING alone need not survive a crash."""
        if detail["currentState"] == "RUNNING":
            change()
            bus.emit(*EVENT, detail, region=self._region)
            return
        with service.mutating("athena", self._region):
            change()
            bus.emit(*EVENT, detail, region=self._region)

    def request(self, execution: Execution) -> Request:
        return Request(
            sql=execution.query,
            query_id=execution.id,
            database=(execution.database or "default").strip("`").lower(),  # awswrangler quotes it
            output=execution.output_location,
            parameters=execution.parameters,
            bytes_cutoff=execution.bytes_cutoff,
            enforced=execution.enforced,
            prepared=WorkgroupStatements(self._region, execution.workgroup),
        )

    def close(self) -> None:
        self.executor.close()
        if self._engine is not None:
            self._engine.close()


class WorkgroupStatements(PreparedStatements):
    """The prepared statements of a workgroup, shared with CreatePreparedStatement."""

    def __init__(self, region: str, workgroup: str) -> None:
        super().__init__()
        self._region = region
        self._workgroup = workgroup

    def get(self, name: str) -> str | None:
        held = service.backend("athena", self._region).prepared_statements.get(name)
        return str(held.query_statement) if held is not None and held.workgroup == self._workgroup else None

    def put(self, name: str, sql: str) -> None:
        with service.mutating("athena", self._region):
            service.backend("athena", self._region).create_prepared_statement(name, self._workgroup, sql, "")

    def remove(self, name: str) -> None:
        with service.mutating("athena", self._region):
            service.backend("athena", self._region).prepared_statements.pop(name, None)


class AthenaServer:
    """The regions in use of one running cloud."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._regions: dict[str, RegionalAthena] = {}
        shutil.rmtree(scratch, ignore_errors=True)

    def region(self, name: str) -> RegionalAthena:
        if name not in self._regions:
            self._regions[name] = RegionalAthena(name, self._scratch / name)
        return self._regions[name]

    @property
    def running(self) -> int:
        return sum(region.executor.running for region in self._regions.values())

    def close(self) -> None:
        for region in self._regions.values():
            region.close()


_serving: list[AthenaServer] = []


def serve(scratch: Path) -> AthenaServer:
    _serving[:] = [AthenaServer(scratch)]
    return _serving[0]


def stop_serving() -> None:
    for server in _serving:
        server.close()
    _serving.clear()


def serving() -> AthenaServer:
    if not _serving:
        raise CloudNotRunningError("No embedded cloud is running in this process.")
    return _serving[0]


def recover(backend: Any) -> None:
    """Queries that ran when the cloud stopped or died are cancelled: their threads are gone."""
    for execution in backend.executions.values():
        if execution.status not in ENDED:
            execution.status = "CANCELLED"
            execution.reason = "The embedded cloud was stopped while the query ran"
            execution.ended_at = execution.started_at or execution.submitted_at
