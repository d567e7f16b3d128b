"""Who waits for the cloud's activity hears of a change at once, and of none after its time."""

import threading
from datetime import UTC, datetime

from localcloud.activity import Activity, Execution, announce, await_other

ARN = "arn:aws:states:eu-central-1:123456789012:execution:m:e"


def at(*states: str, status: str = "RUNNING") -> Activity:
    return Activity([Execution(ARN, "m", "e", status, states, datetime(2026, 11, 22, tzinfo=UTC))], {})


def test_an_activity_that_is_another_already_is_answered_at_once():
    assert await_other(at("Plan").mark, lambda: at("Launch"), 60) == at("Launch")


def test_a_change_is_answered_when_it_is_announced():
    now, looked = [at("Plan")], threading.Event()

    def change() -> None:
        looked.wait()
        now[0] = at("Launch")
        announce()

    def look() -> Activity:
        found = now[0]
        looked.set()
        return found

    changing = threading.Thread(target=change)
    changing.start()
    assert await_other(at("Plan").mark, look, 60) == at("Launch")
    changing.join()


def test_without_a_change_the_same_is_answered_when_the_time_is_over():
    assert await_other(at("Plan").mark, lambda: at("Plan"), 0) == at("Plan")


def test_the_end_of_an_execution_and_of_other_work_are_changes():
    ended = at(status="SUCCEEDED")
    marks = {at("Plan").mark, ended.mark, Activity(ended.executions, {"queries": 1}).mark, Activity([], {}).mark}
    assert len(marks) == 4
