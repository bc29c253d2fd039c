"""Whoever pushes into a repository decides what its readers run, and whoever administers it decides who pushes."""

from secure_ecr_policies.pack.control import Control, Levels, Remarks
from secure_ecr_policies.pack.documents import ACCESS_TYPES
from secure_ecr_policies.pack.outsiders import ACCOUNT_ID, allow_list, judge_outsiders
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Settings


def _judge(resource: Resource, settings: Settings) -> Remarks:
    yield from judge_outsiders(resource, settings, "allowed_writers", writes=True)


CONTROL = Control(
    name="ecr-access-cross-account-write",
    description="Only accounts and organisations on the allow-list may push, delete or administer from outside.",
    severity="critical",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Remove the grant, or put the account, organisation or path on allowed_writers.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html",
    settings={"allowed_writers": allow_list("push, delete and administer"), "account_id": ACCOUNT_ID},
    types=ACCESS_TYPES,
    judge=_judge,
)
