"""Whoever pulls an image that nobody has scanned finds its vulnerabilities after those who exploit them."""

from collections.abc import Iterator, Sequence

from ecr_model.findings import Finding, echo
from ecr_model.scanning import SCAN_TYPES, ScanningConfiguration, is_covered, read_scanning

from secure_ecr_policies.pack.attachments import is_given
from secure_ecr_policies.pack.context import ADVICE, CONTEXT, context_at
from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks, StackRemarks, Unevaluated
from secure_ecr_policies.pack.outsiders import ACCOUNT_ID
from secure_ecr_policies.pack.registry import SCANNING_CONFIGURATION, at_home, scanning_document
from secure_ecr_policies.pack.resource import REPOSITORY, Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.stack import Stack, is_same_place
from secure_ecr_policies.pack.values import UNKNOWN, Unknown, unknown_paths

_FLAG = "imageScanningConfiguration.scanOnPush"


def _judge(stack: Stack, settings: Settings) -> StackRemarks:
    configurations = [at_home(each, settings) for each in stack.of(SCANNING_CONFIGURATION)]
    repositories = [at_home(each, settings) for each in stack.of(REPOSITORY)]
    if not repositories:
        raise NotApplicableError
    for repository in repositories:
        mine = [each for each in configurations if is_same_place(repository, each)]
        yield from ((repository, remark) for remark in _judge_repository(repository, mine, settings))


def _judge_repository(repository: Resource, declared: Sequence[Resource], settings: Settings) -> Remarks:
    known = [reading for each in declared for reading in _readings(scanning_document(each))]
    known = known or [read_scanning(entry)[0] for entry in context_at(settings, "registry_scanning", repository)]
    possible = known or [ScanningConfiguration()]
    name, flag = repository.props.get("name"), _flag(repository)
    verdicts = {
        is_covered(name if isinstance(name, str) else "*", configuration, scan_on_push=possible_flag)
        for configuration in possible
        for possible_flag in ((True, False) if flag is UNKNOWN else (flag,))
    }
    if verdicts == {True}:
        return
    doubts = [*_doubts(declared, may_differ=True in verdicts)]
    if not isinstance(name, str) and any(configuration.rules for configuration in possible):
        doubts.append(Unevaluated("name", "the registry scans some names only"))
    if True in verdicts:
        if flag is UNKNOWN:
            doubts.append(Unevaluated(_FLAG))
        elif not doubts:
            doubts.append(Unevaluated("region", "registries that it may be in are scanned differently; set region"))
    yield from doubts or (_unscanned(name, flag, possible, is_declared=bool(known)),)


def _readings(document: dict[str, object]) -> Iterator[ScanningConfiguration]:
    """Yield what a configuration may say, which is more than one thing when its type is not known."""
    for scan_type in SCAN_TYPES if document.get("scanType") is UNKNOWN else (document.get("scanType"),):
        yield read_scanning(document | {"scanType": scan_type})[0]


def _flag(repository: Resource) -> object:
    if not is_given(repository, "imageScanningConfiguration"):
        return None  # in a preview of a repository that does not ask for scanning, the provider does not tell
    scanning = repository.object_at("imageScanningConfiguration")
    return UNKNOWN if isinstance(scanning, Unknown) else scanning.get("scanOnPush")


def _doubts(declared: Sequence[Resource], *, may_differ: bool) -> Iterator[Unevaluated]:
    for configuration in declared:
        for path in unknown_paths(scanning_document(configuration), ""):
            if path != "scanType" or may_differ:
                yield Unevaluated("name", f"depends on {path} of {configuration.name}, known at the update only")


def _unscanned(name: object, flag: object, possible: Sequence[ScanningConfiguration], *, is_declared: bool) -> Finding:
    advice = "" if is_declared else f"; {ADVICE}"
    rule, edit = "repository-scanning", "add a filter that selects it to a scanning rule of the registry"
    if all(configuration.scan_type == "ENHANCED" for configuration in possible):
        requirement = "must be selected by a scanning rule: under 'ENHANCED' the repository's own flag has no effect"
        return Finding("name", rule, requirement, echo(name), edit)
    requirement = "must be true where no scanning rule of the registry selects the repository"
    got = "nothing, which means false" if flag is None else echo(flag)
    return Finding(_FLAG, rule, requirement, got, f"write true, or {edit}{advice}")


CONTROL = Control(
    name="ecr-repository-scanning",
    description="Every image that is pushed must be scanned, by the registry's rules or by the repository's own flag.",
    severity="high",
    levels=Levels(dev="mandatory", prod="mandatory"),
    reason=__doc__,
    remediation="Have a rule of the registry's scanning configuration select the repository; '*' selects all.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
    also_known_as=(
        "AWS Security Hub ECR.1",
        "checkov CKV_AWS_163",
        "trivy AWS-0030",
        "NIST 800-53r5 RA-5",
        "PCI DSS 4.0.1 6.2.3",
        "prowler ecr_repositories_scan_images_on_push_enabled",
    ),
    settings={"context": CONTEXT, "account_id": ACCOUNT_ID},
    types=(REPOSITORY, SCANNING_CONFIGURATION),
    subjects=(REPOSITORY,),
    judge_stack=_judge,
)
