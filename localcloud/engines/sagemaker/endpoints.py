"""Brings endpoints up, exchanges them blue/green, and finds the server for an invocation."""

import random
import threading
from collections.abc import Callable
from pathlib import Path

from localcloud import service
from localcloud.engines.sagemaker import events
from localcloud.engines.sagemaker.container import Images
from localcloud.engines.sagemaker.records import Endpoint, Variant
from localcloud.engines.sagemaker.serving import Server
from localcloud.errors import LocalCloudError


class Fleet:
    """All servers of this cloud, by endpoint."""

    def __init__(self, images: Images, folder: Path) -> None:
        self._images = images
        self._folder = folder
        self._servers: dict[str, list[Server]] = {}
        self._lock = threading.Lock()
        self._starting: dict[str, threading.Lock] = {}
        self._threads: list[threading.Thread] = []

    @property
    def changing(self) -> int:
        """How many endpoints are being created or updated."""
        return sum(1 for thread in self._threads if thread.is_alive())

    def create(self, endpoint: Endpoint) -> None:
        """Starts an endpoint in the background."""
        self._in_background(lambda: self._bring_up(endpoint))

    def update(self, endpoint: Endpoint) -> None:
        """Starts the new configuration in the background; the old one serves until the new one is ready."""
        self._in_background(lambda: self._exchange(endpoint))

    def delete(self, arn: str) -> None:
        """Ends an endpoint's servers in the background."""
        with self._lock:
            servers = self._servers.pop(arn, [])
        self._in_background(lambda: _close(servers))

    def server_for(self, endpoint: Endpoint, variant: str | None) -> Server:
        """The server for one invocation; servers that a stop or crash of the cloud ended are started first."""
        with self._lock:
            starting = self._starting.setdefault(endpoint.arn, threading.Lock())
        servers = self._servers.get(endpoint.arn, [])
        if not servers or not all(server.alive for server in servers):
            with starting:
                servers = self._servers.get(endpoint.arn, [])
                if not servers or not all(server.alive for server in servers):
                    _close(servers)
                    servers = self._start(endpoint, endpoint.variants)
                    with self._lock:
                        self._servers[endpoint.arn] = servers
        if variant is not None:
            for server in servers:
                if server.variant.name == variant:
                    return server
            raise LocalCloudError(f"Variant {variant} is not found for Request")
        if len(servers) == 1:
            return servers[0]
        weights = [float(server.variant.config.get("InitialVariantWeight", 1.0)) for server in servers]
        return random.choices(servers, weights)[0]  # noqa: S311 - traffic shares, no secret

    def close(self) -> None:
        with self._lock:
            servers = [server for group in self._servers.values() for server in group]
            self._servers.clear()
        _close(servers)
        for thread in self._threads:
            thread.join(timeout=5)

    def _start(self, endpoint: Endpoint, variants: list[Variant]) -> list[Server]:
        servers: list[Server] = []
        try:
            for variant in variants:
                place = f"{endpoint.endpoint_name}-{endpoint.revision}-{variant.name}"
                log = self._folder / "logs" / f"endpoint-{endpoint.endpoint_name}.log"
                servers.append(Server(variant, self._images, self._folder / "endpoints" / place, log))
            for server in servers:
                server.wait_until_ready()
        except (LocalCloudError, OSError):
            _close(servers)
            raise
        return servers

    def _bring_up(self, endpoint: Endpoint) -> None:
        try:
            servers = self._start(endpoint, endpoint.variants)
        except (LocalCloudError, OSError) as error:
            self._become(endpoint, "Failed", str(error))
            return
        with self._lock:
            self._servers[endpoint.arn] = servers
        self._become(endpoint, "InService")

    def _exchange(self, endpoint: Endpoint) -> None:
        if endpoint.updating_to is None:
            return
        config_name, variants = endpoint.updating_to
        endpoint.revision += 1
        try:
            servers = self._start(endpoint, variants)
        except (LocalCloudError, OSError) as error:
            with service.mutating("sagemaker"):
                endpoint.updating_to = None
            self._become(endpoint, "InService", f"The update was rolled back. {error}")
            return
        with self._lock:
            old, self._servers[endpoint.arn] = self._servers.get(endpoint.arn, []), servers
        with service.mutating("sagemaker"):
            endpoint.endpoint_config_name, endpoint.variants, endpoint.updating_to = config_name, variants, None
        self._become(endpoint, "InService")
        _close(old)

    @staticmethod
    def _become(endpoint: Endpoint, status: str, failure: str | None = None) -> None:
        with service.mutating("sagemaker"):
            endpoint.become(status, failure)
            events.emit_endpoint(endpoint)

    def _in_background(self, work: Callable[[], None]) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive() or thread.ident is None]
        thread = threading.Thread(target=work, name="endpoint", daemon=True)
        self._threads.append(thread)
        service.after_commit(thread.start)


def _close(servers: list[Server]) -> None:
    for server in servers:
        server.close()
