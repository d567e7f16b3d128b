"""Runs functions for everybody who invokes them: API callers, state machines, rules, buckets and queues."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from localcloud import service
from localcloud.activity import announce
from localcloud.engines.functions.asynchronous import AsynchronousInvocations
from localcloud.engines.functions.code import CodeFolders
from localcloud.engines.functions.configuration import Configuration, configuration_of
from localcloud.engines.functions.environment import Environment, InvokeResult
from localcloud.engines.functions.event_sources import QueuePollers
from localcloud.engines.functions.logs import LogWriter
from localcloud.engines.functions.pool import Pool
from localcloud.zygote import Zygote

if TYPE_CHECKING:
    from localcloud.cloud import LocalCloud

PRELOADED = (
    "boto3",
    "botocore.client",
    "botocore.httpsession",
    "botocore.signers",
    "aws_lambda_powertools",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.utilities.idempotency",
    "aws_lambda_powertools.utilities.data_classes",
    "email.parser",
    "http.client",
    "xml.etree.cElementTree",
    "dateutil.tz",
    "localcloud.warm_botocore",
)


class Engine:
    """The functions of one cloud."""

    def __init__(self, cloud: "LocalCloud") -> None:
        self._cloud = cloud
        self._folders = CodeFolders(cloud.state_dir / "functions")
        self._logs = LogWriter(cloud.state_dir / "logs" / "functions")
        self._zygote = Zygote(PRELOADED)
        self._pools: dict[str, Pool] = {}
        self._lock = threading.Lock()
        self._invocations = 0
        self._later = AsynchronousInvocations(service.store().journal("asynchronous invocations"), self._run_waiting)
        self._pollers = QueuePollers(lambda arn, payload: self.invoke(arn, payload, wait=True))

    def start(self) -> None:
        """Warms up what starts environments; resumes what a stop interrupted."""
        self._zygote.start()
        self._later.start()
        if "awslambda" in service.store().modules():
            self._pollers.refresh()

    def stop(self) -> None:
        """Ends every environment; what was accepted and not done stays stored."""
        self._pollers.stop()
        self._later.stop()
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.close()
        self._zygote.close()
        self._logs.close()

    def invoke(
        self, function: str, payload: bytes, qualifier: str | None = None, *, wait: bool = False
    ) -> InvokeResult:
        """Runs a function and waits; `wait` also waits at its concurrency limit instead of raising."""
        configuration = self._configuration(function, qualifier)
        pool = self._pool(configuration)
        with self._counted():
            return pool.run(configuration, payload or b"{}", wait=wait)

    def invoke_later(self, function: str, payload: bytes) -> None:
        """Accepts an asynchronous invocation: it is stored, and run until it succeeds or its retries are used up."""
        found, _ = self._find(function, None)
        self._later.accept(found.function_arn, payload or b"{}")

    def refresh_event_sources(self) -> None:
        """Begins and ends polling as the event source mappings now say."""
        self._pollers.refresh()

    def count_invocations(self) -> int:
        return self._invocations

    def count_waiting(self) -> int:
        return self._later.count()

    def _run_waiting(self, arn: str, payload: bytes) -> tuple[InvokeResult, Any]:
        result = self.invoke(arn, payload, wait=True)
        return result, self._find(arn, None)[0]

    def _find(self, function: str, qualifier: str | None) -> tuple[Any, Any]:
        region = function.split(":")[3] if function.startswith("arn:") else self._cloud.region
        with service.reading("lambda"):
            backend = service.backend("lambda", region)
            return backend.get_function(function, qualifier), backend

    def _configuration(self, function: str, qualifier: str | None) -> Configuration:
        with service.reading("lambda"):
            return configuration_of(*self._find(function, qualifier), self._folders)

    def _pool(self, configuration: Configuration) -> Pool:
        with self._lock:
            return self._pools.setdefault(configuration.arn, Pool(self._create))

    def _create(self, configuration: Configuration) -> Environment:
        return Environment(configuration, self._zygote, self._cloud.environment, self._logs)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self._invocations += 1
        try:
            yield
        finally:
            with self._lock:
                self._invocations -= 1
            announce()
