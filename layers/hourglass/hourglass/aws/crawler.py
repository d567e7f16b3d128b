"""The Glue crawler that reads the landing."""

from typing import Any

from botocore.exceptions import ClientError

from hourglass.aws.clients import client
from hourglass.errors import CrawlerBusyError
from hourglass.jobs import RUNNING, Outcome


class Crawler:
    """Starts a crawl and says what became of it."""

    def __init__(self) -> None:
        self._glue: Any = client("glue")

    def start(self, name: str) -> None:
        """Start a crawl.

        Raises:
            CrawlerBusyError: it runs already, so it may have passed what has just landed.
        """
        try:
            self._glue.start_crawler(Name=name)
        except ClientError as error:
            if error.response["Error"]["Code"] == "CrawlerRunningException":
                raise CrawlerBusyError(f"crawler {name} is running already") from error
            raise

    def outcome(self, job_id: str) -> Outcome:
        """A crawl that StartCrawler accepted has ended once the crawler is ready again."""
        crawler = self._glue.get_crawler(Name=job_id)["Crawler"]
        if crawler["State"] != "READY":
            return RUNNING
        last = crawler.get("LastCrawl", {})
        if last.get("Status") == "SUCCEEDED":
            return Outcome(True, {"crawler": job_id})
        why = last.get("ErrorMessage") or last.get("Status")
        return Outcome(True, error="CrawlFailedError", cause=f"crawler {job_id}: {why}")
