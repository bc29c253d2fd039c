from __future__ import annotations

import json

import pytest
from ecr_model.kms import judge_key_policy
from ecr_model.policy.document import check_policy, parse_policy
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import KEY_POLICY
from secure_ecr.topic_policies import render_topic_key_policy, render_topic_policy

ACCOUNT = "123456789012"
EVENTS, ALARMS = {"Service": "events.amazonaws.com"}, {"Service": "cloudwatch.amazonaws.com"}


@pytest.mark.parametrize(("partition", "region"), [("aws", "eu-west-1"), ("aws-cn", "cn-north-1")])
def test_lets_events_and_the_alarms_of_the_account_publish(partition, region):
    """With a condition on the first statement EventBridge could not publish at all."""
    topic = f"arn:{partition}:sns:{region}:{ACCOUNT}:alerts"

    assert json.loads(render_topic_policy(topic, account_id=ACCOUNT)) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PublishEvents",
                "Effect": "Allow",
                "Principal": EVENTS,
                "Action": "sns:Publish",
                "Resource": topic,
            },
            {
                "Sid": "PublishAlarms",
                "Effect": "Allow",
                "Principal": ALARMS,
                "Action": "sns:Publish",
                "Resource": topic,
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": ACCOUNT},
                    "ArnLike": {"aws:SourceArn": f"arn:{partition}:cloudwatch:{region}:{ACCOUNT}:alarm:*"},
                },
            },
        ],
    }


def test_lets_both_encrypt_and_the_account_administer():
    policy = render_topic_key_policy(ACCOUNT, partition="aws")
    encrypt = ["kms:Decrypt", "kms:GenerateDataKey*"]

    assert json.loads(policy) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AdministerThroughIam",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {"Sid": "EncryptEvents", "Effect": "Allow", "Principal": EVENTS, "Action": encrypt, "Resource": "*"},
            {
                "Sid": "EncryptAlarms",
                "Effect": "Allow",
                "Principal": ALARMS,
                "Action": encrypt,
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            },
        ],
    }
    assert check_policy(policy, KEY_POLICY) == ()
    assert judge_key_policy(parse_policy(policy, KEY_POLICY), account_id=ACCOUNT) == Judgement()
