"""Stacks that are deployed, changed and deleted on a running cloud."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from localcloud import deploy
from localcloud.cloud import LocalCloud
from localcloud.deploy.errors import ResourceFailedError, UnsupportedResourceError

TEMPLATE = """
Parameters:
  Days: {Type: Number, Default: 30}
Resources:
  Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}
  Lake:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties:
      VersioningConfiguration: {Status: Enabled}
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt Key.Arn}
      PublicAccessBlockConfiguration: {BlockPublicAcls: true, RestrictPublicBuckets: true}
      LifecycleConfiguration:
        Rules: [{Id: old, Status: Enabled, Prefix: raw/, ExpirationInDays: !Ref Days}]
      NotificationConfiguration: {EventBridgeConfiguration: {EventBridgeEnabled: true}}
      Tags: [{Key: project, Value: !Ref AWS::StackName}]
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: !Ref Days}}
  Topic: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: !Ref Key}}
  ToQueue:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Queue.Arn, RawMessageDelivery: true}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}, {AttributeName: day, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      GlobalSecondaryIndexes:
        - IndexName: by-day
          KeySchema: [{AttributeName: day, KeyType: HASH}]
          Projection: {ProjectionType: ALL}
      TimeToLiveSpecification: {AttributeName: expires, Enabled: true}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: p
          PolicyDocument: {Statement: [{Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn}]}
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      DefinitionSubstitutions: {Days: !Ref Days, Queue: !GetAtt Queue.QueueName}
      DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${Queue}", "End": true}}}'
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.mine]}
      Targets: [{Id: "1", Arn: !GetAtt Queue.Arn}]
  Schedule:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: rate(1 day)
      FlexibleTimeWindow: {Mode: "OFF"}
      Target: {Arn: !Ref Machine, RoleArn: !GetAtt Role.Arn, Input: '{"at": "<aws.scheduler.scheduled-time>"}'}
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      GenerateSecretString: {SecretStringTemplate: '{"username": "u"}', GenerateStringKey: password, PasswordLength: 20}
  Database: {Type: AWS::Glue::Database, Properties: {CatalogId: !Ref AWS::AccountId, DatabaseInput: {Name: lake}}}
  Crawler:
    Type: AWS::Glue::Crawler
    Properties:
      Role: !GetAtt Role.Arn
      DatabaseName: !Ref Database
      Targets: {S3Targets: [{Path: !Sub "s3://${Lake}/raw/"}]}
  Group:
    Type: AWS::Athena::WorkGroup
    Properties:
      Name: audit
      WorkGroupConfiguration: {ResultConfiguration: {OutputLocation: !Sub "s3://${Lake}/results/"}}
  Question:
    Type: AWS::Athena::NamedQuery
    Properties: {Name: q, Database: !Ref Database, WorkGroup: !Ref Group, QueryString: select 1}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: N, MetricName: M, Statistic: Sum, Period: 60, EvaluationPeriods: 1, Threshold: 1,
                 ComparisonOperator: GreaterThanThreshold, AlarmActions: [!Ref Topic]}
Outputs:
  Bucket: {Value: !Ref Lake}
  MachineArn: {Value: !Ref Machine}
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(tmp_path_factory.mktemp("state")) as running:
        yield running


def client(cloud: LocalCloud, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=cloud.endpoint_url,
        region_name=cloud.region,
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )


def put(cloud: LocalCloud, path: Path, text: str, stack: str, **parameters: str) -> deploy.Stack:
    path.write_text(text)
    return cloud.deploy(path, stack=stack, parameters=parameters)


