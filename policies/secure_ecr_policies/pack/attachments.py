"""What a stack gives a resource: by its own properties, or by other resources that are made for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.stack import is_same_place, refer
from secure_ecr_policies.pack.values import UNKNOWN

IDS = ("id", "arn", "keyId")
"""The outputs by which an attachment names what it is for."""


def is_given(resource: Resource, name: str) -> bool:
    """
    Tell whether a program gives the property *name* of *resource*.

    A stack control sees what AWS adds as well; before the update that is unknown, and made of no resource.
    """
    value = resource.props.get(name)
    return bool(resource.dependencies.get(name)) if value is UNKNOWN else value not in (None, "", [])


def find_bare(
    bearers: Sequence[Resource], attachments: Iterable[Resource], name: str
) -> Iterator[tuple[Resource, Resource | None]]:
    """
    Yield each of *bearers* that none of *attachments* is for, with one that may be for it after all.

    Args:
        bearers: Resources that need an attachment.
        attachments: Resources that are each for one bearer.
        name: The property of an attachment that says for which.
    """
    references = [(each, refer(each, name, bearers, IDS)) for each in attachments]
    covered = {target.urn for _, reference in references for target in reference.targets}
    bare = [bearer for bearer in bearers if bearer.urn not in covered]
    adrift = [each for each, reference in references if reference.is_unknown]
    for bearer in bare:
        mine = [each for each in adrift if is_same_place(each, bearer)]
        # each of these can be for one bearer, so fewer of them leave some without any
        yield bearer, mine[0] if len(mine) >= len(bare) else None
