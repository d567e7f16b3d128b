"""The embedded cloud as one object: starts, serves a state folder, deploys, says what goes on, stops.

with LocalCloud(Path(".state")) as cloud:
    cloud.deploy(Path("template.yaml"), stack="demo", parameters={})
    boto3.client("s3", endpoint_url=cloud.endpoint_url)
"""

import importlib
import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud import botocore_files, objects, service
from localcloud.activity import Activity, Execution, await_other
from localcloud.errors import CloudNotRunningError, UnsupportedError
from localcloud.server import Dispatcher, Server, find_actions_quickly, forget_instances, read_times_quickly
from localcloud.state import LOCK, Store
from localcloud.state_lock import StateLock

if TYPE_CHECKING:
    from localcloud.deploy import Stack

COMPONENTS = (
    "localcloud.engines.events",
    "localcloud.engines.functions",
    "localcloud.engines.stepfunctions",
    "localcloud.engines.schedule",
    "localcloud.engines.glue",
    "localcloud.engines.athena",
    "localcloud.engines.crawler",
    "localcloud.engines.emr",
    "localcloud.engines.sagemaker",
)
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "localcloud", "AWS_SECRET_ACCESS_KEY": "localcloud"}
DEFAULT_REGION = "us-east-1"
MOST_WAIT_SECONDS = 10.0  # for another activity


class LocalCloud:
    """One embedded cloud. `images` maps a container repository's name to the folder with its Dockerfile.

    Engines use `on_ready`, `on_stop`, `watch`, `watch_executions` and `answer` from their `install(cloud)`.
    """

    def __init__(
        self,
        state_dir: Path,
        port: int | None = None,
        images: Mapping[str, Path] | None = None,
        *,
        components: Sequence[str] = COMPONENTS,
    ) -> None:
        self.state_dir = state_dir.resolve()
        self.images = dict(images or {})
        self.region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION
        self._components = components
        self._wanted_port = port
        self._lock = StateLock(self.state_dir)
        self._server: Server | None = None
        self._on_ready: list[Callable[[], None]] = []
        self._on_stop: list[Callable[[], None]] = []
        self._busy: dict[str, Callable[[], int]] = {}
        self._executions: list[Callable[[], Sequence[Execution]]] = []
        self._answers: dict[str, Callable[[Any], Any]] = {}

    @property
    def port(self) -> int:
        """Where the cloud listens, on 127.0.0.1."""
        if self._server is None:
            raise CloudNotRunningError("The embedded cloud has not been started.")
        return self._server.port

    @property
    def endpoint_url(self) -> str:
        """What AWS_ENDPOINT_URL is to be."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make any AWS client talk to this cloud and nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            **CREDENTIALS,
        }

    def start(self) -> "LocalCloud":
        """Takes the state folder and serves it; StateInUseError if another process does."""
        self._lock.acquire()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def _start(self) -> None:
        running = self.state_dir / "running"
        killed = running.exists()
        running.touch()
        service.open_state(Store(self.state_dir / "state.sqlite"))
        forget_instances()
        read_times_quickly()
        find_actions_quickly()
        botocore_files.remember()
        objects.open_store(self.state_dir / "objects", swept=killed)
        self._server = Server(Dispatcher(self._admin), self._wanted_port)
        for component in self._components:
            if find_spec(component):
                install = getattr(importlib.import_module(component), "install", None)
                if install:
                    install(self)
        self._server.start()
        self._lock.announce(self.port)
        for callback in self._on_ready:
            callback()

    def stop(self) -> None:
        """Stops what runs, stores everything and gives the folder back."""
        server, self._server = self._server, None
        for callback in reversed(self._on_stop):
            callback()
        if server:
            server.stop()
        service.close_state()
        objects.close_store()
        (self.state_dir / "running").unlink(missing_ok=True)
        self._lock.release()
        for registered in (self._on_ready, self._on_stop, self._executions):
            registered.clear()
        self._busy.clear()
        self._answers.clear()

    def __enter__(self) -> "LocalCloud":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def on_ready(self, callback: Callable[[], None]) -> None:
        """Calls back when the cloud answers requests: resume here what a stop interrupted."""
        self._on_ready.append(callback)

    def on_stop(self, callback: Callable[[], None]) -> None:
        """Calls back when the cloud stops, last registered first, while it still answers and stores."""
        self._on_stop.append(callback)

    def watch(self, what: str, count: Callable[[], int]) -> None:
        """Adds something whose count keeps the cloud from being idle: 'queries', 'steps', …"""
        self._busy[what] = count

    def watch_executions(self, executions: Callable[[], Sequence[Execution]]) -> None:
        """Adds the state machines' executions."""
        self._executions.append(executions)

    def answer(self, route: str, answer: Callable[[Any], Any]) -> None:
        """Answers POST /_localcloud/<route>: a document in, a document out."""
        self._answers[route] = answer

    def activity(self) -> Activity:
        """What goes on now; under the lock, so that work handed from one engine to the next is never missed."""
        with LOCK:
            found = [execution for source in self._executions for execution in source()]
            busy = {what: count() for what, count in self._busy.items()}
        found.sort(key=lambda execution: execution.started_at, reverse=True)
        return Activity(found, busy)

    def deploy(self, template: Path, *, stack: str, parameters: Mapping[str, str]) -> "Stack":
        """Creates or updates the resources of a SAM template; raises for anything that is not supported."""
        from localcloud.deploy import deploy

        return deploy(self, template, stack=stack, parameters=parameters)

    def fire_schedule(self, name: str) -> None:
        """Does now what EventBridge Scheduler does at the schedule's time; takes its name or logical id."""
        from localcloud.engines.schedule import fire

        fire(name)

    def _admin(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        parts = path.strip("/").split("/")
        if method == "GET" and parts[0] == "activity" and len(parts) <= 2:
            activity = await_other(parts[1], self.activity, MOST_WAIT_SECONDS) if parts[1:] else self.activity()
            busy = {what: count for what, count in activity.busy.items() if count}
            executions = [asdict(execution) for execution in activity.executions]
            return 200, {"executions": executions, "idle": activity.idle, "busy": busy, "mark": activity.mark}
        if method == "POST" and len(parts) == 3 and parts[0] == "schedules" and parts[2] == "fire":
            self.fire_schedule(parts[1])
            return 200, {}
        if method == "POST" and parts == ["deploy"]:
            asked = json.loads(body)
            stack = self.deploy(Path(asked["template"]), stack=asked["stack"], parameters=asked.get("parameters", {}))
            return 200, {"outputs": stack.outputs, "physical_ids": stack.physical_ids}
        if method == "GET" and len(parts) == 2 and parts[0] == "stacks":
            from localcloud.deploy.records import find

            found = find(parts[1]).stack
            return 200, {"outputs": found.outputs, "physical_ids": found.physical_ids}
        if method == "POST" and parts == ["stop"]:
            threading.Thread(target=self._on_stop_request, daemon=True).start()
            return 202, {}
        if method == "POST" and "/".join(parts) in self._answers:
            return 200, self._answers["/".join(parts)](json.loads(body))
        raise UnsupportedError(f"There is no {method} /_localcloud{path}.")

    def _on_stop_request(self) -> None:
        self.stop()
