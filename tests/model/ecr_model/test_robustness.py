"""What holds for every check: it never raises, never hangs, and points to a place that exists."""

import functools
import importlib
import pkgutil
import re
import time
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress

import ecr_model
import pytest
from ecr_model import (
    access,
    cache,
    conventions,
    names,
    partitions,
    public,
    public_access,
    references,
    registry_access,
    replication,
    repository,
    scanning,
    settings,
    signing,
    templates,
    workload_images,
)
from ecr_model.findings import Finding, ModelError
from ecr_model.images import parse_image
from ecr_model.lifecycle import check_lifecycle, check_lifecycle_document
from ecr_model.policy.document import check_registry_policy, check_repository_policy
from ecr_model.shapes import Text
from hypothesis import given
from hypothesis import strategies as st

HERE = references.Registry("123456789012", "eu-west-1")

CHECKS = {
    "repository_name": functools.partial(
        names.check_repository_name, convention=conventions.NamingConvention("{team}/{service}")
    ),
    "tag": names.check_tag,
    "digest": names.check_digest,
    "registry_id": names.check_registry_id,
    "region": partitions.check_region,
    "naming_convention": conventions.check_naming_convention,
    "repository_arn": references.check_repository_arn,
    "registry_host": references.check_registry_host,
    "image_reference": references.check_image_reference,
    "image_uri": references.check_image_uri,
    "tag_mutability_mode": repository.check_tag_mutability,
    "tag_mutability_filters": functools.partial(
        repository.check_tag_mutability, "IMMUTABLE_WITH_EXCLUSION", field="mode"
    ),
    "immutability": repository.check_immutability,
    "immutability_filters": functools.partial(repository.check_immutability, "IMMUTABLE_WITH_EXCLUSION"),
    "encryption": repository.check_encryption,
    "kms_key": functools.partial(repository.check_encryption, "KMS", region="eu-west-1"),
    "tags": repository.check_tags,
    "scanning": scanning.check_scanning,
    "replication": functools.partial(
        replication.check_replication, source=replication.Destination("eu-west-1", "123456789012")
    ),
    "residency": functools.partial(replication.check_residency, allowed_regions=["eu-west-1"]),
    "template_security": functools.partial(templates.check_template_security, allowed_filters=[]),
    "template": functools.partial(templates.check_template, region="eu-west-1", registry_id="123456789012"),
    "cache_rule": functools.partial(cache.check_cache_rule, registry=HERE),
    "account_settings": settings.check_account_settings,
    "pull_time_exclusions": settings.check_pull_time_exclusions,
    "signing": signing.check_signing,
    "public_repository_name": public.check_public_repository_name,
    "catalog": public.check_catalog,
    "lifecycle": check_lifecycle,
    "lifecycle_document": check_lifecycle_document,
    "repository_policy": check_repository_policy,
    "registry_policy": check_registry_policy,
    "access": access.check_access,
    "public_access": public_access.check_public_access,
    "replication_sources": registry_access.check_replication_sources,
    "importers": registry_access.check_importers,
    "registry_statements": registry_access.check_registry_statements,
    "workload_image": workload_images.check_workload_image,
}

PARSES = (
    names.parse_repository_name,
    names.parse_tag,
    names.parse_digest,
    names.parse_registry_id,
    conventions.parse_naming_convention,
    references.parse_repository_arn,
    references.parse_registry_host,
    references.parse_image_reference,
    references.parse_image_uri,
    repository.parse_tag_mutability,
    scanning.parse_scanning,
    replication.parse_replication,
    templates.parse_template,
    cache.parse_cache_rule,
    settings.parse_account_settings,
    settings.parse_pull_time_exclusions,
    signing.parse_signing,
    public.parse_catalog,
)

# Values that come near enough to a document to reach its inner checks.
WORDS = st.sampled_from(
    [
        *("rules", "destinations", "region", "registryId", "registry_id", "repositoryFilters", "filter"),
        *("filterType", "scanType", "scan_frequency", "scanFrequency", "prefix", "appliedFor", "pattern"),
        *("values", "signingProfileArn", "upstreamRegistryUrl", "ecrRepositoryPrefix", "credentialArn"),
        *("encryptionConfiguration", "encryptionType", "kmsKey", "resourceTags", "Key", "Value"),
        *("imageTagMutability", "imageTagMutabilityExclusionFilters", "lifecyclePolicy", "customRoleArn"),
        *("description", "architectures", "logoImageBlob", "deleteReplication", "enabled", "BLOB_MOUNTING"),
        *("eu-west-1", "BASIC", "ENHANCED", "KMS", "IMMUTABLE", "SCAN_ON_PUSH", "ROOT", "prod/*", "team"),
        *("123456789012", "docker.io", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:b@c", "{a}/b"),
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=20) | st.binary(max_size=4)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5) | st.integers(), inner, max_size=5)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("name", CHECKS)
@given(value=VALUES)
def test_checks_return_findings_and_never_raise(name, value):
    findings = CHECKS[name](value)

    assert isinstance(findings, tuple)
    assert all(isinstance(finding, Finding) and "\n" not in str(finding) for finding in findings)


