"""Runs crawls in threads, keeps their states and history in Glue's backend, and tells EventBridge."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from localcloud import bus, objects, service
from localcloud.engines.athena.catalog import Partition, Table
from localcloud.engines.athena.glue import GlueCatalog
from localcloud.engines.crawler.crawl import (
    Changes,
    Crawl,
    CrawlFailedError,
    CrawlStoppedError,
    Policies,
    Target,
    crawl,
)
from localcloud.errors import ObjectNotFoundError

EVENT = ("aws.glue", "Glue Crawler State Change")
HISTORY = 100
LAST_STATUS = {"COMPLETED": "SUCCEEDED", "FAILED": "FAILED", "STOPPED": "CANCELLED"}


@dataclass
class CrawlRun:
    """One crawl, as ListCrawls shows it. Plain data: it is stored with Glue's state."""

    crawl_id: str
    crawler_name: str
    status: str = "RUNNING"
    start_time: datetime = field(default_factory=lambda: datetime.now(UTC))
    end_time: datetime | None = None
    error_message: str | None = None
    summary: str | None = None

    log_group = "/aws-glue/crawlers"

    def advance(self) -> None:
        """moto moves its crawls on when somebody looks; these move when something happened."""

    def as_dict(self) -> dict[str, Any]:
        seconds = ((self.end_time or datetime.now(UTC)) - self.start_time).total_seconds()
        found: dict[str, Any] = {
            "CrawlId": self.crawl_id,
            "State": "RUNNING" if self.status == "STOPPING" else self.status,
            "StartTime": self.start_time,
            "DPUHour": round(seconds / 3600, 6),
            "LogGroup": self.log_group,
            "LogStream": self.crawler_name,
            "MessagePrefix": self.crawl_id,
            "EndTime": self.end_time,
            "ErrorMessage": self.error_message,
            "Summary": self.summary,
        }
        return {key: value for key, value in found.items() if value is not None}

    def last_crawl(self) -> dict[str, Any]:
        """The crawler's LastCrawl once this one has ended."""
        found = {
            "Status": LAST_STATUS[self.status],
            "ErrorMessage": self.error_message,
            "LogGroup": self.log_group,
            "LogStream": self.crawler_name,
            "MessagePrefix": self.crawl_id,
            "StartTime": self.start_time,
        }
        return {key: value for key, value in found.items() if value is not None}


class Crawls:
    """The crawls under way in this process."""

    def __init__(self) -> None:
        self._stops: dict[str, threading.Event] = {}
        self._threads: dict[str, threading.Thread] = {}

    @property
    def running(self) -> int:
        return len(self._threads)

    def start(self, crawler: Any, run: CrawlRun) -> None:
        """Starts a crawl once the change that recorded it is stored."""
        stop = threading.Event()
        self._stops[run.crawl_id] = stop
        thread = threading.Thread(target=self._run, args=(crawler, run, stop), daemon=True)
        self._threads[run.crawl_id] = thread
        started = {
            "accountId": service.ACCOUNT,
            "crawlerName": crawler.name,
            "state": "Started",
            "startTime": _iso(run.start_time),
            "message": "Crawler Started",
        }
        bus.emit(*EVENT, started, region=crawler.backend.region_name)
        service.after_commit(thread.start)

    def stop(self, crawl_id: str) -> None:
        if crawl_id in self._stops:
            self._stops[crawl_id].set()

    def close(self) -> None:
        """Stops every crawl and waits for it."""
        for stop in list(self._stops.values()):
            stop.set()
        for thread in list(self._threads.values()):
            thread.join()

    def _run(self, crawler: Any, run: CrawlRun, stop: threading.Event) -> None:
        region = crawler.backend.region_name
        began = time.monotonic()
        try:
            pending = PendingCatalog(GlueCatalog(region))
            changes = crawl(wanted_of(crawler), pending, objects.store(), stop.is_set)
            with service.mutating("glue", region):
                pending.apply()
            self._ended(crawler, run, "COMPLETED", _succeeded(crawler.name, changes, time.monotonic() - began), changes)
        except CrawlStoppedError:
            self._ended(crawler, run, "STOPPED", _failed(crawler.name, "The crawler was stopped"))
        except (CrawlFailedError, ObjectNotFoundError, OSError) as error:
            run.error_message = str(error)
            self._ended(crawler, run, "FAILED", _failed(crawler.name, str(error)))
        finally:
            if run.status in ("RUNNING", "STOPPING"):  # whatever it was, nobody may wait for ever
                raised = sys.exc_info()[1]
                run.error_message = f"Internal Service Exception: {type(raised).__name__}: {raised}"
                self._ended(crawler, run, "FAILED", _failed(crawler.name, run.error_message))
            self._stops.pop(run.crawl_id, None)
            self._threads.pop(run.crawl_id, None)

    @staticmethod
    def _ended(
        crawler: Any, run: CrawlRun, status: str, detail: dict[str, Any], changes: Changes | None = None
    ) -> None:
        with service.mutating("glue", crawler.backend.region_name):
            run.status, run.end_time = status, datetime.now(UTC)
            if changes is not None:
                run.summary = (
                    f'{{"TABLE":"{{\\"Details\\":\\"{changes.tables_created} created, '
                    f'{changes.tables_updated} updated\\"}}"}}'
                )
            bus.emit(*EVENT, detail, region=crawler.backend.region_name)


