"""A role that trusts a whole CI provider can be assumed from the repository of anybody who uses the provider."""

from functools import partial

from ecr_model.policy.document import read_policy
from ecr_model.policy.kinds import TRUST_POLICY
from ecr_model.trust_policies import is_ci_trust, judge_ci_trust

from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks
from secure_ecr_policies.pack.other_policies import ROLE, judge_policy
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Setting, Settings

_TRUST = "assumeRolePolicy"


def _judge(role: Resource, settings: Settings) -> Remarks:
    source = role.props.get(_TRUST)
    document, _ = read_policy(source, TRUST_POLICY, field=_TRUST)
    if document is not None and not document.unknown and not is_ci_trust(document):
        raise NotApplicableError
    yield from judge_policy(source, TRUST_POLICY, _TRUST, partial(judge_ci_trust, pinned=settings.flag("pinned_refs")))


CONTROL = Control(
    name="ci-oidc-trust",
    description="A role for CI must be assumed by the jobs of known repositories only.",
    severity="critical",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Compare the audience and the subject of the token by StringEquals, as the finding shows.",
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
    also_known_as=("checkov CKV_AWS_358", "checkov CKV_AWS_393"),
    settings={
        "pinned_refs": Setting(
            "boolean",
            "Whether a trust must name a branch, a tag or an environment beside the repository.",
            default=True,
        ),
    },
    types=(ROLE,),
    judge=_judge,
)
