"""The handlers of `detect` on moto: what they read, what they write, and what they say when something is wrong."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from hourglass.plans import detection_run_id
from hourglass.publication import SchemaMismatchError
from hourglass.settings import SettingsError
from hourglass.sql_files import load_sql
from hourglass.tables import parse_table, table_input

EVENTS = Path(__file__).parents[3] / "events"
STARTED = {
    "execution": "arn:aws:states:us-east-1:123456789012:execution:detect:e1",
    "started_at": "2026-11-23T08:15:00Z",
}


def event(function):
    return json.loads((EVENTS / f"{function}.json").read_text(encoding="utf-8"))


def manifest(world, run_id, **new_rows):
    tables = {name: {"rows": 9, "new_rows": rows} for name, rows in new_rows.items()}
    world.put(f"raw/_manifests/{run_id}.json", {"run_id": run_id, "tables": tables})


def all_tables(world):
    for name, ddl in load_sql().folder("tables").items():
        world.glue.create_table(
            DatabaseName="timesheets", TableInput=table_input(parse_table(name, ddl), "s3://lake/x/")
        )


def test_a_landing_with_new_rows_is_planned(world):
    manifest(world, "r1", timesheet=3, country=0)
    plan = world.invoke("plan_detection", STARTED)
    assert (plan["anything_to_do"], plan["anything_new"], plan["new_rows"]) == (True, True, 3)
    assert plan["type"] == [["typed_timesheet"]]
    assert world.get(plan["plan_key"])["ingest_runs"] == ["r1"]
    assert world.lock_owner() == STARTED["execution"]


def test_nothing_new_marks_the_landing_and_frees_the_lock_without_a_plan(world):
    all_tables(world)
    manifest(world, "r1", timesheet=0)
    plan = world.invoke("plan_detection", STARTED)
    assert (plan["anything_to_do"], plan["landings"]) == (False, 1)
    assert world.keys("plans/") == ["plans/_detected/r1.json"]
    assert world.lock_owner() is None


def test_an_empty_source_only_needs_its_tables(world):
    manifest(world, "r1", timesheet=0)
    plan = world.invoke("plan_detection", STARTED)
    assert (plan["anything_to_do"], plan["anything_new"], plan["type"]) == (True, False, [])
    assert world.invoke("create_tables", plan) == {"created": len(world.tables()), "widened": 0}
    assert world.tables() == sorted(load_sql().folder("tables"))


def test_a_table_gets_the_columns_that_a_release_has_added(world):
    all_tables(world)
    described = world.glue.get_table(DatabaseName="timesheets", Name="peer_week")["Table"]
    columns = described["StorageDescriptor"]["Columns"]
    narrow = {**described["StorageDescriptor"], "Columns": columns[:-1]}
    keys, place = described["PartitionKeys"], {"DatabaseName": "timesheets"}
    world.glue.update_table(
        **place, TableInput={"Name": "peer_week", "StorageDescriptor": narrow, "PartitionKeys": keys}
    )
    manifest(world, "r1", timesheet=3)
    plan = world.invoke("plan_detection", STARTED)
    assert world.invoke("create_tables", plan) == {"created": 1, "widened": 1}
    widened = world.glue.get_table(**place, Name="peer_week")["Table"]
    assert [c["Name"] for c in widened["StorageDescriptor"]["Columns"]] == [c["Name"] for c in columns]
    assert world.invoke("create_tables", plan)["created"] == 0


def test_only_the_missing_tables_are_created_and_one_for_the_scores_of_a_run(world):
    all_tables(world)
    world.glue.delete_table(DatabaseName="timesheets", Name="quarantine")
    manifest(world, "r1", timesheet=3)
    plan = world.invoke("plan_detection", STARTED)
    before = set(world.tables())
    assert world.invoke("create_tables", plan) == {"created": 2, "widened": 0}
    assert set(world.tables()) - before == {"quarantine", f"timesheet_scores__{plan['run_id']}"}
    assert world.invoke("create_tables", plan) == {"created": 0, "widened": 0}


def test_a_model_learns_from_what_the_run_staged_and_the_other_weeks_that_readers_see(world):
    run_id, features = event("gather_training_set")["run_id"], "s3://lake/tables/timesheet_features"
    staging = f"timesheet_features__{run_id}"
    for table in ("timesheet_features", staging):
        world.table(table, {"excess_hours": "double"}, "week_start", f"{features}/empty/")
    for week in ("2026-01-05", "2026-01-12", "2026-01-19"):
        world.partition("timesheet_features", week, f"{features}/run_id=d1/week_start={week}/")
        world.put(f"tables/timesheet_features/run_id=d1/week_start={week}/old", {})
    world.partition(staging, "2026-01-12", f"{features}/run_id={run_id}/week_start=2026-01-12/")
    world.put(f"tables/timesheet_features/run_id={run_id}/week_start=2026-01-12/new", {})
    item = {"table": "timesheet_features", "partitions": ["2026-01-12", "2026-01-19"]}
    world.put(f"plans/{run_id}/chain.json", {"publish": [item]})
    answer = world.invoke("gather_training_set", event("gather_training_set"))
    assert answer == {"manifest": f"s3://lake/models/training/{run_id}/manifest.json", "files": 2}
    assert world.get(f"models/training/{run_id}/manifest.json") == [
        {"prefix": "s3://lake/"},
        "tables/timesheet_features/run_id=d1/week_start=2026-01-05/old",
        f"tables/timesheet_features/run_id={run_id}/week_start=2026-01-12/new",
    ]


def test_planning_abandons_a_run_that_died_while_publishing(world):
    all_tables(world)
    dead = "d20261122t080000_deadbeef"
    world.table("hours", {"hours": "double"}, "week_start", "s3://lake/h/")
    world.partition("hours", "2026-01-05", "new")
    world.table(f"hours__{dead}", {"hours": "double"}, "week_start", "s3://lake/n/")
    move = {"table": "hours", "partition": "2026-01-05", "location": "new", "previous": "old"}
    world.put(f"plans/{dead}/publication.json", {"run_id": dead, "done": False, "moves": [move]})
    world.invoke("plan_detection", STARTED)
    assert world.partitions("hours") == {"2026-01-05": "old"}
    assert f"hours__{dead}" not in world.tables()


def staged(world, run_id, kind="double"):
    weekly, old = {"hours": "double"}, "s3://lake/old/"
    world.table("hours", weekly, "week_start", "s3://lake/h/")
    world.table(f"hours__{run_id}", {"hours": kind}, "week_start", "s3://lake/n/")
    for week in ("2026-01-05", "2026-01-12", "2026-01-19"):
        world.partition("hours", week, f"{old}{week}/")
    for week in ("2026-01-12", "2026-01-26"):
        world.partition(f"hours__{run_id}", week, f"s3://lake/new/{week}/")
    weeks = ["2026-01-12", "2026-01-19", "2026-01-26"]
    item = {"table": "hours", "kind": "WEEKLY", "location": "s3://lake/n/", "partitions": weeks, "definition": "d1"}
    world.put(f"plans/{run_id}/chain.json", {"run_id": run_id, "publish": [item], "score": [weeks[:2], weeks[2:]]})
    world.put(f"plans/{run_id}/typing.json", {"ingest_runs": ["r1", "r2"]})


def test_publishing_repoints_the_weeks_and_counts_the_suspects(world):
    run_id = event("publish_weeks")["run_id"]
    staged(world, run_id)
    world.note(run_id, "suspect_timesheets", {"rows": 41})
    answer = world.invoke("publish_weeks", event("publish_weeks"))
    assert world.partitions("hours") == {
        "2026-01-05": "s3://lake/old/2026-01-05/",
        "2026-01-12": "s3://lake/new/2026-01-12/",
        "2026-01-26": "s3://lake/new/2026-01-26/",
    }
    assert (answer["suspects"], len(answer["weeks"])) == (41, 3)


def test_publishing_other_columns_is_refused_and_moves_nothing(world):
    run_id = event("publish_weeks")["run_id"]
    staged(world, run_id, kind="bigint")
    with pytest.raises(SchemaMismatchError, match="hours"):
        world.invoke("publish_weeks", event("publish_weeks"))
    assert world.partitions("hours")["2026-01-12"] == "s3://lake/old/2026-01-12/"


def test_closing_marks_the_landings_drops_the_staging_tables_and_frees_the_lock(world):
    closing = event("close_detection")
    staged(world, closing["run_id"])
    world.invoke("close_detection", closing)
    assert world.tables() == ["hours"]
    assert world.keys("plans/_detected/") == ["plans/_detected/r1.json", "plans/_detected/r2.json"]


def lock(world, owner):
    item = {"lock_name": {"S": "detect"}, "owner": {"S": owner}, "acquired_at": {"S": "2026-11-23T08:15:00+00:00"}}
    world.dynamodb.put_item(TableName="locks", Item=item)


def test_abandoning_shows_readers_what_they_saw_before(world):
    from_event = event("abort_detection")
    run_id = event("publish_weeks")["run_id"]
    staged(world, run_id)
    before = world.partitions("hours")
    world.invoke("publish_weeks", event("publish_weeks"))
    publication = world.get(f"plans/{run_id}/publication.json")
    world.put(f"plans/{run_id}/publication.json", {**publication, "done": False})
    lock(world, from_event["execution"])
    world.invoke("abort_detection", from_event)
    assert world.partitions("hours") == before
    assert world.tables() == ["hours"]


def test_an_execution_that_somebody_stops_is_abandoned_by_its_event(world):
    from_event = event("abort_detection")
    run_id = event("publish_weeks")["run_id"]
    staged(world, run_id)
    milliseconds = datetime.fromisoformat(from_event["started_at"]).timestamp() * 1000
    detail = {"executionArn": from_event["execution"], "startDate": int(milliseconds), "status": "ABORTED"}
    change = {"detail-type": "Step Functions Execution Status Change", "detail": detail}
    lock(world, "arn:aws:states:us-east-1:123456789012:execution:hourglass-detect:another")
    world.invoke("abort_detection", change)
    assert world.tables() == ["hours", f"hours__{run_id}"]
    lock(world, from_event["execution"])
    world.invoke("abort_detection", change)
    assert world.tables() == ["hours"]


def test_auditors_are_told_once_however_often_the_state_is_tried(world):
    notice = event("notify_auditors")
    world.invoke("notify_auditors", notice)
    world.invoke("notify_auditors", notice)
    world.invoke("notify_auditors", {**notice, "run_id": "d20991231t000000_00000000"})
    assert len(world.notices()) == 2


def test_an_attempt_that_died_while_it_told_auditors_blocks_the_next_only_for_its_time(world):
    world.invoke("notify_auditors", event("notify_auditors"))
    (item,) = world.dynamodb.scan(TableName="idempotency")["Items"]
    world.dynamodb.put_item(
        TableName="idempotency",
        Item={**item, "status": {"S": "INPROGRESS"}, "in_progress_expiration": {"N": "1"}},
    )
    world.invoke("notify_auditors", event("notify_auditors"))
    assert len(world.notices()) == 2


def test_without_an_endpoint_there_is_no_model(world):
    assert world.invoke("find_model", event("find_model")) == {"exists": False, "model": None}


def test_a_model_that_learned_from_other_features_is_not_used(world):
    name = "hourglass-99999999-d20261122t080000-deadbeef"
    variant = {"VariantName": "all", "ModelName": name, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    world.sagemaker.create_model(ModelName=name, ExecutionRoleArn="arn:aws:iam::123456789012:role/model")
    world.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    world.sagemaker.create_endpoint(EndpointName="hourglass-timesheets", EndpointConfigName=name)
    assert world.invoke("find_model", {"feature_schema": "1f0c9a4e"}) == {"exists": False, "model": name}
    assert world.invoke("find_model", {"feature_schema": "99999999"}) == {"exists": True, "model": name}


def test_a_missing_setting_is_named(world, monkeypatch):
    monkeypatch.delenv("ENDPOINT_NAME")
    with pytest.raises(SettingsError, match="ENDPOINT_NAME is missing"):
        world.invoke("find_model", event("find_model"))


def test_the_samples_speak_of_one_run():
    started = event("plan_detection")
    run_id = detection_run_id(started["execution"], datetime.fromisoformat(started["started_at"]))
    names = ("create_tables", "run_query", "plan_chain", "gather_training_set", "score_timesheets", "close_detection")
    assert {event(name)["run_id"] for name in names} == {run_id}
