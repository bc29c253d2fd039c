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
    """Images with a tag that matches one of these, `*` is any run of characters; each is counted on its own."""

    tag_prefixes: NotRequired[list[str]]
    """Images with a tag that begins with one of these; each is counted on its own."""

    any: NotRequired[bool]
    """With `true` every image that no entry before has selected; such an entry is the last one."""

    count: NotRequired[int]
    """Keep the newest so many."""

    days: NotRequired[int]
    """Keep them so many days after their push."""


class ArchiveArgs(TypedDict):
    """
    When images that no `keep` entry selects move to the archive storage class, and when they expire there.

    Exactly one of the first two keys.
    """

    unpulled_days: NotRequired[int]
    """Archive images that nobody has pulled for so many days."""

    days: NotRequired[int]
    """Archive images so many days after their push."""

    then_expire_days: NotRequired[int]
    """Delete them after so many days in the archive, 90 or more; absent, they stay."""


class LifecycleArgs(TypedDict):
    """What expires when; either the typed keys or `policy_json`."""

    untagged: NotRequired[UntaggedArgs]
    """Images without a tag; absent, they expire 14 days after their push."""

    keep: NotRequired[list[KeepArgs]]
    """Tagged images that stay, the first entry evaluated first: an image belongs to the first that selects it. Absent,
    all of them, unless `archive` moves them."""

    archive: NotRequired[ArchiveArgs]
    """What becomes of all other images; absent, they stay as they are."""

    policy_json: NotRequired[str]
    """A lifecycle policy document as ECR takes it, checked as strictly; absent, the typed keys make one."""


class GrantArgs(TypedDict):
    """Who is granted something; exactly one of the keys, or `service` with `source`."""

    account_id: NotRequired[str]
    """An account of 12 digits, in quotes; its administrators decide which of its principals use the grant."""

    role_arn: NotRequired[str]
    """One IAM role, which need not exist yet: the policy names its account, on the condition that the role comes."""

    organization_id: NotRequired[str]
    """Every account of an organization, `o-` and 10 to 32 characters."""

    organization_path: NotRequired[str]
    """Every account below an organizational unit, `o-…/r-…/ou-…/`."""

    service: NotRequired[str]
    """An AWS service such as `lambda.amazonaws.com`; needs `source`."""

    source: NotRequired[str]
    """On whose behalf the service may act: an account id, an organization's id, or the ARN of a resource; for Lambda
    an account id or the ARN of functions, and the statement is the one that Lambda would add to the policy itself."""


class AccessArgs(TypedDict):
    """Who may use the repository beside the principals that IAM allows in its own account."""

    pull: NotRequired[list[GrantArgs]]
    """Who may pull images; absent, nobody else."""

    push: NotRequired[list[GrantArgs]]
    """Who may push images; absent, nobody else."""

    administer: NotRequired[list[GrantArgs]]
    """Who may look after the images, which is to scan, archive, expire and delete them, but not after the repository or
    its policy; absent, nobody else."""

    statements: NotRequired[list[dict[str, Any]]]
    """Policy statements for everything else, Deny included, as ECR takes them; absent, none."""


class AdoptArgs(TypedDict):
    """
    What the repository is today; exactly one of the first three keys.

    It can be removed once it is deployed, unless `encryption_type` says something else than `KMS`.
    """

    import_id: NotRequired[str]
    """The repository exists in AWS and in no stack: its name, or its name, `@` and its Region."""

    logical_name: NotRequired[str]
    """The logical name of a plain `aws.ecr.Repository` at the top level of this stack, removed from the program."""

    urn: NotRequired[str]
    """The URN of an `aws.ecr.Repository` of this stack anywhere else, for instance below a component."""

    encryption_type: NotRequired[str]
    """How it is encrypted today, `AES256` or `KMS`, which nothing can change; absent, `KMS`."""

    lifecycle_policy: NotRequired[str]
    """Logical name, or URN, of the `aws.ecr.LifecyclePolicy` that this stack has for it; absent, it has none. Another
    answer is refused: the engine would delete that policy last, and the new one of the repository with it."""

    repository_policy: NotRequired[str]
    """Logical name, or URN, of the `aws.ecr.RepositoryPolicy` that this stack has for it; needs `access`. Absent, it
    has none, and another answer is refused for the same reason."""
