from __future__ import annotations

import json

from sandbox.provider.table.sns import TOPIC, TOPIC_POLICY, TOPIC_SUBSCRIPTION

ACCOUNT = "123456789012"


def test_a_subscription_loses_the_filter_that_the_program_takes_away(make):
    topic = make(TOPIC, name="findings")
    given = {
        "topic": topic.id,
        "protocol": "sqs",
        "endpoint": f"arn:aws:sqs:eu-central-1:{ACCOUNT}:findings",
    }
    subscription = make(TOPIC_SUBSCRIPTION, **given, filterPolicy={"severity": ["CRITICAL"]})
    subscription.update(given)

    assert TOPIC_SUBSCRIPTION.read(subscription.aws, subscription.id)["filterPolicy"] is None
    assert subscription.changes_after_refresh() == []


def test_a_topic_without_its_policy_belongs_to_its_account_again(make):
    topic = make(TOPIC, name="findings")
    statement = {"Effect": "Allow", "Action": "SNS:Publish", "Principal": {"Service": "s3.amazonaws.com"}}
    policy = make(TOPIC_POLICY, arn=topic.id, policy={"Statement": [statement | {"Resource": topic.id}]})
    TOPIC_POLICY.delete(policy.aws, policy.id, policy.state)

    [left] = json.loads(TOPIC.read(topic.aws, topic.id)["policy"])["Statement"]
    assert left["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert left["Resource"] == topic.id


def test_a_topic_loses_what_the_program_takes_away(make):
    topic = make(TOPIC, name="findings", displayName="ECR", httpSuccessFeedbackSampleRate=10)
    topic.update({"name": "findings"})

    found = TOPIC.read(topic.aws, topic.id)
    assert (found["displayName"], found["httpSuccessFeedbackSampleRate"]) == (None, None)
    assert topic.changes_after_refresh() == []
