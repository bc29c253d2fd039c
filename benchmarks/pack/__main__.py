"""The pack against which the whole pack is measured: one policy that does nothing."""

from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

PolicyPack(
    "one",
    [
        ResourceValidationPolicy(
            name="nothing",
            description="Does nothing.",
            validate=lambda args, report: None,  # noqa: ARG005  # the SDK's signature
            enforcement_level=EnforcementLevel.MANDATORY,
        )
    ],
)
