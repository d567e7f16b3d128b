"""SQS queues and their policies."""

import json

from localcloud.deploy.kinds import Created, Resource, kind

_ATTRIBUTES = (
    "DelaySeconds MaximumMessageSize MessageRetentionPeriod ReceiveMessageWaitTimeSeconds VisibilityTimeout "
    "KmsMasterKeyId KmsDataKeyReusePeriodSeconds SqsManagedSseEnabled FifoQueue ContentBasedDeduplication RedrivePolicy"
)


def _create_queue(queue: Resource) -> Created:
    name = queue.name("QueueName", 75)
    if queue.properties.get("FifoQueue") and not name.endswith(".fifo"):
        name += ".fifo"
    tags = queue.tag_map() or None
    url = queue.call("sqs", "create_queue", QueueName=name, Attributes=_attributes(queue), tags=tags)["QueueUrl"]
    return _created(queue, url)


def _update_queue(queue: Resource) -> Created:
    queue.call("sqs", "set_queue_attributes", QueueUrl=queue.physical_id, Attributes=_attributes(queue))
    return _created(queue, queue.physical_id)


def _attributes(queue: Resource) -> dict[str, str]:
    given = queue.properties
    texts = {}
    for name in _ATTRIBUTES.split():
        if name in given:
            value = given[name]
            is_structure = isinstance(value, dict)
            texts[name] = (
                json.dumps(value) if is_structure else str(value).lower() if isinstance(value, bool) else str(value)
            )
    return texts


def _created(queue: Resource, url: str) -> Created:
    name = url.rpartition("/")[2]
    return Created(url, {"Arn": queue.deployment.arn("sqs", name), "QueueName": name, "QueueUrl": url})


def _delete_queue(queue: Resource) -> None:
    queue.client("sqs").delete_queue(QueueUrl=queue.physical_id)


def _put_policy(policy: Resource) -> Created:
    document = json.dumps(policy.properties["PolicyDocument"])
    for url in policy.properties["Queues"]:
        policy.call("sqs", "set_queue_attributes", QueueUrl=url, Attributes={"Policy": document})
    return Created(policy.name("-"))


def _delete_policy(policy: Resource) -> None:
    for url in policy.properties["Queues"]:
        policy.call("sqs", "set_queue_attributes", QueueUrl=url, Attributes={"Policy": ""})


KINDS = [
    kind(
        "SQS::Queue",
        f"QueueName Tags {_ATTRIBUTES}",
        _create_queue,
        _delete_queue,
        _update_queue,
        replaced_by="QueueName FifoQueue Tags",
    ),
    kind("SQS::QueuePolicy", "Queues PolicyDocument", _put_policy, _delete_policy, _put_policy),
]