@pytest.mark.parametrize("parse", PARSES, ids=lambda parse: parse.__name__)
@given(value=VALUES)
def test_parsing_raises_nothing_but_its_own_error(parse, value):
    try:
        parse(value)
    except ModelError as error:
        assert error.findings  # noqa: PT017 - whether it is raised is Hypothesis's choice


STATEMENT = {
    "Sid": "Pull",
    "Effect": "Allow",
    "Principal": {"AWS": ["111122223333"]},
    "Action": ["ecr:BatchGetImage"],
    "Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-a1b2c3d4e5"]}},
}
LIFECYCLE = {
    "rules": [
        {
            "rulePriority": 1,
            "description": "Archive",
            "selection": {
                "tagStatus": "tagged",
                "tagPatternList": ["v*"],
                "storageClass": "standard",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": 30,
            },
            "action": {"type": "transition", "targetStorageClass": "archive"},
        }
    ]
}
DOCUMENTS = {
    "naming_convention": {"pattern": "{team}/{service}", "values": {"team": ["shop"]}, "refused_words": ["prod"]},
    "tags": [{"Key": "team", "Value": "shop"}],
    "scanning": {
        "scanType": "BASIC",
        "rules": [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}],
    },
    "replication": {
        "rules": [
            {
                "destinations": [{"region": "us-east-1", "registryId": "123456789012"}],
                "repositoryFilters": [{"filter": "team/", "filterType": "PREFIX_MATCH"}],
                "deleteReplication": {"enabled": True},
            }
        ]
    },
    "template": {
        "prefix": "team",
        "appliedFor": ["REPLICATION"],
        "encryptionConfiguration": {"encryptionType": "KMS", "kmsKey": "arn:aws:kms:eu-west-1:123456789012:key/1"},
        "resourceTags": [{"Key": "team", "Value": "shop"}],
        "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": [{"filter": "latest", "filterType": "WILDCARD"}],
        "lifecyclePolicy": LIFECYCLE,
        "repositoryPolicy": {"Version": "2012-10-17", "Statement": [STATEMENT]},
        "customRoleArn": "arn:aws:iam::123456789012:role/ecr",
    },
    "cache_rule": {"ecrRepositoryPrefix": "quay", "upstreamRegistryUrl": "quay.io", "upstreamRegistry": "quay"},
    "account_settings": {"BLOB_MOUNTING": "ENABLED"},
    "pull_time_exclusions": ["arn:aws:iam::123456789012:role/scanner"],
    "signing": {
        "rules": [
            {
                "signingProfileArn": "arn:aws:signer:eu-west-1:123456789012:/signing-profiles/release",
                "repositoryFilters": ["team/*"],
            }
        ]
    },
    "catalog": {"description": "An image", "architectures": ["ARM"], "operatingSystems": ["Linux"]},
    "lifecycle": {
        "untagged": {"days": 7},
        "keep": [{"tag_patterns": ["v*"], "count": 9}, {"tag_prefixes": ["dev-"], "days": 9}],
        "archive": {"unpulled_days": 30, "then_expire_days": 90},
    },
    "lifecycle_document": LIFECYCLE,
    "repository_policy": {"Version": "2012-10-17", "Id": "pull", "Statement": [STATEMENT]},
    "registry_policy": {"Version": "2012-10-17", "Statement": [STATEMENT | {"Resource": ["*"]}]},
    "access": {
        "pull": [{"account_id": "111122223333"}, {"service": "lambda.amazonaws.com", "source": "111122223333"}],
        "push": [{"role_arn": "arn:aws:iam::111122223333:role/ci"}],
        "administer": [{"organization_id": "o-a1b2c3d4e5"}],
        "statements": [STATEMENT],
    },
    "replication_sources": [{"account_id": "111122223333", "repository_prefixes": ["team/"]}],
    "importers": [{"account_id": "111122223333"}],
    "registry_statements": [STATEMENT | {"Resource": ["*"]}],
}
"""A fine document for each check of one."""

STRANGE = {
    "endless-number": 10**5000,
    "number-beyond-floats": 10**400,
    "infinity": float("inf"),
    "not-a-number": float("nan"),
    "half-a-character": "\ud800",
    "bytes": b"\xff",
    "tuple": (),
    "set": {1},
}


