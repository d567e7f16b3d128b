"""template.yaml, as written and as CloudFormation gets it."""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hourglass.tables import parse_table

ROOT = Path(__file__).parents[3]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
QUICKSIGHT_TYPES = {
    "bigint": "INTEGER",
    "int": "INTEGER",
    "string": "STRING",
    "double": "DECIMAL",
    "timestamp": "DATETIME",
    "date": "DATETIME",
}


def logical_id(function: str) -> str:
    return "".join(word.title() for word in function.split("_")) + "Function"


def of_type(resources, name):
    return {key: value["Properties"] for key, value in resources["Resources"].items() if value["Type"] == name}


def test_the_translated_template_with_both_machines_inside_passes_cfn_lint(translated, machines, tmp_path):
    whole = copy.deepcopy(translated)
    for machine in of_type(whole, "AWS::StepFunctions::StateMachine").values():
        del machine["DefinitionS3Location"]
        name = machine["StateMachineName"]["Fn::Sub"].rsplit("-", 1)[-1]
        machine["Definition"] = machines[name]
    file = tmp_path / "translated.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    lint = subprocess.run([Path(sys.executable).parent / "cfn-lint", file], capture_output=True, text=True, check=False)
    assert lint.stdout == ""
    assert lint.returncode == 0


def test_every_function_folder_is_deployed_under_its_name_and_nothing_else_is(template):
    deployed = {
        name: properties["CodeUri"] for name, properties in of_type(template, "AWS::Serverless::Function").items()
    }
    assert deployed == {logical_id(function): f"functions/{function}" for function in FUNCTIONS}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_a_sample_event(function):
    json.loads((ROOT / "events" / f"{function}.json").read_text(encoding="utf-8"))


def test_every_sample_event_belongs_to_a_function():
    assert sorted(path.stem for path in (ROOT / "events").glob("*.json")) == FUNCTIONS


def test_every_function_gets_the_settings_that_it_reads_and_no_others(template):
    globally = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
    assert set(template["Globals"]["Function"]["Environment"]["Variables"]) == globally
    for function in FUNCTIONS:
        code = (ROOT / "functions" / function / "handler.py").read_text(encoding="utf-8")
        block = re.search(r"class Settings:\n((?:    .*\n)+)", code)
        read = {line.split(":")[0].strip().upper() for line in block[1].splitlines()} if block else set()
        properties = template["Resources"][logical_id(function)]["Properties"]
        given = set(properties.get("Environment", {}).get("Variables", {}))
        assert given == read - {"AWS_REGION"}, function


def test_the_layer_carries_the_versions_that_are_locked():
    files = [ROOT / "layers" / "hourglass" / "requirements.txt", *(ROOT / "functions").glob("*/requirements.txt")]
    carried = [pin for file in files for pin in file.read_text(encoding="utf-8").split()]
    locked = {line.split()[0] for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines() if line}
    assert carried
    assert set(carried) <= locked


def test_every_function_has_a_log_group_that_expires(template):
    groups = [json.dumps(group["LogGroupName"]) for group in of_type(template, "AWS::Logs::LogGroup").values()]
    for function in FUNCTIONS:
        assert any(f"/aws/lambda/${{{logical_id(function)}}}" in group for group in groups), function
    assert all("RetentionInDays" in group for group in of_type(template, "AWS::Logs::LogGroup").values())


def test_wildcard_resources_are_only_allowed_where_aws_knows_no_arn(translated):
    without_arn = {
        "elasticmapreduce:RunJobFlow",
        "elasticmapreduce:ListClusters",
        "ecr:GetAuthorizationToken",
        "glue:GetSecurityConfiguration",
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
    }
    for name, role in of_type(translated, "AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                assert not [action for action in actions if action.endswith("*")], (name, actions)
                if statement["Resource"] == "*" and set(actions) != {"cloudwatch:PutMetricData"}:
                    assert set(actions) <= without_arn, (name, actions)
                elif statement["Resource"] == "*":
                    assert "cloudwatch:namespace" in json.dumps(statement["Condition"]), name


def test_a_role_that_a_service_takes_is_only_taken_for_this_account(translated):
    bound_to_their_own = {"lambda.amazonaws.com", "ec2.amazonaws.com"}  # these are handed a role by this account only
    services = set()
    for name, role in of_type(translated, "AWS::IAM::Role").items():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        principal = statement["Principal"]["Service"]
        service = principal if isinstance(principal, str) else principal[0]
        services.add(service)
        if service not in bound_to_their_own:
            assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}, name
    assert {"states.amazonaws.com", "scheduler.amazonaws.com", "events.amazonaws.com"} <= services