class PendingCatalog:
    """Reads the catalog and keeps the changes back, so that they are made, and stored, together at the end."""

    def __init__(self, catalog: GlueCatalog) -> None:
        self._catalog = catalog
        self._changes: list[Callable[[], None]] = []

    def apply(self) -> None:
        for change in self._changes:
            change()

    def databases(self) -> list[str]:
        return self._catalog.databases()

    def tables(self, database: str) -> list[Table]:
        return self._catalog.tables(database)

    def table(self, database: str, name: str) -> Table | None:
        return self._catalog.table(database, name)

    def partitions(self, table: Table) -> list[Partition]:
        return self._catalog.partitions(table)

    def create_database(self, name: str, comment: str | None, location: str | None) -> None:
        self._changes.append(lambda: self._catalog.create_database(name, comment, location))

    def drop_database(self, name: str) -> None:
        self._changes.append(lambda: self._catalog.drop_database(name))

    def create_table(self, table: Table) -> None:
        self._changes.append(lambda: self._catalog.create_table(table))

    def update_table(self, table: Table) -> None:
        self._changes.append(lambda: self._catalog.update_table(table))

    def drop_table(self, database: str, name: str) -> None:
        self._changes.append(lambda: self._catalog.drop_table(database, name))

    def add_partitions(self, table: Table, partitions: Sequence[Partition]) -> None:
        self._changes.append(lambda: self._catalog.add_partitions(table, partitions))

    def update_partition(self, table: Table, partition: Partition) -> None:
        self._changes.append(lambda: self._catalog.update_partition(table, partition))

    def drop_partition(self, table: Table, values: tuple[str, ...]) -> None:
        self._changes.append(lambda: self._catalog.drop_partition(table, values))


def wanted_of(crawler: Any) -> Crawl:
    """A crawler's definition as the crawl reads it."""
    change, recrawl = crawler.schema_change_policy or {}, crawler.recrawl_policy or {}
    targets = tuple(
        Target(item["Path"], tuple(item.get("Exclusions") or ()))
        for item in (crawler.targets or {}).get("S3Targets", [])
    )
    return Crawl(
        crawler.name,
        crawler.database_name,
        crawler.table_prefix or "",
        targets,
        Policies(
            change.get("UpdateBehavior", "UPDATE_IN_DATABASE"),
            change.get("DeleteBehavior", "DEPRECATE_IN_DATABASE"),
            recrawl.get("RecrawlBehavior", "CRAWL_EVERYTHING"),
        ),
    )


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _succeeded(name: str, changes: Changes, seconds: float) -> dict[str, Any]:
    return {
        "accountId": service.ACCOUNT,
        "crawlerName": name,
        "state": "Succeeded",
        "message": "Crawler Succeeded",
        "completionDate": _iso(datetime.now(UTC)),
        "runningTime (sec)": str(int(seconds)),
        "tablesCreated": str(changes.tables_created),
        "tablesUpdated": str(changes.tables_updated),
        "tablesDeleted": str(changes.tables_deleted),
        "partitionsCreated": str(changes.partitions_created),
        "partitionsUpdated": str(changes.partitions_updated),
        "partitionsDeleted": str(changes.partitions_deleted),
        "warningMessage": "; ".join(changes.warnings) or "N/A",
        "cloudWatchLogLink": "",
    }


def _failed(name: str, message: str) -> dict[str, Any]:
    return {
        "accountId": service.ACCOUNT,
        "crawlerName": name,
        "state": "Failed",
        "message": "Crawler Failed",
        "errorMessage": message,
        "cloudWatchLogLink": "",
    }