def test_a_stack_is_created_changed_in_place_and_deleted(cloud: LocalCloud, tmp_path: Path):
    path = tmp_path / "template.yaml"
    first = put(cloud, path, TEMPLATE, "demo")
    s3, lake = client(cloud, "s3"), first.outputs["Bucket"]
    assert lake.startswith("demo-lake-")
    assert s3.get_bucket_versioning(Bucket=lake)["Status"] == "Enabled"
    assert s3.get_bucket_lifecycle_configuration(Bucket=lake)["Rules"][0]["Expiration"]["Days"] == 30
    assert (
        len(
            json.loads(
                client(cloud, "secretsmanager").get_secret_value(SecretId=first.physical_ids["Secret"])["SecretString"]
            )["password"]
        )
        == 20
    )

    begun = time.perf_counter()
    assert put(cloud, path, TEMPLATE, "demo") == first
    assert time.perf_counter() - begun < 0.05

    changed = put(cloud, path, TEMPLATE.replace("  Question:", "  Asked:"), "demo", Days="9")
    kept = {name: value for name, value in first.physical_ids.items() if name != "Question"}
    assert {name: value for name, value in changed.physical_ids.items() if name != "Asked"} == kept
    assert s3.get_bucket_lifecycle_configuration(Bucket=lake)["Rules"][0]["Expiration"]["Days"] == 9
    url = changed.physical_ids["Queue"]
    assert (
        client(cloud, "sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"][
            "VisibilityTimeout"
        ]
        == "9"
    )
    assert client(cloud, "athena").list_named_queries(WorkGroup="audit")["NamedQueryIds"] == [
        changed.physical_ids["Asked"]
    ]

    deploy.delete(cloud, "demo")
    assert lake in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]  # retained
    assert client(cloud, "dynamodb").list_tables()["TableNames"] == []
    assert client(cloud, "stepfunctions").list_state_machines()["stateMachines"] == []


def test_the_schedule_of_a_stack_starts_its_machine_by_logical_id(cloud: LocalCloud, tmp_path: Path):
    stack = put(
        cloud,
        tmp_path / "template.yaml",
        TEMPLATE.replace("Name: audit", "Name: other").replace("{Name: lake}", "{Name: lake2}"),
        "fired",
    )
    cloud.fire_schedule("Schedule")
    states = client(cloud, "stepfunctions")
    deadline = time.monotonic() + 5
    while not cloud.activity().executions or not cloud.activity().idle:
        assert time.monotonic() < deadline
    execution = cloud.activity().executions[0]
    assert (execution.status, execution.machine) == ("SUCCEEDED", stack.outputs["MachineArn"].rpartition(":")[2])
    described = states.describe_execution(executionArn=execution.arn)
    assert json.loads(described["input"])["at"].endswith("Z")
    assert json.loads(described["output"]) == stack.physical_ids["Queue"].rpartition("/")[2]


def test_an_object_in_a_bucket_of_the_stack_reaches_the_queue_of_its_rule(cloud: LocalCloud, tmp_path: Path):
    text = """
Resources:
  Lake: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {EventBridgeConfiguration: {}}}}
  Queue: {Type: AWS::SQS::Queue}
  Landed:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.s3]
        detail-type: [Object Created]
        detail: {bucket: {name: [!Ref Lake]}, object: {key: [{suffix: .json}]}}
      Targets:
        - Id: "1"
          Arn: !GetAtt Queue.Arn
          InputTransformer: {InputPathsMap: {key: $.detail.object.key}, InputTemplate: '{"key": <key>}'}
"""
    ids = put(cloud, tmp_path / "template.yaml", text, "landed").physical_ids
    s3 = client(cloud, "s3")
    s3.put_object(Bucket=ids["Lake"], Key="raw/a b/x.avro", Body=b"")
    s3.put_object(Bucket=ids["Lake"], Key="raw/a b/manifest.json", Body=b"{}")
    messages = client(cloud, "sqs").receive_message(QueueUrl=ids["Queue"], WaitTimeSeconds=3, MaxNumberOfMessages=10)
    assert [json.loads(message["Body"]) for message in messages["Messages"]] == [{"key": "raw/a b/manifest.json"}]