def test_whatever_is_delivered_asynchronously_has_a_dead_letter_queue_that_may_be_written_to(translated):
    targets = [target for rule in of_type(translated, "AWS::Events::Rule").values() for target in rule["Targets"]] + [
        schedule["Target"] for schedule in of_type(translated, "AWS::Scheduler::Schedule").values()
    ]
    assert len(targets) == 12
    assert all(target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}} for target in targets)
    (policy,) = of_type(translated, "AWS::SQS::QueuePolicy").values()
    allowed = next(each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow")
    assert "events.amazonaws.com" in allowed["Principal"]["Service"]


def test_both_machines_have_an_alarm_when_they_fail_and_one_when_nothing_has_succeeded_for_long(template):
    alarms = of_type(template, "AWS::CloudWatch::Alarm").values()
    watched = {(alarm["MetricName"], alarm["Dimensions"][0]["Value"].get("Ref")) for alarm in alarms}
    for machine in ("IngestStateMachine", "DetectStateMachine"):
        assert {("ExecutionsFailed", machine), ("ExecutionsSucceeded", machine)} <= watched
    assert all(alarm["AlarmActions"] == [{"Ref": "OperationsTopic"}] for alarm in alarms)


def test_every_bucket_is_encrypted_private_and_refuses_plain_http(template):
    policies = of_type(template, "AWS::S3::BucketPolicy").values()
    for name, bucket in of_type(template, "AWS::S3::Bucket").items():
        assert "BucketEncryption" in bucket, name
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}, name
        policy = next(each for each in policies if each["Bucket"] == {"Ref": name})
        denied = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Deny"]
        assert {"Bool": {"aws:SecureTransport": "false"}} in [each["Condition"] for each in denied], name


def test_the_quicksight_datasets_promise_the_columns_that_the_tables_have(template):
    datasets = of_type(template, "AWS::QuickSight::DataSet")
    assert len(datasets) == 2
    for dataset in datasets.values():
        (physical,) = dataset["PhysicalTableMap"].values()
        relational = physical["RelationalTable"]
        ddl = (ROOT / "sql" / "tables" / f"{relational['Name']}.sql").read_text(encoding="utf-8")
        table = parse_table(relational["Name"], ddl)
        promised = [(column["Name"], column["Type"]) for column in relational["InputColumns"]]
        columns = [(column.name, QUICKSIGHT_TYPES[column.hive_type]) for column in table.columns]
        assert promised == columns


def test_the_dashboard_only_names_columns_of_its_datasets(template):
    (dashboard,) = of_type(template, "AWS::QuickSight::Dashboard").values()
    named = set(re.findall(r'"DataSetIdentifier": "(\w+)", "ColumnName": "(\w+)"', json.dumps(dashboard)))
    columns = {
        identifier: {
            column["Name"]
            for physical in template["Resources"][logical]["Properties"]["PhysicalTableMap"].values()
            for column in physical["RelationalTable"]["InputColumns"]
        }
        for identifier, logical in (("suspects", "SuspectsDataSet"), ("scores", "ScoresDataSet"))
    }
    assert named
    assert all(column in columns[identifier] for identifier, column in named)


def test_the_named_queries_are_the_questions_under_sql(template):
    named = {each["Name"]: each["QueryString"] for each in of_type(template, "AWS::Athena::NamedQuery").values()}
    files = {path.stem: path.read_text(encoding="utf-8").strip() for path in (ROOT / "sql" / "questions").glob("*.sql")}
    assert named == files


def test_no_default_or_environment_variable_holds_a_secret(template):
    text = json.dumps(template, default=str).lower()
    assert not re.search(
        r'"[a-z_]*(password|token_value|api_key)[a-z_]*": "[^"$]', text.replace('"generatestringkey": "password"', "")
    )
