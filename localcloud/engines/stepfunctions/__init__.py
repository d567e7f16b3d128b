"""Step Functions: state machines really run, in threads of the server.

Not on moto's own interpreter, which passes most of the language, but costs 4.6 s of imports, 6 ms a state and a thread
per state and iteration, loses `$$.Map` inside tasks, cannot interrupt a retry's wait and catches what AWS does not.
This one reads the JSONPath language only and refuses the rest at CreateStateMachine.
"""

import threading
from typing import Any

from localcloud import service
from localcloud.activity import Execution as ShownExecution
from localcloud.engines.stepfunctions.execution import Execution
from localcloud.engines.stepfunctions.executions import Executions
from localcloud.state import Store

_lock = threading.Lock()
_opened: tuple[Store, Executions] | None = None


def current() -> Executions:
    """The executions of the running cloud, read from its state when first asked for."""
    global _opened
    store = service.store()
    with _lock:
        if _opened is None or _opened[0] is not store:
            from localcloud.engines.stepfunctions.lambda_calls import invoke

            executions = Executions(invoke)
            _opened = (store, executions)
            executions.recover()
        return _opened[1]


def install(cloud: Any) -> None:
    """Runs executions in this process; those that a stop interrupted are ABORTED."""
    service.when_loaded("stepfunctions", _patch)
    cloud.on_ready(lambda: current())
    cloud.on_stop(close)
    cloud.watch_executions(lambda: [_shown(execution) for execution in current().all()])


def _shown(execution: Execution) -> ShownExecution:
    return ShownExecution(
        arn=execution.execution_arn,
        machine=execution.machine,
        name=execution.name,
        status=execution.status,
        current_states=list(execution.current_states),
        started_at=execution.start_date,
        error=execution.error,
        cause=execution.cause,
        failed_state=execution.failed_state,
        stopped_at=execution.stop_date,
    )


def _patch() -> None:
    from localcloud.engines.stepfunctions import protocol

    protocol.patch(current)


def start(machine_arn: str, name: str | None, text: str) -> str:
    """StartExecution from within the process (rules, schedules); the execution's ARN."""
    with service.mutating("stepfunctions"):
        from localcloud.engines.stepfunctions import protocol

        return protocol.start(machine_arn, name, text).execution_arn


def close() -> None:
    """Ends the threads when the cloud stops."""
    global _opened
    with _lock:
        if _opened:
            _opened[1].close()
        _opened = None
