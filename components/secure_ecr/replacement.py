"""
What an operator is told of a change that would replace a repository.

The engine refuses it, because the repository is protected, but it speaks of a flag that nobody has written. What the
change is, and what to do instead, it leaves open; so that is said beside it.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import getitem
from typing import Any

import pulumi
from ecr_model.findings import Finding, echo, join

from secure_ecr.last_deployment import last_outputs

_RULE = "replacement"
_FIX = "take the change back, copy the images to a second repository, or set allow_replacement where they may go"

_OUTPUTS: Mapping[str, Sequence[str | int]] = {
    "repository_name": ("name",),
    "region": ("region",),
    "adopt.encryption_type": ("encryptionConfigurations", 0, "encryptionType"),
    "kms_key_arn": ("encryptionConfigurations", 0, "kmsKey"),
}
"""Where a repository says what cannot be changed of it, by the argument that decides it."""


def explain_replacement(
    repository: pulumi.CustomResource, decided: Mapping[str, pulumi.Input[str] | None], field: str
) -> pulumi.Output[bool]:
    """
    Show an error for each of the arguments *decided* that would make another repository of a deployed one.

    It is for the preview: at a deployment the engine ends the program with its own words.

    Args:
        repository: The repository, protected.
        decided: What `repository_name`, `region`, `adopt.encryption_type` and `kms_key_arn` say; None says nothing.
        field: Path of the arguments.

    Returns:
        Whether there is such an error; the program waits for it in every case.
    """
    return pulumi.Output.from_input(_explain(repository, decided, field))


async def _explain(
    repository: pulumi.CustomResource, decided: Mapping[str, pulumi.Input[str] | None], field: str
) -> bool:
    if not pulumi.runtime.is_dry_run() or await repository.id.is_known():
        return False
    deployed = (await last_outputs()).get(await repository.urn.future() or "")
    if not deployed:
        return False
    is_other = False
    for argument, value in decided.items():
        old, output = _at(deployed, _OUTPUTS[argument]), pulumi.Output.from_input(value)
        new = await output.future() if await output.is_known() else pulumi.UNKNOWN
        if None not in {old, new} and new != old:
            requirement = f"must stay {old!r}: nothing can change it, and a new repository has none of the images"
            got = "a value that is not known yet" if new is pulumi.UNKNOWN else echo(new)
            pulumi.log.error(str(Finding(join(field, argument), _RULE, requirement, got, _FIX)), repository)
            is_other = True
    if is_other and deployed.get("forceDelete"):
        # It was not protected until now, so the engine would go on and delete the images
        raise pulumi.RunError(f"{field}: must stay the repository that it is, see the error beside it")
    return is_other


def _at(outputs: Any, steps: Sequence[str | int]) -> Any:
    """Return the output behind *steps*, None when there is none or it is blank, as the key under AES256."""
    try:
        return reduce(getitem, steps, outputs) or None
    except (LookupError, TypeError):
        return None
