"""Topics, who may use them and who is told: how an alarm reaches a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.documents import normalize, same_json, same_policy
from sandbox.provider.resource import Autoname, Change, Property, ResourceType, State
from sandbox.provider.table.names import unique
from sandbox.provider.tags import listed, retag, unlisted

_TERRAFORM: Final = "Terraform AWS provider, internal/service/sns"
_MISSING: Final = frozenset({"NotFound"})
_DELIVERIES: Final = {
    "application": "Application",
    "firehose": "Firehose",
    "http": "HTTP",
    "lambda": "Lambda",
    "sqs": "SQS",
}
_ROLES: Final = {
    f"{name}{outcome}FeedbackRoleArn": f"{api}{outcome}FeedbackRoleArn"
    for name, api in _DELIVERIES.items()
    for outcome in ("Failure", "Success")
}
_RATES: Final = {
    f"{name}SuccessFeedbackSampleRate": f"{api}SuccessFeedbackSampleRate" for name, api in _DELIVERIES.items()
}
_DOCUMENTS: Final = {"deliveryPolicy": "DeliveryPolicy", "policy": "Policy"}
_TEXTS: Final = {"displayName": "DisplayName", "kmsMasterKeyId": "KmsMasterKeyId", "tracingConfig": "TracingConfig"}
_NUMBERS: Final = {"signatureVersion": "SignatureVersion", **_RATES}
_ATTRIBUTES: Final = {**_DOCUMENTS, **_NUMBERS, **_ROLES, **_TEXTS}


# Topics


def _create_topic(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    name = inputs.get("name") or unique(inputs["namePrefix"])
    topic = aws.call("create_topic", Name=name, Tags=listed(inputs.get("tagsAll", {})))["TopicArn"]
    for each in _ATTRIBUTES.keys() & inputs.keys():
        _set_topic(aws, topic, each, inputs)
    return topic, _read_topic(aws, topic)


def _set_topic(aws: Aws, topic: str, name: str, inputs: Mapping[str, Any]) -> None:
    given = inputs.get(name, "")
    value = normalize(given) if name in _DOCUMENTS and given else str(given)
    aws.call("set_topic_attributes", TopicArn=topic, AttributeName=_ATTRIBUTES[name], AttributeValue=value)


def _read_topic(aws: Aws, topic: str) -> State:
    said = aws.call("get_topic_attributes", TopicArn=topic)["Attributes"]
    texts = {name: said.get(api) or None for name, api in _ATTRIBUTES.items()}
    return {
        **texts,
        **{name: int(text) if (text := texts[name]) else None for name in _NUMBERS},
        "arn": topic,
        "name": topic.rpartition(":")[2],
        "owner": said["Owner"],
        "tagsAll": unlisted(aws.call("list_tags_for_resource", ResourceArn=topic)["Tags"]),
    }


def _update_topic(aws: Aws, topic: str, change: Change) -> None:
    for name in sorted(change.names & _ATTRIBUTES.keys()):
        _set_topic(aws, topic, name, change.new)
    retag(aws, change, "ResourceArn", topic)


def _delete_topic(aws: Aws, topic: str, _old: Mapping[str, Any]) -> None:
    aws.call("delete_topic", TopicArn=topic)


TOPIC: Final = ResourceType(
    type_name="aws:sns/topic:Topic",
    service="sns",
    inputs={
        **{name: Property() for name in _ROLES},
        **{name: Property(kind="integer", between=(0, 100)) for name in _RATES},
        "archivePolicy": Property(lacking=True),
        "contentBasedDeduplication": Property(kind="boolean", default=False, lacking=True),
        "deliveryPolicy": Property(kind="json", same=same_json),
        "displayName": Property(),
        "fifoThroughputScope": Property(kept=True, lacking=True),
        "fifoTopic": Property(kind="boolean", default=False, lacking=True),
        "kmsMasterKeyId": Property(),
        "maximumMessageSize": Property(kept=True, lacking=True),
        "name": Property(kept=True, replaces=True),
        "namePrefix": Property(kept=True, replaces=True),
        "policy": Property(kind="json", kept=True, same=same_policy),
        "signatureVersion": Property(kind="integer", kept=True, between=(1, 2)),
        "tracingConfig": Property(kept=True, values=("Active", "PassThrough")),
    },
    outputs=("arn", "beginningArchiveTime", "owner"),
    create=_create_topic,
    read=_read_topic,
    update=_update_topic,
    delete=_delete_topic,
    missing=_MISSING,
    import_id="the ARN of the topic",
    autoname=Autoname(longest=80),
    tagged=True,
    sources=(f"{_TERRAFORM}/topic.go", "pulumi-aws, provider/resource_overrides.go (name)", "pulumi_aws.sns.Topic"),
)


# Policies of topics as resources of their own


def _put_policy(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    topic = inputs["arn"]
    document = normalize(inputs["policy"])
    aws.call("set_topic_attributes", TopicArn=topic, AttributeName="Policy", AttributeValue=document)
    return topic, {"owner": _read_policy(aws, topic)["owner"]}


def _update_policy(aws: Aws, _topic: str, change: Change) -> None:
    _put_policy(aws, change.new)


def _read_policy(aws: Aws, topic: str) -> State:
    said = aws.call("get_topic_attributes", TopicArn=topic)["Attributes"]
    return {"arn": topic, "owner": said["Owner"], "policy": said["Policy"]}


def _reset_policy(aws: Aws, topic: str, old: Mapping[str, Any]) -> None:
    owner = {"AWS": f"arn:{topic.split(':')[1]}:iam::{old['owner']}:root"}
    statement = {"Sid": "__default_statement_ID", "Effect": "Allow", "Principal": owner, "Resource": topic}
    actions = ("AddPermission", "DeleteTopic", "GetTopicAttributes", "ListSubscriptionsByTopic", "Publish")
    statement["Action"] = [
        f"SNS:{action}" for action in (*actions, "RemovePermission", "SetTopicAttributes", "Subscribe")
    ]
    document = normalize({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]})
    aws.call("set_topic_attributes", TopicArn=topic, AttributeName="Policy", AttributeValue=document)


TOPIC_POLICY: Final = ResourceType(
    type_name="aws:sns/topicPolicy:TopicPolicy",
    service="sns",
    inputs={
        "arn": Property(required=True, replaces=True),
        "policy": Property(kind="json", required=True, same=same_policy),
    },
    outputs=("owner",),
    create=_put_policy,
    read=_read_policy,
    update=_update_policy,
    delete=_reset_policy,
    missing=_MISSING,
    import_id="the ARN of the topic",
    identifier=("arn",),
    sources=(f"{_TERRAFORM}/topic_policy.go (delete puts the default policy)", "pulumi_aws.sns.TopicPolicy"),
)


# Subscriptions

_SUBSCRIPTION: Final = {
    "deliveryPolicy": "DeliveryPolicy",
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
    "subscriptionRoleArn": "SubscriptionRoleArn",
}
_SUBSCRIPTION_DOCUMENTS: Final = frozenset({"deliveryPolicy", "filterPolicy", "redrivePolicy"})
# API Subscribe, Protocol.
_PROTOCOLS: Final = ("application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs")


def _subscribe(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    attributes = {api: _attribute(name, inputs) for name, api in _SUBSCRIPTION.items() if inputs.get(name)}
    answer = aws.call(
        "subscribe",
        TopicArn=inputs["topic"],
        Protocol=inputs["protocol"],
        Endpoint=inputs["endpoint"],
        Attributes=attributes or None,
        ReturnSubscriptionArn=True,
    )
    return answer["SubscriptionArn"], _read_subscription(aws, answer["SubscriptionArn"])


def _attribute(name: str, inputs: Mapping[str, Any]) -> str:
    value = inputs.get(name, "")
    if isinstance(value, bool):
        return str(value).lower()
    return normalize(value) if name in _SUBSCRIPTION_DOCUMENTS and value else str(value)


def _read_subscription(aws: Aws, subscription: str) -> State:
    said = aws.call("get_subscription_attributes", SubscriptionArn=subscription)["Attributes"]
    texts = {name: said.get(api) or None for name, api in _SUBSCRIPTION.items()}
    return {
        **{name: None if text == "{}" else text for name, text in texts.items()},  # an empty policy is none
        "arn": subscription,
        "confirmationWasAuthenticated": said["ConfirmationWasAuthenticated"] == "true",
        "endpoint": said["Endpoint"],
        "ownerId": said["Owner"],
        "pendingConfirmation": said["PendingConfirmation"] == "true",
        "protocol": said["Protocol"],
        "rawMessageDelivery": said["RawMessageDelivery"] == "true",
        "topic": said["TopicArn"],
    }


def _update_subscription(aws: Aws, subscription: str, change: Change) -> State:
    # The scope comes first: what a filter may say depends on it.
    for name in sorted(change.names & _SUBSCRIPTION.keys(), key="filterPolicyScope".__ne__):
        value = _attribute(name, change.new) or ("{}" if name == "filterPolicy" else None)
        aws.call(
            "set_subscription_attributes",
            SubscriptionArn=subscription,
            AttributeName=_SUBSCRIPTION[name],
            AttributeValue=value,
        )
    return _read_subscription(aws, subscription)


def _unsubscribe(aws: Aws, subscription: str, _old: Mapping[str, Any]) -> None:
    aws.call("unsubscribe", SubscriptionArn=subscription)


TOPIC_SUBSCRIPTION: Final = ResourceType(
    type_name="aws:sns/topicSubscription:TopicSubscription",
    service="sns",
    inputs={
        "confirmationTimeoutInMinutes": Property(kind="integer", default=1),
        "deliveryPolicy": Property(kind="json", same=same_json),
        "endpoint": Property(required=True, replaces=True),
        "endpointAutoConfirms": Property(kind="boolean", default=False),
        "filterPolicy": Property(kind="json", same=same_json),
        "filterPolicyScope": Property(kept=True, values=("MessageAttributes", "MessageBody")),
        "protocol": Property(required=True, replaces=True, values=_PROTOCOLS),
        "rawMessageDelivery": Property(kind="boolean", default=False),
        "redrivePolicy": Property(kind="json", same=same_json),
        "replayPolicy": Property(lacking=True),
        "subscriptionRoleArn": Property(),
        "topic": Property(required=True, replaces=True),
    },
    outputs=("arn", "confirmationWasAuthenticated", "ownerId", "pendingConfirmation"),
    create=_subscribe,
    read=_read_subscription,
    update=_update_subscription,
    delete=_unsubscribe,
    missing=_MISSING,
    import_id="the ARN of the subscription",
    sources=(
        f"{_TERRAFORM}/topic_subscription.go",
        "pulumi-aws, provider/resource_overrides.go (topic)",
        "pulumi_aws.sns.TopicSubscription",
    ),
)

ENTRIES: Final = (TOPIC, TOPIC_POLICY, TOPIC_SUBSCRIPTION)
