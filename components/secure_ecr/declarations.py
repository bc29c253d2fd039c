"""
The parts that several declarations share: lifecycle, access, adoption.

Each is judged whole by the rule of `ecr_model` that gives it its meaning; the types here serve editors, type
checkers and the schema for other languages.
"""

from typing import Any, NotRequired, TypedDict


class UntaggedArgs(TypedDict):
    """When images without a tag expire; exactly one of the two."""

    days: NotRequired[int]
    """Expire them so many days after their push."""

    count: NotRequired[int]
    """Keep the newest so many of them."""


class KeepArgs(TypedDict):
    """Which tagged images stay; exactly one way to select them and one to count them."""

    tag_patterns: NotRequired[list[str]]
    """Images with a tag that matches one of these; `*` stands for any run of characters."""

    tag_prefixes: NotRequired[list[str]]
    """Images with a tag that begins with one of these."""

    any: NotRequired[bool]
    """With `true` every image that no other entry selects; such an entry is the last one."""

    count: NotRequired[int]
    """Keep the newest so many for each pattern or prefix."""

    days: NotRequired[int]
    """Keep them so many days after their push."""


class ArchiveArgs(TypedDict):
    """When images move to the archive storage class, and when they expire there."""

    unpulled_days: NotRequired[int]
    """Archive images that nobody has pulled for so many days."""

    days: NotRequired[int]
    """Archive images so many days after their push."""

    then_expire_days: NotRequired[int]
    """Delete them after so many days in the archive, 90 or more; absent, they stay."""


class LifecycleArgs(TypedDict):
    """What expires when; either the typed keys or `policy_json`."""

    untagged: NotRequired[UntaggedArgs]
    """Images without a tag; absent, they are not touched."""

    keep: NotRequired[list[KeepArgs]]
    """Tagged images that stay, the first entry evaluated first; what an entry selects no later one expires."""

    archive: NotRequired[ArchiveArgs]
    """Images that nobody uses any more; absent, nothing is archived."""

    policy_json: NotRequired[str]
    """A lifecycle policy document as ECR takes it, checked as strictly as the typed form."""


class GrantArgs(TypedDict):
    """Who is granted something; exactly one of the keys, or `service` with `source`."""

    account_id: NotRequired[str]
    """An account of 12 digits, in quotes; its administrators decide which of its principals use the grant."""

    role_arn: NotRequired[str]
    """One IAM role, which need not exist yet."""

    organization_id: NotRequired[str]
    """Every account of an organization, `o-` and 10 to 32 characters."""

    organization_path: NotRequired[str]
    """Every account below an organizational unit, `o-…/r-…/ou-…/`."""

    service: NotRequired[str]
    """An AWS service such as `lambda.amazonaws.com`; needs `source`."""

    source: NotRequired[str]
    """The account id, or the ARN of the resource, on whose behalf the service may act."""


class AccessArgs(TypedDict):
    """Who may use the repository beside the principals that IAM allows in its own account."""

    pull: NotRequired[list[GrantArgs]]
    """Who may pull images."""

    push: NotRequired[list[GrantArgs]]
    """Who may push images, which includes pulling them."""

    administer: NotRequired[list[GrantArgs]]
    """Who may change the repository's settings and delete its images."""

    statements: NotRequired[list[dict[str, Any]]]
    """Policy statements for everything else, Deny included, as ECR takes them."""


class AdoptArgs(TypedDict):
    """What the repository is today; exactly one of the first three keys."""

    import_id: NotRequired[str]
    """The repository exists in AWS and in no stack: its name, or its name, `@` and its Region."""

    logical_name: NotRequired[str]
    """The logical name of a plain `aws.ecr.Repository` at the top level of this stack, removed from the program."""

    urn: NotRequired[str]
    """The URN of an `aws.ecr.Repository` of this stack anywhere else, for instance below a component."""

    encryption_type: NotRequired[str]
    """How it is encrypted today, `AES256` or `KMS`, which nothing can change; absent, `KMS`."""
