"""What the registry's rules leave out is not scanned, however the single repository is set."""

from ecr_model.filters import SCANNING_FILTER
from ecr_model.findings import Finding, echo, errors
from ecr_model.scanning import SCAN_TYPES, check_scanning_coverage, read_scanning

from secure_ecr_policies.pack.control import Control, Levels, Remarks, Unevaluated
from secure_ecr_policies.pack.registry import SCANNING_CONFIGURATION, scanning_document
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Setting, Settings
from secure_ecr_policies.pack.values import UNKNOWN, spare_unknown, unknown_paths


def _judge(resource: Resource, settings: Settings) -> Remarks:
    document = scanning_document(resource)
    unknown = tuple(unknown_paths(document, ""))
    scan_type, wanted = document.get("scanType"), settings.text("scan_type")
    if scan_type is UNKNOWN:
        document = document | {"scanType": "ENHANCED"}  # whose rules may say all that those of the other may
    configuration, findings = read_scanning(document, "")
    yield from spare_unknown(errors(findings), unknown)
    if wanted and scan_type in SCAN_TYPES and scan_type != wanted:
        yield Finding("scanType", "scan-type-wanted", f"must be {wanted!r}", echo(scan_type), f"write {wanted!r}")
    if not any(path.startswith("rules") for path in unknown):  # they may select what the others do not
        yield from check_scanning_coverage(configuration, settings.texts("scanned_repositories"), "rules")
    yield from map(Unevaluated, unknown)


CONTROL = Control(
    name="ecr-registry-scanning",
    description="A registry's scanning configuration must be one that ECR accepts and cover what is to be scanned.",
    severity="high",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Give the configuration a rule whose filters select the repositories that the finding names.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html",
    also_known_as=("prowler ecr_registry_scan_images_on_push_enabled",),
    settings={
        "scan_type": Setting("string", "The scan type that registries must have; absent, either.", choices=SCAN_TYPES),
        "scanned_repositories": Setting(
            "strings",
            "Names of the repositories that a registry's rules must select, `*` for any characters.",
            default=("*",),
            grammar=SCANNING_FILTER.check,
        ),
    },
    types=(SCANNING_CONFIGURATION,),
    judge=_judge,
)
