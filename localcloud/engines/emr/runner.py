"""Takes one cluster through its life: bootstrap actions, steps in order, the end.

One thread per cluster decides; one thread per running step waits for its process. Every change of state is
stored, with its event, before anything follows from it.
"""

import contextlib
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from localcloud import objects, service
from localcloud.engines.emr import events, jars, logs, records
from localcloud.engines.emr.failure import telling_line
from localcloud.engines.emr.node import Node, Process
from localcloud.engines.emr.records import Cluster, Failure, Step

logger = logging.getLogger(__name__)


def fetch(bucket: str, key: str, target: Path) -> None:
    """Copies an object to a file; KeyError if there is none."""
    shutil.copyfile(objects.store().path(bucket, key), target)


class ClusterRunner:
    """Runs one cluster. `make_node` builds its machine; `stop` ends it because the cloud stops."""

    def __init__(self, region: str, cluster: Cluster, make_node: Callable[[Cluster], Node]) -> None:
        self._region = region
        self._cluster = cluster
        self._make_node = make_node
        self._wake = threading.Event()
        self._processes: dict[str, Process] = {}
        self._cancelled: set[str] = set()
        self._workers: dict[str, threading.Thread] = {}
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=cluster.id, daemon=True)

    @property
    def alive(self) -> bool:
        """Whether the cluster has something left to do by itself."""
        waiting = self._cluster.state == records.WAITING and not self._cluster.end_code
        return self._thread.is_alive() and not waiting

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something changed: steps were added, the cluster is to end, a policy is new."""
        self._wake.set()

    def cancel(self, step_id: str) -> None:
        """Ends a running step; it becomes CANCELLED."""
        self._cancelled.add(step_id)
        process = self._processes.get(step_id)
        if process:
            process.kill()

    def stop(self) -> None:
        """Ends everything at once; the recovery after the next start records what happened."""
        self._stopping = True
        for process in list(self._processes.values()):
            process.kill()
        self._wake.set()
        if self._thread.ident:
            self._thread.join()

    @contextmanager
    def _changing(self) -> Iterator[Cluster]:
        with service.mutating("emr", self._region):
            yield self._cluster

    def _run(self) -> None:
        node = self._make_node(self._cluster)
        try:
            if self._bootstrap(node):
                self._become(records.RUNNING if self._pending() else records.WAITING)
                self._serve(node)
            for worker in list(self._workers.values()):
                worker.join()
        finally:
            if not self._stopping:
                self._end()
            node.remove()

    def _become(self, state: str, code: str | None = None, reason: str | None = None) -> None:
        with self._changing() as cluster:
            cluster.state, cluster.reason_code, cluster.reason = state, code, reason
            if state in (records.RUNNING, records.WAITING) and cluster.ready_at is None:
                cluster.ready_at = records.now()
            events.emit_cluster(cluster, self._region)

    def _bootstrap(self, node: Node) -> bool:
        """Runs the bootstrap actions; False when the cluster is to end."""
        actions = self._cluster.request.get("BootstrapActions", [])
        self._become(records.BOOTSTRAPPING)
        for number, action in enumerate(actions, start=1):
            script = action["ScriptBootstrapAction"]
            folder = node.logs / "bootstrap-actions" / str(number)
            folder.mkdir(parents=True)
            try:
                command = jars.fetch_script(script["Path"], folder, fetch)
            except jars.JarError as error:
                self._ask_end("BOOTSTRAP_FAILURE", str(error), failed=True)
                return False
            process = node.start([*command, *script.get("Args", [])], folder, {"EMR_CLUSTER_ID": self._cluster.id})
            self._processes[f"bootstrap-{number}"] = process
            if self._cluster.end_code or self._stopping:
                process.kill()
            code = process.wait()
            del self._processes[f"bootstrap-{number}"]
            if code and not self._cluster.end_code and not self._stopping:
                sentence = f"bootstrap action {number} returned a non-zero return code"
                self._ask_end("BOOTSTRAP_FAILURE", f"On the master instance, {sentence}", failed=True)
        return not self._cluster.end_code and not self._stopping

    def _pending(self) -> list[Step]:
        return [step for step in self._cluster.steps if step.state == records.PENDING]

    def _serve(self, node: Node) -> None:
        """Starts steps as they may run and returns when the cluster is to end."""
        idle_since = time.monotonic()
        while not self._stopping and not self._cluster.end_code:
            self._wake.clear()
            for step in self._pending():
                if len(self._running()) >= self._cluster.step_concurrency or self._cluster.end_code:
                    break
                self._launch(step, node)
            if self._running():
                idle_since = time.monotonic()
            elif not self._pending() and not self._cluster.end_code:
                if not self._cluster.keep_alive:
                    failed = any(step.state == records.FAILED for step in self._cluster.steps)
                    self._ask_end("ALL_STEPS_COMPLETED", "Steps completed" + (" with errors" if failed else ""))
                    break
                if self._cluster.state != records.WAITING:
                    self._become(records.WAITING, None, "Cluster ready after last step completed.")
            left = self._idle_seconds_left(idle_since)
            if left is not None and left <= 0:
                self._ask_end("USER_REQUEST", "Terminated by the auto-termination policy")
                break
            self._wake.wait(left)

    def _idle_seconds_left(self, idle_since: float) -> float | None:
        policy = self._cluster.auto_termination
        if policy is None or self._running() or self._pending():
            return None
        return float(idle_since + policy.get("IdleTimeout", 3600) - time.monotonic())

    def _running(self) -> list[Step]:
        return [step for step in self._cluster.steps if step.state == records.RUNNING]

    def _launch(self, step: Step, node: Node) -> None:
        if self._cluster.state != records.RUNNING:
            self._become(records.RUNNING, None, "Running step")
        with self._changing() as cluster:
            if step.state != records.PENDING:
                return
            step.state, step.started_at = records.RUNNING, records.now()
            events.emit_step(cluster, step, self._region)
        worker = threading.Thread(target=self._run_step, args=(step, node), name=step.id, daemon=True)
        self._workers[step.id] = worker
        worker.start()

    def _run_step(self, step: Step, node: Node) -> None:
        folder = node.logs / "steps" / step.id
        folder.mkdir(parents=True)
        for name in logs.NAMES:
            (folder / name).touch()
        reason, message, code = "Unknown Error.", "", 1
        try:
            command = jars.command_of(step.jar, step.args, folder, fetch)
            self._note(folder, f"INFO startExec 'hadoop jar {step.jar} {' '.join(command)}'")
            code = self._execute(step, command, node, folder)
            self._note(folder, f"INFO total process run time and exit status: {code}")
        except jars.JarError as error:
            reason, message = error.reason, str(error)
            self._note(folder, f"ERROR {message}")
        except OSError as error:
            message = f"The step could not be started: {error}"
            self._note(folder, f"ERROR {message}")
        if self._stopping:
            return
        message = message or telling_line(logs.tail(folder / "stderr")) or f"The program ended with exit code {code}"
        log_file = logs.publish(folder, self._cluster.log_uri, f"{self._cluster.id}/steps/{step.id}")
        self._finish(step, code, Failure(reason, message, log_file))
        self._wake.set()

    def _execute(self, step: Step, command: list[str], node: Node, folder: Path) -> int:
        extra: Mapping[str, str] = {"EMR_CLUSTER_ID": self._cluster.id, "EMR_STEP_ID": step.id}
        process = node.start(command, folder, extra)
        self._processes[step.id] = process
        if step.id in self._cancelled or self._stopping:
            process.kill()
        code = process.wait()
        del self._processes[step.id]
        return code

    def _finish(self, step: Step, code: int, failure: Failure) -> None:
        with self._changing() as cluster:
            step.ended_at = records.now()
            if step.id in self._cancelled:
                step.state, step.reason = records.CANCELLED, "Cancelled by user"
            elif code == 0:
                step.state = records.COMPLETED
            else:
                step.state, step.reason, step.failure = records.FAILED, failure.reason, failure
            events.emit_step(cluster, step, self._region)
            if step.state == records.FAILED:
                self._after_failure(cluster, step)

    def _after_failure(self, cluster: Cluster, step: Step) -> None:
        if step.action_on_failure == "CONTINUE":
            return
        for other in self._pending():
            cancel_step(cluster, other, self._region, "Cancelled because a step failed")
        if step.action_on_failure in ("TERMINATE_CLUSTER", "TERMINATE_JOB_FLOW") and not cluster.termination_protected:
            self._ask_end("STEP_FAILURE", "Shut down as step failed", failed=True)

    def _ask_end(self, code: str, reason: str, *, failed: bool = False) -> None:
        with self._changing() as cluster:
            if cluster.end_code is None:
                cluster.end_code, cluster.end_reason, cluster.end_with_errors = code, reason, failed

    def _end(self) -> None:
        """TERMINATING, nothing runs any more, then the final state."""
        with contextlib.suppress(KeyError):
            for step_id in list(self._processes):
                self.cancel(step_id)
        cluster = self._cluster
        if cluster.end_code is None:
            self._ask_end("INTERNAL_ERROR", "The cluster's runner failed", failed=True)
        self._become(records.TERMINATING, cluster.end_code, cluster.end_reason)
        for worker in list(self._workers.values()):
            worker.join()
        with self._changing():
            for step in self._pending():
                cancel_step(cluster, step, self._region, "Cluster terminated")
            cluster.ended_at = records.now()
        final = records.TERMINATED_WITH_ERRORS if cluster.end_with_errors else records.TERMINATED
        self._become(final, cluster.end_code, cluster.end_reason)

    @staticmethod
    def _note(folder: Path, line: str) -> None:
        with (folder / "controller").open("a") as controller:
            controller.write(f"{records.now():%Y-%m-%dT%H:%M:%S.000Z} {line}\n")


def cancel_step(cluster: Cluster, step: Step, region: str, reason: str) -> None:
    """Records that a step will not run; the caller holds the state."""
    step.state, step.ended_at, step.reason = records.CANCELLED, records.now(), reason
    events.emit_step(cluster, step, region)
