"""Grants to other accounts, as the two controls about them judge and configure them."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_model.findings import Finding
from ecr_model.names import check_registry_id
from ecr_model.policy.exposure import judge_cross_account

from secure_ecr_policies.pack.control import Remarks
from secure_ecr_policies.pack.documents import read_grants, remarks_on
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Setting, Settings

ACCOUNT_ID = Setting(
    "string",
    "The account that the resources belong to; absent, it is taken from the resource or its provider.",
    grammar=check_registry_id,
)


_OWNER_UNKNOWN = "whether this is an outsider depends on the repository's account; set account_id in the configuration"


def allow_list(deed: str) -> Setting:
    """Return the setting that lists who may do *deed* from outside."""
    return Setting(
        "strings",
        f"Who may {deed} from outside: account ids, ids of organisations, paths in them, and the names of"
        " endpoints, networks, address ranges or principals; absent or empty, nobody may.",
        default=(),
        grammar=_check_name,
    )


def judge_outsiders(resource: Resource, settings: Settings, allowed: str, *, writes: bool) -> Remarks:
    """Yield the grants of *resource* to whom the setting *allowed* does not name."""
    field, document = read_grants(resource)
    account_id = resource.account_id or settings.text("account_id")
    judgement = judge_cross_account(
        document, account_id=account_id, allowed=settings.texts(allowed), writes=writes, field=field
    )
    yield from remarks_on(document, judgement, field, _OWNER_UNKNOWN)


def _check_name(value: object, path: str) -> Iterator[Finding]:
    text = str(value)
    if text.isdigit():
        yield from check_registry_id(text, path)
    elif not text or "*" in text.partition("/")[0]:
        yield Finding(path, "setting-name", "must be the name of somebody", repr(text[:80]))
