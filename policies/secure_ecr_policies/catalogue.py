"""All controls of the pack, in the order in which its catalogue prints them."""

from __future__ import annotations

from secure_ecr_policies import (
    ecr_access_cross_account,
    ecr_access_cross_account_write,
    ecr_access_public,
    ecr_access_service,
    ecr_lifecycle_grammar,
    ecr_lifecycle_safety,
    ecr_policy_well_formed,
    ecr_repository_customer_key,
    ecr_repository_deletion,
    ecr_repository_encryption,
    ecr_repository_name,
    ecr_repository_scan_on_push,
    ecr_repository_tag_immutability,
    exemption_invalid,
    exemption_listed,
)
from secure_ecr_policies.pack.control import Control

CONTROLS: tuple[Control, ...] = (
    ecr_repository_name.CONTROL,
    ecr_repository_tag_immutability.CONTROL,
    ecr_repository_scan_on_push.CONTROL,
    ecr_repository_encryption.CONTROL,
    ecr_repository_customer_key.CONTROL,
    ecr_repository_deletion.CONTROL,
    ecr_lifecycle_grammar.CONTROL,
    ecr_lifecycle_safety.CONTROL,
    ecr_policy_well_formed.CONTROL,
    ecr_access_public.CONTROL,
    ecr_access_cross_account.CONTROL,
    ecr_access_cross_account_write.CONTROL,
    ecr_access_service.CONTROL,
    # these two read what the others have noted, and policies run in the order of the pack
    exemption_listed.CONTROL,
    exemption_invalid.CONTROL,
)

NAMES = tuple(control.name for control in CONTROLS)