def replaced(document, value):
    """Yield *document* with each part of it replaced by *value*, and with *value* among the keys of each object."""
    yield value
    if isinstance(document, dict):
        yield document | ({value: value} if isinstance(value, Hashable) else {})
        for key, part in document.items():
            yield from ({**document, key: other} for other in replaced(part, value))
    elif isinstance(document, list):
        for index, part in enumerate(document):
            yield from ([*document[:index], other, *document[index + 1 :]] for other in replaced(part, value))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_documents_are_fine(name):
    assert [finding for finding in CHECKS[name](DOCUMENTS[name]) if finding.severity == "error"] == []


@pytest.mark.parametrize("value", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_checks_find_a_strange_value_wherever_it_stands(name, value):
    for document in replaced(DOCUMENTS[name], value):
        assert all("\n" not in str(finding) for finding in CHECKS[name](document))


@pytest.mark.parametrize("value", STRANGE.values(), ids=STRANGE)
def test_an_image_with_a_strange_value_is_refused_with_its_own_error(value):
    image = {"imageDigest": "sha256:a", "imageTags": ["v1"], "imagePushedAt": 1, "imageSizeInBytes": 1}
    for document in replaced(image, value):
        with suppress(ModelError):
            parse_image(document)


def steps(path):
    """Return the keys and indexes of a path such as `rules[0].filter`."""
    return [int(index) if index else key for key, index in re.findall(r"([^.\[\]]+)(?=\.|\[|$)|\[(\d+)\]", path)]


def reach(document, path):
    """Return how many of the last steps of *path* the document does not have."""
    left = steps(path)
    here = document
    while left:
        is_list = isinstance(here, Sequence) and not isinstance(here, (str, bytes))
        has_key = isinstance(here, Mapping) and left[0] in here
        has_index = is_list and isinstance(left[0], int) and left[0] < len(here)
        if not has_key and not has_index:
            break
        here = here[left.pop(0)]
    return len(left)


@pytest.mark.parametrize("name", ["scanning", "replication", "template", "cache_rule", "signing", "catalog"])
@given(value=st.dictionaries(WORDS, VALUES, max_size=6))
def test_findings_point_into_the_document_or_to_the_key_that_it_lacks(name, value):
    for finding in CHECKS[name](value, field=""):
        is_absence = finding.got is None

        assert reach(value, finding.field) <= is_absence, finding


WRONG = [None, "", "x", 0, -1, 1.5, True, [], {}, [[1]], [{"a": 1}], {"a": [1]}]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_findings_about_a_wrong_part_point_to_it_or_to_what_lacks_it(name):
    for value in WRONG:
        for document in replaced(DOCUMENTS[name], value):
            if isinstance(document, (dict, list)):
                for finding in CHECKS[name](document, field=""):
                    assert reach(document, finding.field) <= (finding.got is None), (document, finding)


def modules():
    found = [importlib.import_module(info.name) for info in pkgutil.walk_packages(ecr_model.__path__, "ecr_model.")]
    return [module for module in found if not hasattr(module, "__path__")]


def patterns():
    found = {
        f"{module.__name__}.{name}": value.pattern
        for module in modules()
        for name, value in vars(module).items()
        if isinstance(value, Text)
    }
    return {
        **found,
        "references._HOST": references._HOST,
        "references._PORT": references._PORT,
        "references._PATH": references._PATH,
        "conventions._PART": conventions._PART,
        "conventions._VERSION": conventions._VERSION,
        **{f"partitions.{partition.name}": partition.region_pattern for partition in partitions.PARTITIONS},
    }


BEGINNINGS = ("", "arn:aws", "arn:aws:iam::123456789012:role/", "arn:aws:kms:a:123456789012:key/", "1.dkr.ecr.")
REPEATED = ("a", "a-", "a.", "a_", "a__", "a/", "-", "_", ".", "*", "a*", "*.", "/", "-a", "1", "1.", "v1.", "a=", "::")


@pytest.mark.parametrize("pattern", patterns().values(), ids=patterns())
def test_every_pattern_answers_in_linear_time(pattern):
    for beginning in BEGINNINGS:
        for repeated in REPEATED:
            text = beginning + repeated * (10_000 // len(repeated)) + "!\n"
            started = time.process_time()
            re.fullmatch(pattern, text)

            assert time.process_time() - started < 0.05, text[:40]


@pytest.mark.parametrize("name", CHECKS)
def test_no_check_hangs_on_a_long_text(name):
    started = time.process_time()
    for repeated in REPEATED:
        CHECKS[name](repeated * 1_000_000)

    assert time.process_time() - started < 2
