"""Replication, creation templates and promotion find a repository by its exact name, in every account."""

from ecr_model.conventions import check_naming_convention, parse_naming_convention
from ecr_model.findings import errors
from ecr_model.names import check_repository_name

from secure_ecr_policies.pack.control import Control, Levels, Remarks, Unevaluated
from secure_ecr_policies.pack.resource import REPOSITORY, Resource
from secure_ecr_policies.pack.settings import Setting, Settings
from secure_ecr_policies.pack.values import UNKNOWN


def _judge(repository: Resource, settings: Settings) -> Remarks:
    name, naming = repository.props.get("name"), settings.mapping("naming")
    if name is UNKNOWN:
        yield Unevaluated("name")
    elif name is None:
        yield Unevaluated("name", "Pulumi makes it up later; write a name")
    else:
        convention = parse_naming_convention(naming) if naming else None
        yield from errors(check_repository_name(name, "name", convention=convention))


CONTROL = Control(
    name="ecr-repository-name",
    description="A repository must have a name that ECR accepts and that follows the organisation's convention.",
    severity="low",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Name the repository in lower case, for what it holds: team/service.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html",
    settings={
        "naming": Setting(
            "object",
            "The convention, as {'pattern': '{team}/{service}'}, with the words that a placeholder may stand for"
            " under 'values' and the words refused everywhere under 'refused_words'; absent, any name passes.",
            grammar=check_naming_convention,
        ),
    },
    types=(REPOSITORY,),
    judge=_judge,
)
