"""
The model against the service model in the installed botocore: an upgrade of boto3 tells where AWS has moved.

Every limit, enumeration and grammar of `ecr_model` is either `SHARED` with a shape of the API and compared with
it, each intended difference with its reason, or `OWN`, with the reason why the API has nothing to compare.
"""

import functools
import importlib
import itertools
import json
import pkgutil
import re
import typing
from dataclasses import dataclass, field
from pathlib import Path

import botocore.loaders
import botocore.model
import ecr_model
import pytest
from ecr_model.cache import UPSTREAMS, check_cache_rule
from ecr_model.images import parse_image
from ecr_model.partitions import PARTITIONS, find_partition
from ecr_model.public import REGIONS as PUBLIC_REGIONS
from ecr_model.public import check_catalog
from ecr_model.references import FIPS_REGIONS
from ecr_model.replication import check_replication
from ecr_model.repository import DEFAULT_ENCRYPTION_TYPE, DEFAULT_TAG_MUTABILITY_MODE
from ecr_model.scanning import check_scanning
from ecr_model.settings import ACCOUNT_SETTINGS
from ecr_model.shapes import Text
from ecr_model.signing import check_signing
from ecr_model.templates import check_template

ANYTHING = r"(?s:.*)"
EMPTY = "an empty text stands for an absence, which is written as an absence here"


@dataclass(frozen=True)
class Shared:
    """The shape that a constant repeats; `differs` has a reason for each part of it that we know better."""

    shape: str
    service: str = "ecr"
    bound: str = "max"
    differs: dict[str, str] = field(default_factory=dict)


