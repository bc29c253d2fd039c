"""A tag that has been released must name one image for ever, so that what was scanned is what runs."""

from collections.abc import Mapping

from ecr_model.repository import TAG_MUTABILITY_MODES, check_immutability, check_tag_mutability

from secure_ecr_policies.pack.control import Control, Levels, Remarks, Unevaluated
from secure_ecr_policies.pack.resource import REPOSITORY, Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.templates import MUTABLE_TAGS
from secure_ecr_policies.pack.values import UNKNOWN, spare_unknown, unknown_paths

_MODE = "imageTagMutability"
_FILTERS = "imageTagMutabilityExclusionFilters"


def _judge(repository: Resource, settings: Settings) -> Remarks:
    mode, filters = repository.props.get(_MODE), repository.typed(_FILTERS)
    unknown = tuple(unknown_paths({_MODE: mode, _FILTERS: filters}, ""))
    findings = check_tag_mutability(mode, filters, _MODE, _FILTERS)
    if mode is None or mode in TAG_MUTABILITY_MODES:
        allowed = settings.texts("mutable_tags")
        findings += check_immutability(mode, filters, _MODE, _FILTERS, allowed_filters=allowed)
    yield from spare_unknown(findings, unknown)
    if mode in (UNKNOWN, "IMMUTABLE_WITH_EXCLUSION"):
        yield from map(Unevaluated, unknown)


def _remedy(repository: Resource) -> Mapping[str, object]:
    # filters say that somebody has decided which tags move: only a person can tell whether they were right
    return {} if repository.typed(_FILTERS) else {_MODE: "IMMUTABLE"}


CONTROL = Control(
    name="ecr-repository-tag-immutability",
    description="A repository must refuse to move a tag that has been pushed.",
    severity="high",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Set imageTagMutability to IMMUTABLE; exclude by name the few tags that have to move.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
    also_known_as=(
        "AWS Security Hub ECR.2",
        "checkov CKV_AWS_51",
        "trivy AWS-0031",
        "prowler ecr_repositories_tag_immutability",
    ),
    settings={"mutable_tags": MUTABLE_TAGS},
    types=(REPOSITORY,),
    judge=_judge,
    remedy=_remedy,
)
