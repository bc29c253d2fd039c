"""Whoever pulls an image reads everything in it, so each account outside must be a decision."""

from secure_ecr_policies.pack.control import Control, Levels, Remarks
from secure_ecr_policies.pack.documents import ACCESS_TYPES
from secure_ecr_policies.pack.outsiders import ACCOUNT_ID, allow_list, judge_outsiders
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Settings


def _judge(resource: Resource, settings: Settings) -> Remarks:
    yield from judge_outsiders(resource, settings, "allowed_readers", writes=False)


CONTROL = Control(
    name="ecr-access-cross-account",
    description="Only accounts and organisations on the allow-list may pull from outside.",
    severity="high",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Remove the grant, or put the account, organisation or path on allowed_readers.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html",
    also_known_as=("prowler ecr_repositories_not_publicly_accessible",),
    settings={"allowed_readers": allow_list("pull"), "account_id": ACCOUNT_ID},
    types=ACCESS_TYPES,
    judge=_judge,
)