SHARED = {
    "names.REPOSITORY_NAME": Shared("RepositoryName"),
    "names.REGISTRY_ID": Shared(
        "RegistryId", differs=dict.fromkeys(("shortest", "longest"), "twelve digits are twelve characters")
    ),
    "names.TAG": Shared(
        "ImageTag",
        differs=dict.fromkeys(("longest", "pattern"), "container clients push what the OCI grammar allows, no more"),
    ),
    "names.DIGEST": Shared(
        "ImageDigest",
        differs=dict.fromkeys(("shortest", "longest", "pattern"), "ECR computes SHA-256, the API takes any text"),
    ),
    "partitions.REGION": Shared("Region"),
    "filters.REPLICATION_FILTER": Shared("RepositoryFilterValue"),
    "filters.SCANNING_FILTER": Shared("ScanningRepositoryFilterValue"),
    "filters.SIGNING_FILTER": Shared("SigningRepositoryFilterValue"),
    "filters.TAG_EXCLUSION_FILTER": Shared("ImageTagMutabilityExclusionFilterValue"),
    "filters.TEMPLATE_PREFIX": Shared("Prefix"),
    "filters.CACHE_PREFIX": Shared("PullThroughCacheRuleRepositoryPrefix"),
    "repository.TagMutabilityMode": Shared("ImageTagMutability"),
    "repository.MAX_EXCLUSION_FILTERS": Shared("ImageTagMutabilityExclusionFilters"),
    "repository.EXCLUSION_FILTER_TYPE": Shared("ImageTagMutabilityExclusionFilterType"),
    "repository.EncryptionType": Shared("EncryptionType"),
    "repository.KMS_KEY_ARN": Shared(
        "KmsKeyForRepositoryCreationTemplate", differs=dict.fromkeys(("shortest", "pattern"), EMPTY)
    ),
    "repository.TAG_KEY": Shared(
        "TagKey",
        differs=dict.fromkeys(("shortest", "longest", "pattern"), "the limits stand in the shape's description"),
    ),
    "repository.TAG_VALUE": Shared("TagValue", differs={"longest": "the limit stands in the shape's description"}),
    "scanning.ScanType": Shared("ScanType"),
    "scanning.ScanFrequency": Shared("ScanFrequency"),
    "scanning.SCANNING_FILTER_TYPE": Shared("ScanningRepositoryFilterType"),
    "scanning.MAX_SCANNING_RULES": Shared("RegistryScanningRuleList"),
    "events.BasicSeverity": Shared("FindingSeverity"),
    "events.EnhancedSeverity": Shared("Severity", "inspector2"),
    "scanning.MAX_SCANNING_FILTERS": Shared("ScanningRepositoryFilterList"),
    "replication.MAX_REPLICATION_RULES": Shared("ReplicationRuleList"),
    "replication.MAX_DESTINATIONS": Shared(
        "ReplicationDestinationList",
        differs={"bound": "25 distinct destinations in all leave no use for the 100 of one rule"},
    ),
    "replication.MAX_REPLICATION_FILTERS": Shared("RepositoryFilterList"),
    "replication.REPLICATION_FILTER_TYPE": Shared("RepositoryFilterType"),
    "templates.AppliedFor": Shared("RCTAppliedFor"),
    "templates.DESCRIPTION": Shared("RepositoryTemplateDescription"),
    "policy.principals.ROLE_ARN": Shared(
        "CustomRoleArn", differs=dict.fromkeys(("shortest", "longest", "pattern"), "IAM says what the ARN of a role is")
    ),
    "cache.CREDENTIAL_ARN": Shared("CredentialArn"),
    "settings.EXCLUDED_PRINCIPAL_ARN": Shared("PrincipalArn", differs={"shortest": EMPTY}),
    "settings.MAX_PULL_TIME_EXCLUSIONS": Shared("PullTimeUpdateExclusionList"),
    "signing.SIGNING_PROFILE_ARN": Shared("SigningProfileArn", differs={"shortest": EMPTY}),
    "signing.SIGNING_FILTER_TYPE": Shared("SigningRepositoryFilterType"),
    "signing.MAX_SIGNING_RULES": Shared("SigningRuleList"),
    "signing.MAX_SIGNING_FILTERS": Shared("SigningRepositoryFilterList"),
    "public.PUBLIC_REPOSITORY_NAME": Shared("RepositoryName", "ecr-public"),
    "public.ALIAS": Shared("RegistryAliasName", "ecr-public"),
    "public.DESCRIPTION": Shared("RepositoryDescription", "ecr-public"),
    "public.ABOUT_TEXT": Shared("AboutText", "ecr-public"),
    "public.USAGE_TEXT": Shared("UsageText", "ecr-public"),
    "public.ARCHITECTURE": Shared("Architecture", "ecr-public"),
    "public.OPERATING_SYSTEM": Shared("OperatingSystem", "ecr-public"),
    "public.MAX_ARCHITECTURES": Shared("ArchitectureList", "ecr-public"),
    "public.MAX_OPERATING_SYSTEMS": Shared("OperatingSystemList", "ecr-public"),
    "public.MAX_LOGO_BYTES": Shared("LogoImageBlob", "ecr-public"),
    "lifecycle.rules.SHORTEST_TEXT": Shared("LifecyclePolicyText", bound="min"),
    "lifecycle.rules.LONGEST_TEXT": Shared("LifecyclePolicyText"),
    "lifecycle.rules.TagStatus": Shared("TagStatus", differs={"case": "documents write it small"}),
    "lifecycle.rules.StorageClass": Shared("LifecyclePolicyStorageClass", differs={"case": "documents write it small"}),
    "lifecycle.rules.ActionType": Shared("ImageActionType", differs={"case": "documents write it small"}),
    "lifecycle.rules.TargetStorageClass": Shared(
        "LifecyclePolicyTargetStorageClass", differs={"case": "documents write it small"}
    ),
    "lifecycle.rules.LOWEST_PRIORITY": Shared("LifecyclePolicyRulePriority", bound="min"),
    "images.ImageStatus": Shared("ImageStatus"),
    "policy.kinds.REPOSITORY_POLICY.longest": Shared("RepositoryPolicyText"),
    "policy.kinds.REGISTRY_POLICY.longest": Shared("RegistryPolicyText"),
    "policy.kinds.PUBLIC_REPOSITORY_POLICY.longest": Shared("RepositoryPolicyText", "ecr-public"),
}

