"""What is rendered is parsed as what it was: the same values, and the same document once more."""

import pytest
from ecr_model import cache, public, replication, scanning, settings, signing, templates
from hypothesis import given
from hypothesis import strategies as st

ACCOUNTS = st.text("0123456789", min_size=12, max_size=12)
REGIONS = st.sampled_from(["eu-west-1", "us-east-1", "eu-central-1"])
PARTS = st.text("ab01", min_size=2, max_size=4)
NAMES = st.lists(PARTS, min_size=1, max_size=3).map("/".join)
ROLES = PARTS.map("arn:aws:iam::123456789012:role/{}".format)
STATEMENT = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": ["ecr:PutImage", "ecr:BatchGetImage"]}
RULE = {
    "rulePriority": 1,
    "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5},
    "action": {"type": "expire"},
}


def filters(names, kind, **sizes):
    """Return lists of filters, each a text or an object as the API has it."""
    return st.lists(names | names.map(lambda name: {"filter": name, "filterType": kind}), **sizes)


def objects(required=None, **optional):
    return st.fixed_dictionaries(required or {}, optional=optional)


WILDCARDS = NAMES | NAMES.map("{}*".format) | st.just("*")
REPLICATION = objects(
    {
        "rules": st.lists(
            objects(
                {
                    "destinations": st.lists(
                        objects({"region": REGIONS, "registryId": ACCOUNTS}), min_size=1, max_size=3
                    )
                },
                repositoryFilters=filters(PARTS, "PREFIX_MATCH", min_size=1, max_size=3),
                deleteReplication=objects({"enabled": st.booleans()}),
            ),
            max_size=4,
        )
    }
)
SCANNING = objects(
    {"scanType": st.just("ENHANCED")},
    rules=st.lists(
        objects(
            {
                "scanFrequency": st.sampled_from(["SCAN_ON_PUSH", "CONTINUOUS_SCAN"]),
                "repositoryFilters": filters(WILDCARDS, "WILDCARD", max_size=3),
            }
        ),
        max_size=2,
        unique_by=lambda rule: rule["scanFrequency"],
    ),
)
SIGNING = objects(
    {
        "rules": st.lists(
            objects(
                {"signingProfileArn": PARTS.map("arn:aws:signer:eu-west-1:123456789012:/signing-profiles/{}".format)},
                repositoryFilters=filters(WILDCARDS, "WILDCARD_MATCH", min_size=1, max_size=3),
            ),
            max_size=4,
        )
    }
)
MUTABILITIES = st.sampled_from(
    [
        {},
        {"imageTagMutability": "IMMUTABLE"},
        {
            "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters": ["latest", {"filter": "dev-*", "filterType": "WILDCARD"}],
        },
    ]
)
TEMPLATES = st.builds(
    dict.__or__,
    objects(
        {
            "prefix": NAMES | NAMES.map("{}/".format) | st.just("ROOT"),
            "appliedFor": st.lists(st.sampled_from(templates.APPLIED_FOR), min_size=1, max_size=3),
            "customRoleArn": ROLES,
        },
        description=st.text(max_size=9),
        encryptionConfiguration=st.sampled_from(
            [
                {"encryptionType": "AES256"},
                {"encryptionType": "KMS"},
                {"encryptionType": "KMS", "kmsKey": "arn:aws:kms:eu-west-1:123456789012:key/1"},
            ]
        ),
        resourceTags=st.lists(
            objects({"Key": PARTS, "Value": st.text(max_size=3)}), max_size=3, unique_by=lambda tag: tag["Key"]
        ),
        repositoryPolicy=st.just({"Version": "2012-10-17", "Statement": STATEMENT}),
        lifecyclePolicy=st.just({"rules": [RULE]}),
    ),
    MUTABILITIES,
)
CACHE_RULES = objects(
    {
        "ecrRepositoryPrefix": PARTS,
        "upstreamRegistryUrl": st.sampled_from(["public.ecr.aws", "quay.io", "registry.k8s.io"]),
    },
    upstreamRepositoryPrefix=PARTS | st.just("ROOT"),
    customRoleArn=ROLES,
) | objects({"ecrRepositoryPrefix": st.just("ROOT"), "upstreamRegistryUrl": st.just("quay.io")})
CATALOGS = objects(
    description=st.text(max_size=9),
    aboutText=st.text(max_size=9),
    usageText=st.text(max_size=9),
    logoImageBlob=st.just("aGk="),
    architectures=st.lists(st.sampled_from(["ARM", "x86", "RISC-V"]), max_size=3),
    operatingSystems=st.lists(st.sampled_from(["Linux", "Windows"]), max_size=3),
)
SETTINGS = objects(
    BLOB_MOUNTING=st.sampled_from(["ENABLED", "DISABLED"]),
    REGISTRY_POLICY_SCOPE=st.just("V2"),
    BASIC_SCAN_TYPE_VERSION=st.just("AWS_NATIVE"),
)

KINDS = {
    "replication": (REPLICATION, replication.parse_replication, replication.render_replication),
    "scanning": (SCANNING, scanning.parse_scanning, scanning.render_scanning),
    "signing": (SIGNING, signing.parse_signing, signing.render_signing),
    "template": (TEMPLATES, templates.parse_template, templates.render_template),
    "cache-rule": (CACHE_RULES, cache.parse_cache_rule, cache.render_cache_rule),
    "catalog": (CATALOGS, public.parse_catalog, public.render_catalog),
    "account-settings": (SETTINGS, settings.parse_account_settings, dict),
    "pull-time-exclusions": (st.lists(ROLES, max_size=4), settings.parse_pull_time_exclusions, list),
}


@pytest.mark.parametrize(("documents", "parse", "render"), KINDS.values(), ids=KINDS)
@given(data=st.data())
def test_a_canonical_document_renders_as_itself(documents, parse, render, data):
    values = parse(data.draw(documents))
    canonical = render(values)

    assert parse(canonical) == values
    assert render(parse(canonical)) == canonical
