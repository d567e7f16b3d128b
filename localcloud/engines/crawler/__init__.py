"""Glue's crawlers: read the headers of objects in S3 and keep tables and partitions in the catalog."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.cloud import LocalCloud


def install(cloud: "LocalCloud") -> None:
    """Puts the engine behind Glue's crawler API of a cloud; nothing heavy is imported before Glue is first used."""
    from localcloud import service

    opened: list[Any] = []

    def patch() -> None:
        from localcloud.engines.crawler.patches import patch_moto
        from localcloud.engines.crawler.runs import Crawls

        if not opened:
            opened.append(Crawls())
        patch_moto(opened[0])

    def recover(backend: object) -> None:
        from localcloud.engines.crawler import patches

        patches.recover(backend)

    def stop() -> None:
        for crawls in opened:
            crawls.close()

    service.when_loaded("glue", patch)
    service.after_loading("glue", patch)
    service.when_recovering("glue", recover)
    cloud.watch("crawls", lambda: opened[0].running if opened else 0)
    cloud.on_stop(stop)
