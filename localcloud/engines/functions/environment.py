"""One execution environment: a child process that runs a function's handler, one invocation at a time."""

import os
import secrets
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from localcloud.engines.functions.configuration import Configuration
from localcloud.engines.functions.logs import Line, LogPipe, LogWriter, tail
from localcloud.engines.functions.runtime_api import Answer, Invocation, RuntimeApi, error_body
from localcloud.zygote import Zygote, inherited_environment

INIT_SECONDS = 10
MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100


@dataclass(frozen=True)
class InvokeResult:
    """`function_error` is None, or 'Unhandled' when the payload describes an error; `log_tail` holds up to 4 KB."""

    payload: bytes
    function_error: str | None
    log_tail: bytes
    executed_version: str = "$LATEST"


class Environment:
    """A child process with its Runtime API and its log stream. `usable` is False once it must not be used again."""

    def __init__(
        self, configuration: Configuration, zygote: Zygote, cloud_environment: Mapping[str, str], logs: LogWriter
    ) -> None:
        self.configuration = configuration
        self.usable = True
        self.idle_since = time.monotonic()
        self._logs = logs
        self._api = RuntimeApi()
        self._pipe = LogPipe()
        now = datetime.now(UTC)
        self._stream = f"{now:%Y/%m/%d}/[{configuration.version}]{secrets.token_hex(16)}"
        self._child = zygote.spawn(
            "awslambdaric",
            [configuration.handler],
            env=self._variables(cloud_environment),
            cwd=configuration.code,
            stdout=self._pipe.writer,
            stderr=self._pipe.writer,
        )
        os.close(self._pipe.writer)
        self._child.on_exit(self._ended)

    def run(self, payload: bytes) -> InvokeResult:
        """Runs the handler once; errors, time-outs and crashes are results, as they are of Lambda."""
        request_id = str(uuid.uuid4())
        started = time.monotonic()
        limit = self.configuration.timeout_seconds
        if not self._initialised(max(INIT_SECONDS, limit)):
            answer = self._failed_init(request_id)
        else:
            started = time.monotonic()
            self._api.offer(
                Invocation(
                    request_id,
                    payload,
                    int((time.time() + limit) * 1000),
                    self.configuration.arn,
                    f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)};Sampled=0",
                )
            )
            answer = self._await(request_id, limit)
        return self._finish(request_id, answer, (time.monotonic() - started) * 1000)

    def close(self) -> None:
        """Ends the process."""
        self.usable = False
        self._child.kill()
        self._api.close()

    def _initialised(self, seconds: float) -> bool:
        return self._api.asked.wait(seconds) and self._child.returncode is None

    def _ended(self, _code: int) -> None:
        self.usable = False
        self._api.asked.set()
        self._api.answers.put(None)

    def _failed_init(self, request_id: str) -> Answer:
        self.usable = False
        if self._child.returncode is None:
            self.close()
            return Answer("error", error_body("Sandbox.Timedout", f"RequestId: {request_id} Error: Init timed out"))
        answer = self._api.answers.get()
        return answer or self._exited(request_id)

    def _await(self, request_id: str, limit: int) -> Answer:
        timed_out = threading.Event()

        def time_out() -> None:
            timed_out.set()
            self._api.answers.put(None)

        timer = threading.Timer(limit, time_out)
        timer.daemon = True
        timer.start()
        answer = self._api.answers.get()
        timer.cancel()
        if answer is not None:
            return answer
        if timed_out.is_set():
            self.close()
            message = f"RequestId: {request_id} Error: Task timed out after {limit:.2f} seconds"
            return Answer("timeout", error_body("Sandbox.Timedout", message))
        return self._exited(request_id)

    def _exited(self, request_id: str) -> Answer:
        self._child.wait(1)
        code = self._child.returncode or 0
        how = "signal: killed" if code == -9 else f"signal: {-code}" if code < 0 else f"exit status {code}"
        message = f"RequestId: {request_id} Error: Runtime exited with error: {how}"
        return Answer("error", error_body("Runtime.ExitError", message))

    def _finish(self, request_id: str, answer: Answer, duration_ms: float) -> InvokeResult:
        body = answer.body
        failed = answer.kind != "response"
        if len(body) > MAX_RESPONSE_BYTES:
            failed = True
            message = f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
            body = error_body("Function.ResponseSizeTooLarge", message)
        lines = self._report(request_id, self._pipe.take(), answer, duration_ms)
        configuration = self.configuration
        self._logs.write(configuration.region, configuration.log_group, self._stream, configuration.name, lines)
        self.idle_since = time.monotonic()
        return InvokeResult(body, "Unhandled" if failed else None, tail(lines), configuration.version)

    def _report(self, request_id: str, printed: list[Line], answer: Answer, duration_ms: float) -> list[Line]:
        now = time.time_ns() // 1_000_000
        began = now - int(duration_ms)
        if self.configuration.log_format == "JSON":
            return printed
        lines = [(began, f"START RequestId: {request_id} Version: {self.configuration.version}"), *printed]
        if answer.kind == "timeout":
            stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
            seconds = self.configuration.timeout_seconds
            lines.append((now, f"{stamp} {request_id} Task timed out after {seconds:.2f} seconds"))
        report = f"REPORT RequestId: {request_id}\tDuration: {duration_ms:.2f} ms\t"
        report += f"Memory Size: {self.configuration.memory_mb} MB"
        return [*lines, (now, f"END RequestId: {request_id}"), (now, report)]

    def _variables(self, cloud_environment: Mapping[str, str]) -> dict[str, str]:
        configuration = self.configuration
        places = [configuration.code, *configuration.layers]
        return {
            **inherited_environment(),
            **dict(configuration.variables),
            **cloud_environment,
            "AWS_REGION": configuration.region,
            "AWS_DEFAULT_REGION": configuration.region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{configuration.runtime}",
            "AWS_LAMBDA_FUNCTION_NAME": configuration.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.memory_mb),
            "AWS_LAMBDA_FUNCTION_VERSION": configuration.version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_FORMAT": configuration.log_format,
            "AWS_LAMBDA_LOG_LEVEL": configuration.log_level,
            "AWS_LAMBDA_LOG_GROUP_NAME": configuration.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": self._stream,
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "LAMBDA_TASK_ROOT": str(configuration.code),
            "LAMBDA_RUNTIME_DIR": str(Path(__file__).parent),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.pathsep.join(str(place) for place in places),
            "TZ": ":UTC",
            "_HANDLER": configuration.handler,
        }
