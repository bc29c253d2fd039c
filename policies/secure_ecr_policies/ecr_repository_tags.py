"""Who pays for a repository, and who answers for what is in it, must be written on it."""

from collections.abc import Mapping

from ecr_model.documents import read_document
from ecr_model.findings import Finding, echo, nearest
from ecr_model.repository import TAG_KEY

from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks, Unevaluated
from secure_ecr_policies.pack.resource import REPOSITORY, Resource
from secure_ecr_policies.pack.settings import Setting, Settings
from secure_ecr_policies.pack.values import UNKNOWN

_LONGEST = 65_536  # characters of a provider's default tags: fifty tags take a third of it


def _judge(repository: Resource, settings: Settings) -> Remarks:
    required = settings.texts("required_tags")
    if not required:
        raise NotApplicableError
    tags, defaults = repository.props.get("tags"), repository.provider.get("defaultTags")
    given = {**_default_tags(defaults), **(tags if isinstance(tags, Mapping) else {})}
    for unknown, path in ((tags, "tags"), (defaults, "provider.defaultTags")):
        if unknown is UNKNOWN and not set(required) <= given.keys():
            yield Unevaluated(path)
            return
    for key in required:
        if given.get(key) in (None, ""):
            got = "an empty text" if given.get(key) == "" else _nearest(key, given)
            yield Finding(f"tags.{key}", "required-tag", "must be given", got, "add the AWS tag with its value")


def _default_tags(value: object) -> Mapping[str, object]:
    """Return the tags that the provider adds to everything."""
    document = read_document(value, field="", longest=_LONGEST)[0] if value not in (None, UNKNOWN) else None
    tags = (document or {}).get("tags")
    return tags if isinstance(tags, Mapping) else {}


def _nearest(key: str, given: Mapping[str, object]) -> str | None:
    near = nearest(key, [each.lower() for each in given])
    meant = next((each for each in given if each.lower() == near), None)
    return f"{echo(meant)} instead" if meant else None


CONTROL = Control(
    name="ecr-repository-tags",
    description="A repository must have the AWS tags that the organisation asks for.",
    severity="low",
    levels=Levels(dev="disabled", prod="advisory"),
    reason=__doc__,
    remediation="Add the missing tags to the repository, or to the default tags of its provider.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html",
    settings={
        "required_tags": Setting(
            "strings",
            "Keys of the AWS tags that every repository must have, as 'team'; absent or empty, none.",
            default=(),
            grammar=TAG_KEY.check,
        ),
    },
    types=(REPOSITORY,),
    judge=_judge,
)