OWN = {
    "access.ORGANIZATION_ID": "a grammar of AWS Organizations",
    "access.ORGANIZATION_PATH": "a grammar of AWS Organizations",
    "access.SOURCE_ARN": "a grammar of IAM",
    "cache.MAX_CACHE_RULES": "a service quota that no shape has",
    "conventions.LONGEST_PATTERN": "our own bound",
    "conventions.MAX_VALUES": "our own bound",
    "documents.DEEPEST": "our own bound",
    "endpoints.BUCKET_NAME": "a grammar of S3",
    "events.MAX_PATTERN": "a quota of EventBridge",
    "forecast.MOST_LOOKS": "our own bound",
    "forecast.MOST_PUSHES": "our own bound",
    "lifecycle.declaration.UNTAGGED_DAYS": "our own default",
    "lifecycle.evaluation.DAY": "seconds",
    "lifecycle.rules.LARGEST_NUMBER": "the API's integers have 32 bits",
    "lifecycle.rules.MAX_RULES": "a service quota that no shape has",
    "lifecycle.rules.MAX_WILDCARDS": "the user guide's: the API takes the document as one text",
    "lifecycle.rules.SHORTEST_ARCHIVE_DAYS": "the user guide's: the API takes the document as one text",
    "network.FEWEST_SUBNETS": "our own bound",
    "network.MAX_CLIENTS": "a quota of Amazon VPC",
    "network.ROUTE_TABLE_ID": "a grammar of EC2",
    "network.SECURITY_GROUP_ID": "a grammar of EC2",
    "network.SUBNET_ID": "a grammar of EC2",
    "network.VPC_ID": "a grammar of EC2",
    "policy.principals.SERVICE_NAME": "a grammar of IAM",
    "public.LOGO": "the logo in base64, which `MAX_LOGO_BYTES` measures before it is encoded",
    "references.REFERENCE": "our own bound",
    "replication.OLDER_MAX_REPLICATION_RULES": "what the API took before the model in the installed botocore",
    "repository.MAX_TAGS": "stands in the description of `TooManyTagsException`",
    "repository.MAX_WILDCARDS": "the user guide's",
    "workload_identities.CLUSTER_ARN": "a grammar of EKS",
    "workload_identities.CLUSTER_PROVIDER_ARN": "a grammar of EKS",
    "workload_identities.CODEBUILD_PROJECT_ARN": "a grammar of CodeBuild",
    "workload_identities.GITHUB_PLACE": "a grammar of GitHub",
    "workload_identities.GITHUB_REPOSITORY": "a grammar of GitHub",
    "workload_identities.GITLAB_BRANCH": "a grammar of git",
    "workload_identities.GITLAB_PROJECT": "a grammar of GitLab",
    "workload_identities.NAMESPACE": "a grammar of Kubernetes",
    "workload_identities.OIDC_AUDIENCE": "a limit of IAM",
    "workload_identities.OIDC_PROVIDER_ARN": "a grammar of IAM",
    "workload_identities.OIDC_URL": "a limit of IAM",
    "workload_identities.SERVICE_ACCOUNT": "a grammar of Kubernetes",
    "workload_identities.VPC_ENDPOINT_ID": "a grammar of EC2",
    "workload_images.REGISTRY_HOST": "a grammar of host names",
    "simulator.Verdict": "what a simulation says of an image: expiry and transition are two of it",
}

