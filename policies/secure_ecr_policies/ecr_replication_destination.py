"""A replica is a copy for good: where images may not be, none may arrive."""

from ecr_model.findings import Finding, errors, join
from ecr_model.partitions import check_region
from ecr_model.replication import (
    OLDER_MAX_REPLICATION_RULES,
    Destination,
    ReplicationConfiguration,
    check_residency,
    read_replication,
)

from secure_ecr_policies.pack.control import Control, Levels, Remarks, Unevaluated
from secure_ecr_policies.pack.outsiders import ACCOUNT_ID
from secure_ecr_policies.pack.registry import REPLICATION, REPLICATION_CONFIGURATION, at_home
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Setting, Settings
from secure_ecr_policies.pack.values import spare_unknown, unknown_paths


def _judge(resource: Resource, settings: Settings) -> Remarks:
    document, registry = resource.typed(REPLICATION), at_home(resource, settings)
    region = registry.region if isinstance(registry.region, str) else None
    # the Region alone says which partition it is
    source = Destination(region, registry.account_id or "") if region else None
    unknown = tuple(unknown_paths(document, REPLICATION))
    configuration, findings = read_replication(document, REPLICATION, source=source)
    if allowed := settings.texts("allowed_regions"):
        findings += check_residency(document, allowed, REPLICATION)
    yield from spare_unknown(errors(findings), unknown)
    rules = len(configuration.rules)
    if settings.flag("older_replication_api") and rules > OLDER_MAX_REPLICATION_RULES:
        requirement = f"must have at most {OLDER_MAX_REPLICATION_RULES} entries with the older API"
        fix = "join rules that have the same filters or the same destinations"
        yield Finding(join(REPLICATION, "rules"), "replication-rules", requirement, str(rules), fix)
    yield from map(Unevaluated, unknown)
    yield from _doubt_direction(configuration, region, registry.account_id)


def _doubt_direction(configuration: ReplicationConfiguration, region: str | None, account_id: str | None) -> Remarks:
    """Yield the destinations that may be the registry itself, or in another partition, for all that is known of it."""
    for index, rule in enumerate(configuration.rules):
        here = join(REPLICATION, f"rules[{index}]")
        for destination in rule.destinations:
            if region is None and account_id in (None, destination.registry_id):
                yield Unevaluated(here, f"{destination} may be the registry itself; set region")
            elif account_id is None and destination.region == region:
                why = f"{destination} may be the registry itself; set account_id in the configuration"
                yield Unevaluated(here, why)


CONTROL = Control(
    name="ecr-replication-destination",
    description="Images must be replicated to registries in the allowed Regions, within the limits of ECR.",
    severity="high",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Name other destinations, or have the Region put on allowed_regions.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html",
    settings={
        "allowed_regions": Setting(
            "strings",
            "The Regions that images may be in; absent or empty, any.",
            default=(),
            grammar=lambda value, field: errors(check_region(value, field)),
        ),
        "older_replication_api": Setting(
            "boolean",
            f"Whether a tool on the way takes {OLDER_MAX_REPLICATION_RULES} replication rules at most, as ECR did"
            " until 2026.",
            default=False,
        ),
        "account_id": ACCOUNT_ID,
    },
    types=(REPLICATION_CONFIGURATION,),
    judge=_judge,
)
