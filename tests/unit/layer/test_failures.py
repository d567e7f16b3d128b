from hourglass.failures import failed_imports, failure, verdict, without

PLAN = {
    "run_id": "run-1",
    "windows": {"travel": {"low": None, "high": None}, "client": {"low": None, "high": None}},
    "long": {"travel": None},
    "imports": ["travel", "client"],
    "failures": [],
}
TRAVEL = failure("travel", "StepFailedError", "Import travel: connection lost")
CLIENT = failure("client", "SourceSchemaError", "the source has no column timekeeping.client.name")


def test_a_table_that_failed_leaves_the_plan_and_the_others_stay():
    left = without(PLAN, [TRAVEL])
    assert list(left["windows"]) == left["imports"] == ["client"]
    assert left["failures"] == [TRAVEL]
    assert (left["long"], left["any_long"]) == ({}, False)
    assert PLAN["imports"] == ["travel", "client"]


def test_a_table_that_failed_takes_its_sweeps_with_it():
    swept = {**PLAN, "windows": {**PLAN["windows"], "keys_of_travel": {}, "keys_of_client": {}}}
    assert list(without(swept, [TRAVEL])["windows"]) == ["client", "keys_of_client"]


def test_the_results_of_the_map_tell_which_imports_failed():
    results = [
        {"cluster_id": "j-1", "step_id": "s-1"},
        {"table": "travel", "error": {"Error": "StepFailedError", "Cause": "Import travel: connection lost"}},
    ]
    assert failed_imports(results) == [TRAVEL]


def test_a_run_whose_tables_have_all_landed_has_no_verdict():
    assert verdict([]) is None


def test_the_verdict_is_one_sentence_per_table_under_the_name_that_they_share():
    assert verdict([CLIENT]) == {"Error": "SourceSchemaError", "Cause": CLIENT["cause"]}
    assert verdict([TRAVEL, CLIENT]) == {"Error": "TablesFailedError", "Cause": f"{TRAVEL['cause']}; {CLIENT['cause']}"}
