"""SNS topics, their policies and subscriptions."""

import json
from typing import Any

from localcloud.deploy.kinds import Created, Resource, kind

_ATTRIBUTES = "DisplayName KmsMasterKeyId FifoTopic ContentBasedDeduplication SignatureVersion TracingConfig"


def _create_topic(topic: Resource) -> Created:
    given = topic.properties
    attributes = {name: _text(given[name]) for name in _ATTRIBUTES.split() if name in given}
    answer = topic.call("sns", "create_topic", Name=_name(topic), Attributes=attributes, Tags=topic.tags())
    arn = answer["TopicArn"]
    for subscription in given.get("Subscription", []):
        endpoint, protocol = subscription["Endpoint"], subscription["Protocol"]
        topic.call("sns", "subscribe", TopicArn=arn, Protocol=protocol, Endpoint=endpoint)
    return Created(arn, {"TopicArn": arn, "TopicName": arn.rpartition(":")[2]})


def _name(topic: Resource) -> str:
    made = topic.name("TopicName", 250)
    return f"{made}.fifo" if topic.properties.get("FifoTopic") and not made.endswith(".fifo") else made


def _update_topic(topic: Resource) -> Created:
    for name in ("DisplayName", "KmsMasterKeyId", "SignatureVersion", "TracingConfig"):
        if topic.properties.get(name) != topic.previous.get(name):
            value = _text(topic.properties.get(name, ""))
            arn = topic.physical_id
            topic.call("sns", "set_topic_attributes", TopicArn=arn, AttributeName=name, AttributeValue=value)
    return Created(
        topic.physical_id, {"TopicArn": topic.physical_id, "TopicName": topic.physical_id.rpartition(":")[2]}
    )


def _delete_topic(topic: Resource) -> None:
    topic.client("sns").delete_topic(TopicArn=topic.physical_id)


def _put_policy(policy: Resource) -> Created:
    document = json.dumps(policy.properties["PolicyDocument"])
    for arn in policy.properties["Topics"]:
        policy.call("sns", "set_topic_attributes", TopicArn=arn, AttributeName="Policy", AttributeValue=document)
    return Created(policy.name("-"))


def _delete_policy(policy: Resource) -> None:
    """A topic goes with its policy, or is left without one that anything here evaluates."""


def _subscribe(subscription: Resource) -> Created:
    given = subscription.properties
    names = "FilterPolicy FilterPolicyScope RawMessageDelivery RedrivePolicy"
    attributes = {name: _text(given[name]) for name in names.split() if name in given}
    answer = subscription.call(
        "sns",
        "subscribe",
        TopicArn=given["TopicArn"],
        Protocol=given["Protocol"],
        Endpoint=given.get("Endpoint"),
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    return Created(answer["SubscriptionArn"], {"Arn": answer["SubscriptionArn"]})


def _unsubscribe(subscription: Resource) -> None:
    subscription.client("sns").unsubscribe(SubscriptionArn=subscription.physical_id)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


KINDS = [
    kind(
        "SNS::Topic",
        f"TopicName Subscription Tags {_ATTRIBUTES}",
        _create_topic,
        _delete_topic,
        _update_topic,
        replaced_by="TopicName FifoTopic ContentBasedDeduplication Subscription Tags",
    ),
    kind("SNS::TopicPolicy", "Topics PolicyDocument", _put_policy, _delete_policy, _put_policy),
    kind(
        "SNS::Subscription",
        "TopicArn Protocol Endpoint FilterPolicy FilterPolicyScope RawMessageDelivery RedrivePolicy",
        _subscribe,
        _unsubscribe,
    ),
]