def test_nothing_is_created_when_something_is_not_handled(cloud: LocalCloud, tmp_path: Path):
    text = (
        "Resources: {Q: {Type: AWS::SQS::Queue}, B: {Type: AWS::S3::Bucket, Properties: {MetricsConfigurations: []}}}"
    )
    before = client(cloud, "sqs").list_queues().get("QueueUrls", [])
    with pytest.raises(UnsupportedResourceError, match=r"template.yaml: B \(AWS::S3::Bucket\) .*MetricsConfigurations"):
        put(cloud, tmp_path / "template.yaml", text, "refused")
    assert client(cloud, "sqs").list_queues().get("QueueUrls", []) == before


def test_a_nested_field_that_the_api_lacks_is_named(cloud: LocalCloud, tmp_path: Path):
    text = "Resources: {B: {Type: AWS::S3::Bucket, Properties: {PublicAccessBlockConfiguration: {BlockAll: true}}}}"
    with pytest.raises(UnsupportedResourceError, match="BlockAll"):
        put(cloud, tmp_path / "template.yaml", text, "nested")


def test_what_a_service_refuses_is_told_with_its_place_and_can_be_repaired(cloud: LocalCloud, tmp_path: Path):
    path = tmp_path / "template.yaml"
    text = """
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Machine:
    Type: AWS::StepFunctions::StateMachine
    DependsOn: Queue
    Properties:
      RoleArn: arn:aws:iam::123456789012:role/r
      DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "QueryLanguage": "JSONata", "End": true}}}'
"""
    with pytest.raises(ResourceFailedError, match=r"Machine \(AWS::StepFunctions::StateMachine\).*JSONata"):
        put(cloud, path, text, "repaired")
    stack = put(cloud, path, text.replace('"QueryLanguage": "JSONata", ', ""), "repaired")
    assert set(stack.physical_ids) == {"Queue", "Machine"}


def test_a_definition_file_in_yaml_is_read_and_its_places_are_filled(cloud: LocalCloud, tmp_path: Path):
    (tmp_path / "machine.asl.yaml").write_text(
        "StartAt: Rest\nStates:\n  Rest: {Type: Wait, Seconds: '${Seconds}', Next: Say}\n"
        "  Say: {Type: Pass, Result: 'in ${Where}', End: true}\n"
    )
    text = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Role: arn:aws:iam::123456789012:role/r
      DefinitionUri: machine.asl.yaml
      DefinitionSubstitutions: {Seconds: 0, Where: !Ref AWS::Region}
"""
    stack = put(cloud, tmp_path / "template.yaml", text, "yaml")
    states = client(cloud, "stepfunctions")
    arn = stack.physical_ids["Machine"]
    definition = json.loads(states.describe_state_machine(stateMachineArn=arn)["definition"])
    assert definition["States"]["Rest"]["Seconds"] == 0
    assert definition["States"]["Say"]["Result"] == "in us-east-1"

    (tmp_path / "machine.asl.yaml").write_text("StartAt: A\nStates: {A: {Type: Succeed}}\n")
    assert cloud.deploy(tmp_path / "template.yaml", stack="yaml", parameters={}) == stack
    assert json.loads(states.describe_state_machine(stateMachineArn=arn)["definition"])["StartAt"] == "A"


def test_a_stack_is_known_after_a_restart(tmp_path: Path, cloud: LocalCloud):
    path = tmp_path / "template.yaml"
    stack = put(cloud, path, "Resources: {Q: {Type: AWS::SQS::Queue}}", "kept")
    state = cloud.state_dir
    cloud.stop()
    cloud.start()
    assert cloud.state_dir == state
    assert cloud.deploy(path, stack="kept", parameters={}).physical_ids == stack.physical_ids
    with pytest.raises(ClientError):
        client(cloud, "stepfunctions").describe_state_machine(
            stateMachineArn="arn:aws:states:us-east-1:123456789012:stateMachine:none"
        )
