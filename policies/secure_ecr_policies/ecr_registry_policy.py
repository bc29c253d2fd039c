"""One statement of a registry policy opens every repository of the registry, also those that come later."""

from ecr_model.filters import REPLICATION_FILTER
from ecr_model.registry_policies import judge_registry_policy

from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks
from secure_ecr_policies.pack.documents import read_access, remarks_on
from secure_ecr_policies.pack.outsiders import ACCOUNT_ID
from secure_ecr_policies.pack.resource import REGISTRY_POLICY, Resource
from secure_ecr_policies.pack.settings import Setting, Settings

_OWNER_UNKNOWN = "whether this is an outsider depends on the registry's account; set account_id in the configuration"


def _judge(resource: Resource, settings: Settings) -> Remarks:
    field, document, findings = read_access(resource)
    if document is None:
        raise NotApplicableError  # ecr-policy-well-formed says why
    yield from (finding for finding in findings if finding.rule == "policy-action")
    judgement = judge_registry_policy(
        document,
        account_id=resource.account_id or settings.text("account_id"),
        prefixes=settings.texts("shared_prefixes"),
        field=field,
    )
    yield from remarks_on(document, judgement, field, _OWNER_UNKNOWN)


CONTROL = Control(
    name="ecr-registry-policy",
    description="A registry policy must give outsiders the actions and the repositories that they need, and no others.",
    severity="high",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Name the actions, for replication ecr:CreateRepository and ecr:ReplicateImage, and end Resource with"
    " repository/<prefix>*.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html",
    settings={
        "shared_prefixes": Setting(
            "strings",
            "How the names of the repositories begin that outsiders may use, as 'payments/'; absent or empty, any.",
            default=(),
            grammar=REPLICATION_FILTER.check,
        ),
        "account_id": ACCOUNT_ID,
    },
    types=(REGISTRY_POLICY,),
    judge=_judge,
)
