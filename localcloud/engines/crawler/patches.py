"""Puts real crawls in the place of moto's, which stay RUNNING for ever."""

import uuid
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.glue.exceptions import CrawlerNotRunningException, CrawlerRunningException
from moto.glue.models import FakeCrawler, GlueBackend
from moto.glue.responses import GlueResponse

from localcloud.engines.crawler.runs import HISTORY, CrawlRun, Crawls

_ENDED = ("COMPLETED", "FAILED", "STOPPED")
_as_dict = FakeCrawler.as_dict
_create_crawler = GlueBackend.create_crawler


class InvalidInputError(JsonRESTError):
    """Raised when a crawler's policies contradict each other; InvalidInputException on the wire."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("InvalidInputException", message)


def check_policies(change: dict[str, str] | None, recrawl: dict[str, str] | None) -> None:
    """New folders only may not update or delete: Glue wants both behaviours to be LOG."""
    if (recrawl or {}).get("RecrawlBehavior") != "CRAWL_NEW_FOLDERS_ONLY":
        return
    change = change or {}
    if change.get("UpdateBehavior") != "LOG" or change.get("DeleteBehavior") != "LOG":
        raise InvalidInputError(
            "The SchemaChangePolicy for CRAWL_NEW_FOLDERS_ONLY recrawl behavior can have only LOG "
            "DeleteBehavior value and LOG UpdateBehavior value"
        )


def patch_moto(crawls: Crawls) -> None:
    """Called when Glue is loaded, once per cloud; the newest cloud's crawls are used."""

    def start_crawler(self: FakeCrawler) -> None:
        if self.crawls and self.crawls[-1].status not in _ENDED:
            raise CrawlerRunningException(f"Crawler with name {self.name} has already started")
        run = CrawlRun(str(uuid.uuid4()), self.name)
        self.crawls = [*self.crawls[-HISTORY:], run]  # type: ignore[list-item]
        crawls.start(self, run)

    def stop_crawler(self: FakeCrawler) -> None:
        if not self.crawls or self.crawls[-1].status in _ENDED:
            raise CrawlerNotRunningException(f"Crawler with name {self.name} isn't running")
        self.crawls[-1].status = "STOPPING"
        crawls.stop(self.crawls[-1].crawl_id)

    def as_dict(self: FakeCrawler) -> dict[str, Any]:
        held, self.crawls = self.crawls, []
        try:
            found = _as_dict(self)
        finally:
            self.crawls = held
        found["State"] = self.status
        found |= {name: value for name, value in _defaults(self).items() if found.get(name) is None}
        ended: list[Any] = [run for run in held if run.status in _ENDED]
        if ended:
            found["LastCrawl"] = ended[-1].last_crawl()
        return {name: value for name, value in found.items() if value is not None}

    def create_crawler(self: GlueBackend, *args: Any, **kwargs: Any) -> None:
        check_policies(kwargs.get("schema_change_policy"), kwargs.get("recrawl_policy"))
        _create_crawler(self, *args, **kwargs)

    patched: list[tuple[type, str, Any]] = [
        (FakeCrawler, "start_crawler", start_crawler),
        (FakeCrawler, "stop_crawler", stop_crawler),
        (FakeCrawler, "as_dict", as_dict),
        (GlueBackend, "create_crawler", create_crawler),
        (GlueResponse, "update_crawler", update_crawler),
        (GlueResponse, "get_crawler_metrics", get_crawler_metrics),
    ]
    for owner, name, value in patched:
        setattr(owner, name, value)


def _defaults(crawler: FakeCrawler) -> dict[str, Any]:
    return {
        "SchemaChangePolicy": {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DEPRECATE_IN_DATABASE"},
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
        "Classifiers": [],
        "LineageConfiguration": {"CrawlerLineageSettings": "DISABLE"},
    }


_FIELDS = {
    "Role": "role",
    "DatabaseName": "database_name",
    "Description": "description",
    "Targets": "targets",
    "Schedule": "schedule",
    "Classifiers": "classifiers",
    "TablePrefix": "table_prefix",
    "SchemaChangePolicy": "schema_change_policy",
    "RecrawlPolicy": "recrawl_policy",
    "LineageConfiguration": "lineage_configuration",
    "Configuration": "configuration",
    "CrawlerSecurityConfiguration": "crawler_security_configuration",
}


def update_crawler(self: GlueResponse) -> ActionResult:
    """UpdateCrawler, which moto lacks."""
    crawler = self.glue_backend.get_crawler(self.parameters["Name"])
    if crawler.status != "READY":
        raise CrawlerRunningException(f"Crawler with name {crawler.name} is running")
    check_policies(
        self.parameters.get("SchemaChangePolicy", crawler.schema_change_policy),
        self.parameters.get("RecrawlPolicy", crawler.recrawl_policy),
    )
    for name, attribute in _FIELDS.items():
        if name in self.parameters:
            setattr(crawler, attribute, self.parameters[name])
    crawler.version += 1
    return ActionResult({})


def get_crawler_metrics(self: GlueResponse) -> ActionResult:
    """GetCrawlerMetrics, which moto lacks."""
    names = self.parameters.get("CrawlerNameList") or list(self.glue_backend.crawlers)
    metrics = []
    for name in names:
        runs: list[Any] = list(self.glue_backend.get_crawler(name).crawls)
        seconds = [(run.end_time - run.start_time).total_seconds() for run in runs if run.end_time]
        metrics.append(
            {
                "CrawlerName": name,
                "TimeLeftSeconds": 0.0,
                "StillEstimating": bool(runs) and runs[-1].end_time is None,
                "LastRuntimeSeconds": seconds[-1] if seconds else 0.0,
                "MedianRuntimeSeconds": sorted(seconds)[len(seconds) // 2] if seconds else 0.0,
            }
        )
    return ActionResult({"CrawlerMetricsList": metrics})


def recover(backend: Any) -> None:
    """Crawls that ran when the cloud stopped or died have failed: their threads are gone."""
    for crawler in backend.crawlers.values():
        for run in crawler.crawls:
            if run.status not in _ENDED:
                run.status, run.end_time = "FAILED", run.start_time
                run.error_message = "The embedded cloud was stopped while the crawler ran"