APART = {
    "ecr": {
        **dict.fromkeys(
            (
                *(
                    "BatchedOperationLayerDigest",
                    "BatchedOperationLayerDigestList",
                    "GetAuthorizationTokenRegistryIdList",
                ),
                *("ImageIdentifierList", "LayerDigestList", "MediaTypeList", "RepositoryNameList"),
                *("PullThroughCacheRuleRepositoryPrefixList", "ScanningConfigurationRepositoryNameList"),
                *("FiftyMaxResults", "LifecyclePreviewMaxResults", "MaxResults"),
            ),
            "how much one call asks for or gets: the model calls nothing",
        ),
        **dict.fromkeys(
            (
                *("ArtifactStatus", "ImageFailureCode", "ImageCount", "InUseCount", "LayerAvailability"),
                *("LayerFailureCode", "LifecyclePolicyPreviewStatus", "NonNegativeInteger", "ReplicationBackfillId"),
                *("ReplicationBackfillResultStatus", "ReplicationBackfillStatus", "ReplicationStatus", "ScanStatus"),
                *("ScanningConfigurationFailureCode", "SeverityCount", "SigningStatus"),
            ),
            "an answer about what ECR has done: the model says what it will do",
        ),
        **dict.fromkeys(
            ("ArtifactStatusFilter", "ArtifactType", "ArtifactTypeList", "ImageStatusFilter"),
            "a choice among what is listed",
        ),
        **dict.fromkeys(("AttributeKey", "AttributeList", "AttributeValue"), "attributes of a finding, free text"),
        **dict.fromkeys(
            ("Base64", "LayerDigest", "LayerPartBlob", "PartSize", "UploadId"),
            "parts of a push, which a container client makes",
        ),
        "AccountSettingName": "the names stand in a description, with which `ACCOUNT_SETTINGS` is compared",
        "ImageManifest": "the model reads no manifests; the command compares its own limit",
        "KmsKey": "ids and aliases too, where we ask for the ARN: `KMS_KEY_ARN` has the same length",
        "LifecyclePolicyTextForRepositoryCreationTemplate": "as `LifecyclePolicyText`, and empty for none",
        "TargetStorageClass": "where one call moves one image",
    },
    "ecr-public": {
        **dict.fromkeys(
            ("BatchedOperationLayerDigest", "BatchedOperationLayerDigestList", "ImageIdentifierList"),
            "how much one call asks for: the model calls nothing",
        ),
        **dict.fromkeys(
            ("LayerDigestList", "MaxResults", "RepositoryNameList", "TagKeyList"),
            "how much one call asks for: the model calls nothing",
        ),
        **dict.fromkeys(
            (
                *("Base64", "ImageFailureCode", "ImageManifest", "LayerAvailability", "LayerDigest"),
                *("LayerFailureCode", "LayerPartBlob", "PartSize", "UploadId"),
            ),
            "parts of a push, which a container client makes",
        ),
        **dict.fromkeys(
            ("Arn", "RegistryAliasStatus", "RegistryDisplayName", "RegistryIdOrAlias", "ResourceUrl"),
            "settings of a public registry as a whole, which nothing here declares",
        ),
        **dict.fromkeys(("ImageTag", "RegistryId"), "as in private registries"),
        **dict.fromkeys(("TagKey", "TagList", "TagValue"), "AWS tags, by the narrower limits of private registries"),
    },
}
"""The other shapes with a limit, an enumeration or a grammar, by service, each with the reason why none is repeated."""

CONSTANT = re.compile(r"(?:DEFAULT_)?[A-Z][A-Z_]*|[A-Z][A-Za-z]+")


@functools.cache
def service(name):
    return botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model(name, "service-2"))


@functools.cache
def enumerations():
    shapes = [service("ecr").shape_for(name) for name in service("ecr").shape_names]
    return [{member.casefold() for member in shape.enum} for shape in shapes if getattr(shape, "enum", None)]


