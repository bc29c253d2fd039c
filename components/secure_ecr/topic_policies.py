"""What lets events and alarms into an encrypted topic."""

from ecr_model.documents import compact
from ecr_model.policy.principals import root_arn

EVENTS = "events.amazonaws.com"
ALARMS = "cloudwatch.amazonaws.com"

_ENCRYPT = ["kms:Decrypt", "kms:GenerateDataKey*"]


def render_topic_policy(topic_arn: str, *, account_id: str) -> str:
    """
    Return the policy of a topic into which EventBridge and the account's alarms publish.

    EventBridge publishes without the conditions that would hold it to the account's rules: with one of them in its
    statement no event arrives. IAM decides for everybody else in the account.

    Source: EventBridge user guide, "Troubleshooting Amazon EventBridge", on conditions in topic policies; SNS
    developer guide, "Example cases for Amazon SNS access control", for alarms.
    """
    _, partition, _, region, *_ = topic_arn.split(":")
    statements = [
        {
            "Sid": "PublishEvents",
            "Effect": "Allow",
            "Principal": {"Service": EVENTS},
            "Action": "sns:Publish",
            "Resource": topic_arn,
        },
        {
            "Sid": "PublishAlarms",
            "Effect": "Allow",
            "Principal": {"Service": ALARMS},
            "Action": "sns:Publish",
            "Resource": topic_arn,
            "Condition": {
                "StringEquals": {"aws:SourceAccount": account_id},
                "ArnLike": {"aws:SourceArn": f"arn:{partition}:cloudwatch:{region}:{account_id}:alarm:*"},
            },
        },
    ]
    return compact({"Version": "2012-10-17", "Statement": statements})


def render_topic_key_policy(account_id: str, *, partition: str) -> str:
    """
    Return the policy of the key that encrypts the topic: the account's, of use to EventBridge and to alarms.

    The AWS managed key `aws/sns` would not do: its policy lets neither of them encrypt, and nobody can change it.

    Source: SNS developer guide, "Managing Amazon SNS encryption keys and costs", which says also that conditions on the
    source are not supported for EventBridge; KMS developer guide, "Default key policy", for the account.
    """
    statements = [
        {
            "Sid": "AdministerThroughIam",
            "Effect": "Allow",
            "Principal": {"AWS": root_arn(account_id, partition)},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Sid": "EncryptEvents",
            "Effect": "Allow",
            "Principal": {"Service": EVENTS},
            "Action": _ENCRYPT,
            "Resource": "*",
        },
        {
            "Sid": "EncryptAlarms",
            "Effect": "Allow",
            "Principal": {"Service": ALARMS},
            "Action": _ENCRYPT,
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
        },
    ]
    return compact({"Version": "2012-10-17", "Statement": statements})
