"""Everybody in the world can pull from a public repository, and nothing that was pushed can be called back."""

from collections.abc import Iterator

from ecr_model import wildcards
from ecr_model.findings import Finding, echo
from ecr_model.public import check_public_repository_name

from secure_ecr_policies.pack.control import Control, Levels, Remarks, Unevaluated
from secure_ecr_policies.pack.registry import PUBLIC_REPOSITORY
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Setting, Settings
from secure_ecr_policies.pack.values import UNKNOWN

_NAME = "repositoryName"


def _judge(repository: Resource, settings: Settings) -> Remarks:
    name, allowed = repository.props.get(_NAME), settings.texts("public_repositories")
    if name is UNKNOWN and allowed:
        yield Unevaluated(_NAME)
    elif not (isinstance(name, str) and any(wildcards.is_match(pattern, name) for pattern in allowed)):
        got = "a name known at the update only" if name is UNKNOWN else echo(name)
        fix = "use a private repository, or have the name put on the list"
        yield Finding(_NAME, "public-repository", "must be on the list of public repositories", got, fix)


def _check_pattern(value: object, field: str) -> Iterator[Finding]:
    text = str(value)
    if not text.strip("*"):
        yield Finding(field, "setting-name", "must not be everything", echo(text))
    else:
        yield from check_public_repository_name(text.replace("*", "x"), field)


CONTROL = Control(
    name="ecr-public-repository",
    description="A repository must not be public unless it is on the list of those that are.",
    severity="high",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Use a private repository, or put the name on public_repositories.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/public/public-repositories.html",
    also_known_as=("AWS Security Hub ECR.4",),
    settings={
        "public_repositories": Setting(
            "strings",
            "Names of the repositories that are meant to be public, `*` for any characters; absent or empty, none is.",
            default=(),
            grammar=_check_pattern,
        ),
    },
    types=(PUBLIC_REPOSITORY,),
    judge=_judge,
)