def constant(path):
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module("ecr_model." + ".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        return functools.reduce(getattr, parts[length:], found)
    raise LookupError(path)


def is_limit(value):
    """Tell whether the API may have something to say about a constant."""
    if isinstance(value, Text) or (isinstance(value, int) and not isinstance(value, bool)):
        return True
    if typing.get_origin(value) is not typing.Literal:
        return False
    members = {str(member).casefold() for member in typing.get_args(value)}
    return any(len(members & enumeration) >= min(2, len(enumeration)) for enumeration in enumerations())


def limits():
    found = set()
    for info in pkgutil.walk_packages(ecr_model.__path__, "ecr_model."):
        module = importlib.import_module(info.name)
        if hasattr(module, "__path__"):
            continue
        source = Path(module.__file__).read_text(encoding="utf-8")
        for name, value in vars(module).items():
            is_defined_here = CONSTANT.fullmatch(name) and re.search(rf"(?m)^{name}\b\s*[:=]", source)
            if is_defined_here and is_limit(value):
                found.add(f"{info.name.removeprefix('ecr_model.')}.{name}")
    return found


def test_every_limit_is_compared_or_has_a_reason_why_not():
    assert limits() - SHARED.keys() - OWN.keys() == set()
    assert SHARED.keys() & OWN.keys() == set()
    assert OWN.keys() - limits() == set()


@pytest.mark.parametrize("name", APART)
def test_every_constraint_of_the_api_is_repeated_or_has_a_reason_why_not(name):
    constrained = {
        shape
        for shape in service(name).shape_names
        if {"min", "max", "pattern", "enum"} & service(name).shape_for(shape).metadata.keys()
    }
    repeated = {shared.shape for shared in SHARED.values() if shared.service == name} | COMPARED.get(name, set())

    assert constrained - repeated - APART[name].keys() == set()
    assert APART[name].keys() - constrained == set()
    assert APART[name].keys() & repeated == set()


def facets(value, shape):
    """Return what the constant says, and what the shape says, by the name of the facet."""
    metadata = shape.metadata
    if isinstance(value, Text):
        bounds = (value.shortest, value.longest), (metadata.get("min", 0), metadata.get("max"))
        ours, theirs = (dict(zip(("shortest", "longest"), bound, strict=True)) for bound in bounds)
        if (value.pattern == ANYTHING) != ("pattern" not in metadata):
            ours["pattern"], theirs["pattern"] = value.pattern, metadata.get("pattern")
        return ours, theirs
    members = typing.get_args(value) or ((value,) if isinstance(value, str) else ())
    if members:
        ours, theirs = {"members": {*map(str.casefold, members)}}, {"members": {*map(str.casefold, shape.enum)}}
        if set(members) != set(shape.enum):
            ours["case"], theirs["case"] = set(members), set(shape.enum)
        return ours, theirs
    return {"bound": value}, {"bound": None}


@pytest.mark.parametrize("path", SHARED)
def test_shared_limits_are_those_of_the_api(path):
    shared, value = SHARED[path], constant(path)
    shape = service(shared.service).shape_for(shared.shape)

    ours, theirs = facets(value, shape)
    if "bound" in ours:
        theirs = {"bound": shape.metadata[shared.bound]}

    different = {name for name in ours if ours[name] != theirs[name]}
    assert different - shared.differs.keys() == set(), (ours, theirs)
    assert shared.differs.keys() - different <= {"pattern"}, "a difference that is none any more"
    assert all(shared.differs.values())


PATTERNS = [
    path
    for path in SHARED
    if isinstance(constant(path), Text) and "pattern" not in SHARED[path].differs and constant(path).pattern != ANYTHING
]

SHORT = ["".join(letters) for length in range(6) for letters in itertools.product("a0._-/*!", repeat=length)]
EXAMPLES = (
    "team/base-images__x--y.z",
    "team/base-images/",
    "ROOT",
    "prod*/api",
    "123456789012",
    "eu-west-1",
    "arn:aws-us-gov:iam::123456789012:role/team/Nightly+=,.@-_1",
    "arn:aws:signer:eu-west-1:123456789012:/signing-profiles/Release_1",
    "arn:aws-cn:secretsmanager:eu-west-1:123456789012:secret:ecr-pullthroughcache/hub/_+=.@-1",
)


def neighbours(text):
    """Yield *text* and every text that one edit makes of it."""
    yield text
    for index in range(len(text) + 1):
        yield text[:index] + text[index + 1 :]
        for letter in "aZ0._-/*:@!\n":
            yield text[:index] + letter + text[index:]
            yield text[:index] + letter + text[index + 1 :]


@pytest.mark.parametrize("path", PATTERNS)
def test_grammars_accept_what_the_patterns_of_the_api_accept(path):
    shape = service(SHARED[path].service).shape_for(SHARED[path].shape)
    ours, theirs = constant(path).pattern, re.compile(shape.metadata["pattern"], re.ASCII)
    candidates = [*SHORT, *(text for example in EXAMPLES for text in neighbours(example))]
    if path == "filters.SCANNING_FILTER":  # theirs needs exponential time on what it refuses
        candidates = [text for text in candidates if len(text) <= 14]

    accepted = [text for text in candidates if theirs.fullmatch(text)]

    assert accepted
    assert [text for text in candidates if re.fullmatch(ours, text)] == accepted


COMPARED = {"ecr": {"UpstreamRegistry"}}
"""Shapes that a test of their own below compares."""


STRUCTURES = {
    "RegistryScanningConfiguration": (check_scanning, lambda value: value, {}),
    "RegistryScanningRule": (check_scanning, lambda value: {"scanType": "BASIC", "rules": [value]}, {}),
    "ReplicationConfiguration": (check_replication, lambda value: value, {}),
    "ReplicationRule": (check_replication, lambda value: {"rules": [value]}, {}),
    "ReplicationDestination": (check_replication, lambda value: {"rules": [{"destinations": [value]}]}, {}),
    "RepositoryFilter": (
        check_replication,
        lambda value: {"rules": [{"destinations": [], "repositoryFilters": [value]}]},
        {},
    ),
    "DeleteReplication": (
        check_replication,
        lambda value: {"rules": [{"destinations": [], "deleteReplication": value}]},
        {},
    ),
    "SigningConfiguration": (check_signing, lambda value: value, {}),
    "SigningRule": (check_signing, lambda value: {"rules": [value]}, {}),
    "CreateRepositoryCreationTemplateRequest": (check_template, lambda value: value, {}),
    "EncryptionConfigurationForRepositoryCreationTemplate": (
        check_template,
        lambda value: {"encryptionConfiguration": value},
        {},
    ),
    "CreatePullThroughCacheRuleRequest": (
        check_cache_rule,
        lambda value: value,
        {"registryId": "a rule belongs to the registry that it is declared for"},
    ),
    "RepositoryCatalogDataInput": (check_catalog, lambda value: value, {}),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_documents_have_the_keys_of_the_api(name):
    check, wrap, differs = STRUCTURES[name]
    shape = service("ecr-public" if name == "RepositoryCatalogDataInput" else "ecr").shape_for(name)
    document = wrap(dict.fromkeys((*shape.members, "noSuchKey")))

    unknown = {f.got for f in check(document) if f.requirement == "must be a known key"}

    assert unknown == {"'noSuchKey'", *map(repr, differs)}


@pytest.mark.parametrize("name", STRUCTURES)
def test_documents_ask_for_what_the_api_requires(name):
    check, wrap, _ = STRUCTURES[name]
    shape = service("ecr-public" if name == "RepositoryCatalogDataInput" else "ecr").shape_for(name)
    known_better = {
        "RegistryScanningConfiguration": {"scanType"},  # the API falls back to what was set before
        "RepositoryFilter": {"filterType"},  # there is one type, which a declaration need not repeat
    }
    document = wrap(dict.fromkeys((*shape.members, "noSuchKey")))

    missing = {f.field.rpartition(".")[2] for f in check(document) if f.requirement == "must be given"}

    assert missing & shape.members.keys() == set(shape.required_members) ^ known_better.get(name, set())


class Asked(dict):
    """A document that remembers what it was asked for."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.keys_asked = set()

    def get(self, key, default=None):
        self.keys_asked.add(key)
        return super().get(key, default)


def test_images_are_read_by_the_keys_of_the_api():
    detail = Asked({"imageDigest": "sha256:a", "imagePushedAt": 1})
    parse_image(detail)

    assert detail.keys_asked - service("ecr").shape_for("ImageDetail").members.keys() == set()


def test_upstream_registries_are_those_of_the_api():
    assert {upstream.name for upstream in UPSTREAMS} == set(service("ecr").shape_for("UpstreamRegistry").enum)


def test_hosts_of_upstream_registries_are_those_that_the_api_describes():
    request = service("ecr").shape_for("CreatePullThroughCacheRuleRequest")
    text = request.members["upstreamRegistryUrl"].documentation
    described = dict(re.findall(r"\(<code>([a-z0-9-]+)</code>\) \u2013 <code>([^/]+?)</code>", text))

    documented = {name: re.sub(r"&lt;\w+&gt;", "*", host) for name, host in described.items()}

    # the document shows the partition `aws` alone, and has not heard of Chainguard
    documented["ecr"] = documented["ecr"].replace("amazonaws.com", "*")
    assert {upstream.name: upstream.url for upstream in UPSTREAMS if upstream.name != "chainguard"} == documented


def test_account_settings_are_those_that_the_api_describes():
    request = service("ecr").shape_for("PutAccountSettingRequest")
    described = {
        name: re.findall(r"<code>(\w+)</code>", request.members[name].documentation) for name in request.members
    }

    assert sorted(described["name"]) == sorted(ACCOUNT_SETTINGS)
    assert set(described["value"]) == {value for values in ACCOUNT_SETTINGS.values() for value in values}


@pytest.mark.parametrize(
    ("shape", "member", "default"),
    [
        ("CreateRepositoryRequest", "imageTagMutability", DEFAULT_TAG_MUTABILITY_MODE),
        ("CreateRepositoryCreationTemplateRequest", "imageTagMutability", DEFAULT_TAG_MUTABILITY_MODE),
    ],
)
def test_defaults_are_those_that_the_api_describes(shape, member, default):
    text = service("ecr").shape_for(shape).members[member].documentation

    assert f"the default setting of <code>{default}</code> will be used" in text


def test_the_default_encryption_is_the_one_that_the_api_describes():
    text = service("ecr").shape_for("EncryptionConfiguration").documentation

    assert f"when no encryption configuration is set or the <code>{DEFAULT_ENCRYPTION_TYPE}</code>" in text


def data(name):
    return json.loads((Path(botocore.__file__).parent / "data" / name).read_text(encoding="utf-8"))


def test_partitions_and_regions_are_those_of_the_sdks():
    theirs = {
        partition["id"]: (
            partition["outputs"]["dnsSuffix"],
            {region for region in partition["regions"] if not region.endswith("-global")},
        )
        for partition in data("partitions.json")["partitions"]
    }

    assert {p.name: (p.dns_suffix, set(p.regions)) for p in PARTITIONS} == theirs


def test_patterns_of_regions_are_those_of_the_sdks():
    for partition in data("partitions.json")["partitions"]:
        for region in partition["regions"]:
            invented = f"{region.rpartition('-')[0]}-77"
            if re.match(partition["regionRegex"], invented):
                assert find_partition(invented).name == partition["id"]


def endpoints(name):
    return {
        partition["partition"]: partition["services"][name]["endpoints"]
        for partition in data("endpoints.json")["partitions"]
        if name in partition["services"]
    }


def test_fips_regions_are_those_of_the_sdks():
    theirs = {
        endpoint["credentialScope"]["region"]
        for name, found in endpoints("api.ecr").items()
        for key, endpoint in found.items()
        if key.startswith("fips-") and "dkr" not in key
    }

    assert set(FIPS_REGIONS) == theirs


def test_public_repositories_are_created_where_the_sdks_know_the_service():
    found = endpoints("api.ecr-public")

    assert found.keys() == {"aws"}
    assert set(PUBLIC_REGIONS) <= found["aws"].keys()
