"""Repository creation templates."""

import json

import pytest
from ecr_model.findings import Finding, ModelError
from ecr_model.replication import Destination, ReplicationConfiguration, ReplicationRule
from ecr_model.repository import TagMutability
from ecr_model.templates import (
    CreationTemplate,
    check_replication_coverage,
    check_template,
    check_template_prefixes,
    check_template_security,
    find_replica_templates,
    parse_template,
    render_template,
    template_for,
)

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ecr-template"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd"
LIFECYCLE = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 14,
                },
                "action": {"type": "expire"},
            }
        ]
    }
)
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Pull",
                "Effect": "Allow",
                "Principal": {"AWS": [f"arn:aws:iam::{ACCOUNT}:root"]},
                "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            }
        ],
    }
)
DOCUMENT = {
    "prefix": "prod",
    "description": "replicas",
    "encryptionConfiguration": {"encryptionType": "KMS", "kmsKey": KEY},
    "resourceTags": [{"Key": "team", "Value": "platform"}],
    "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
    "imageTagMutabilityExclusionFilters": [{"filter": "latest", "filterType": "WILDCARD"}],
    "repositoryPolicy": POLICY,
    "lifecyclePolicy": LIFECYCLE,
    "appliedFor": ["REPLICATION"],
    "customRoleArn": ROLE,
}
PARSED = CreationTemplate(
    "prod",
    ("REPLICATION",),
    TagMutability("IMMUTABLE_WITH_EXCLUSION", ("latest",)),
    "KMS",
    KEY,
    {"team": "platform"},
    POLICY,
    LIFECYCLE,
    ROLE,
    "replicas",
)


def test_parses_the_document_of_the_api_and_renders_it_again():
    assert parse_template(DOCUMENT, region="eu-west-1", registry_id=ACCOUNT) == PARSED
    assert render_template(PARSED) == DOCUMENT


def test_parses_the_smallest_declaration_with_the_defaults_of_ecr():
    parsed = parse_template({"prefix": "ROOT", "applied_for": ["CREATE_ON_PUSH", "REPLICATION"]})

    assert parsed == CreationTemplate("ROOT", ("REPLICATION", "CREATE_ON_PUSH"))
    assert (parsed.mutability.mode, parsed.encryption_type) == ("MUTABLE", "AES256")
    assert render_template(parsed) == {
        "prefix": "ROOT",
        "encryptionConfiguration": {"encryptionType": "AES256"},
        "imageTagMutability": "MUTABLE",
        "appliedFor": ["REPLICATION", "CREATE_ON_PUSH"],
    }


def declared(**changes):
    return {key: value for key, value in {**DOCUMENT, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            {"description": "d" * 257},
            (
                Finding("t.prefix", "creation-template", "must be given"),
                Finding("t.applied_for", "creation-template", "must be given"),
                Finding(
                    "t.description", "template-description", "must be at most 256 characters", f"257: '{'d' * 78}…"
                ),
            ),
            id="required",
        ),
        pytest.param(
            declared(prefix="prod-", appliedFor=[]),
            (
                Finding(
                    "t.prefix",
                    "template-prefix",
                    "must be the first parts of repository names, as 'team' or 'team/api', or 'ROOT'",
                    "'prod-'",
                ),
                Finding("t.appliedFor", "template-applied-for", "must have 1 to 3 entries", "0"),
            ),
            id="prefix-and-reasons",
        ),
        pytest.param(
            declared(appliedFor=["PULL_THROUGH"]),
            (
                Finding(
                    "t.appliedFor[0]",
                    "template-applied-for",
                    "must be 'REPLICATION', 'PULL_THROUGH_CACHE' or 'CREATE_ON_PUSH'",
                    "'PULL_THROUGH'",
                    "write 'PULL_THROUGH_CACHE'",
                ),
            ),
            id="reason-misspelt",
        ),
        pytest.param(
            declared(encryptionConfiguration={"encryptionType": "KMS", "kmsKey": KEY.replace("eu", "us")}),
            (
                Finding(
                    "t.encryptionConfiguration.kmsKey",
                    "kms-key-region",
                    "must be a key in 'eu-west-1', where the repository is",
                    "'us-west-1'",
                ),
            ),
            id="key-elsewhere",
        ),
        pytest.param(
            declared(encryptionConfiguration="KMS"),
            (Finding("t.encryptionConfiguration", "encryption", "must be an object", "'KMS'"),),
            id="encryption-no-object",
        ),
        pytest.param(
            declared(customRoleArn=None),
            (
                Finding(
                    "t.customRoleArn",
                    "template-role",
                    "must be given when repositories get resource tags or a KMS key",
                    fix="name a role that ECR may assume: its service-linked role can do neither",
                ),
            ),
            id="role-missing",
        ),
        pytest.param(
            declared(customRoleArn=ROLE.replace(ACCOUNT, "210987654321")),
            (
                Finding(
                    "t.customRoleArn",
                    "template-role",
                    f"must be a role of account {ACCOUNT}, the registry's own",
                    "'arn:aws:iam::210987654321:role/ecr-template'",
                ),
            ),
            id="role-of-another-account",
        ),
        pytest.param(
            declared(imageTagMutability="IMMUTABLE"),
            (
                Finding(
                    "t.imageTagMutabilityExclusionFilters",
                    "tag-exclusion-filters",
                    "must be absent when the mode is 'IMMUTABLE'",
                    fix="use 'IMMUTABLE_WITH_EXCLUSION'",
                ),
            ),
            id="filters-without-exclusion",
        ),
        pytest.param("prod", (Finding("t", "creation-template", "must be an object", "'prod'"),), id="text"),
    ],
)
def test_refuses(value, expected):
    assert check_template(value, "t", region="eu-west-1", registry_id=ACCOUNT) == expected
    with pytest.raises(ModelError) as caught:
        parse_template(value, "t", region="eu-west-1", registry_id=ACCOUNT)
    assert caught.value.findings == expected


@pytest.mark.parametrize(
    ("changes", "needs_role"),
    [
        pytest.param({"resourceTags": None}, True, id="key-alone"),
        pytest.param({"encryptionConfiguration": None}, True, id="tags-alone"),
        pytest.param({"resourceTags": None, "encryptionConfiguration": None}, False, id="neither"),
    ],
)
def test_tags_and_keys_need_a_role_each(changes, needs_role):
    findings = check_template(declared(customRoleArn=None, **changes), "t")

    assert [finding.rule for finding in findings] == ["template-role"] * needs_role


def test_judges_the_policies_by_their_own_grammars():
    lifecycle = LIFECYCLE.replace('"countNumber": 14', '"countNumber": 0')
    policy = POLICY.replace('"Allow"', '"Permit"')

    findings = check_template(declared(lifecyclePolicy=lifecycle, repositoryPolicy=policy), "t")

    assert [finding.field for finding in findings] == [
        "t.repositoryPolicy.Statement[0].Effect",
        "t.lifecyclePolicy.rules[0].selection.countNumber",
    ]


def test_policies_may_be_objects():
    template = parse_template(declared(lifecyclePolicy=json.loads(LIFECYCLE), repositoryPolicy=json.loads(POLICY)))

    assert (json.loads(template.lifecycle_policy), json.loads(template.repository_policy)) == (
        json.loads(LIFECYCLE),
        json.loads(POLICY),
    )


def test_two_templates_for_the_same_names_are_refused():
    assert [finding.field for finding in check_template_prefixes(["prod", "prod/api", "prod/"], "t")] == ["t[2]"]


ROOT = CreationTemplate("ROOT", ("REPLICATION", "CREATE_ON_PUSH"))
PROD = CreationTemplate("prod", ("REPLICATION",))
PROD_TEAM = CreationTemplate("prod/team/", ("REPLICATION", "PULL_THROUGH_CACHE"))
CACHE = CreationTemplate("prod/cache", ("PULL_THROUGH_CACHE",))


@pytest.mark.parametrize(
    ("name", "reason", "expected"),
    [
        pytest.param("prod/team/api", "REPLICATION", PROD_TEAM, id="longest-prefix"),
        pytest.param("prod/api", "REPLICATION", PROD, id="shorter-prefix"),
        pytest.param("production/api", "REPLICATION", ROOT, id="prefix-ends-with-a-slash"),
        pytest.param("dev", "CREATE_ON_PUSH", ROOT, id="root"),
        pytest.param("prod/api", "CREATE_ON_PUSH", None, id="not-applied-for"),
        pytest.param("dev", "PULL_THROUGH_CACHE", None, id="root-not-applied-for"),
    ],
)
def test_finds_the_template_of_a_repository(name, reason, expected):
    assert template_for(name, [ROOT, PROD_TEAM, PROD], reason) == expected


def test_without_templates_there_is_none():
    assert template_for("prod/api", [], "REPLICATION") is None


@pytest.mark.parametrize(
    ("prefixes", "templates", "uncovered"),
    [
        pytest.param(("prod/",), [PROD], [], id="whole-namespace"),
        pytest.param(("prod/team",), [PROD], [], id="inside-the-namespace"),
        pytest.param(("prod",), [PROD], [("'prod'", "prodnew")], id="word-goes-on"),
        pytest.param(("prod-api",), [PROD], [("'prod-api'", "prod-apinew")], id="another-word"),
        pytest.param(("prod", "dev"), [ROOT], [], id="root-covers-all"),
        pytest.param((), [PROD], [("all repositories", "new")], id="no-filter"),
        pytest.param(("prod/",), [PROD, CACHE], [("'prod/'", "prod/cache/new")], id="hole-of-a-longer-one"),
        pytest.param(("prod/", "dev/"), [PROD], [("'dev/'", "dev/new")], id="one-of-two"),
    ],
)
def test_finds_replicated_names_without_a_template(prefixes, templates, uncovered):
    configuration = ReplicationConfiguration((ReplicationRule((Destination("eu-west-1", ACCOUNT),), prefixes),))

    assert check_replication_coverage(configuration, templates, "r") == tuple(
        Finding(
            "r.rules[0]",
            "replication-template",
            f"should replicate names alone that a creation template covers, not {name!r}",
            got,
            "add a template for ROOT at the destination, or create the repositories there beforehand",
            "warning",
        )
        for got, name in uncovered
    )


@pytest.mark.parametrize(
    ("prefix", "templates", "expected"),
    [
        pytest.param("prod/", [PROD, ROOT], (PROD,), id="the-longer-covers-all"),
        pytest.param("prod", [PROD, ROOT], (ROOT, PROD), id="both"),
        pytest.param("dev/", [PROD, ROOT], (ROOT,), id="the-root"),
        pytest.param("dev/", [PROD], (), id="none"),
        pytest.param("prod/", [PROD, CACHE], (PROD,), id="what-is-for-the-cache-gives-nothing"),
    ],
)
def test_finds_the_templates_of_replicas(prefix, templates, expected):
    assert find_replica_templates(prefix, templates) == expected


MUTABLE = Finding("t.imageTagMutability", "tag-immutability", "must be 'IMMUTABLE'", "nothing, which means 'MUTABLE'")
UNENCRYPTED = Finding(
    "t.encryptionConfiguration",
    "template-encryption",
    "must be 'KMS'",
    "nothing, which means 'AES256'",
    "write 'KMS', with the ARN of the key",
)
KEPT = Finding(
    "t.lifecyclePolicy", "template-lifecycle", "must be given: without it the repositories keep every image for ever"
)
KEYLESS = Finding(
    "t.encryptionConfiguration.kmsKey",
    "template-key",
    "must name a key of your own",
    "nothing, so AWS holds the key",
    "write its full ARN",
)


def without(*keys, **changes):
    return {key: value for key, value in DOCUMENT.items() if key not in keys} | changes


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        pytest.param(DOCUMENT, {}, (), id="secure"),
        pytest.param({"prefix": "prod", "appliedFor": ["REPLICATION"]}, {}, (MUTABLE, UNENCRYPTED, KEPT), id="empty"),
        pytest.param(without("lifecyclePolicy", lifecyclePolicy=""), {}, (KEPT,), id="empty-text"),
        pytest.param(
            without("encryptionConfiguration", encryptionConfiguration={"encryptionType": "KMS"}),
            {},
            (KEYLESS,),
            id="key-of-aws",
        ),
        pytest.param(
            without("encryptionConfiguration", encryptionConfiguration={"encryptionType": "KMS"}),
            {"needs_own_key": False},
            (),
            id="key-of-aws-is-enough",
        ),
        pytest.param(
            without("imageTagMutability", "imageTagMutabilityExclusionFilters", appliedFor=["PULL_THROUGH_CACHE"]),
            {},
            (),
            id="the-cache-may-be-mutable",
        ),
        pytest.param(
            without(
                "imageTagMutability",
                "imageTagMutabilityExclusionFilters",
                appliedFor=["PULL_THROUGH_CACHE", "REPLICATION"],
            ),
            {},
            (MUTABLE,),
            id="replicas-beside-the-cache-may-not",
        ),
        pytest.param("prod", {}, (), id="no-object"),
        pytest.param({"encryptionConfiguration": 7}, {"allowed_filters": ()}, (MUTABLE, UNENCRYPTED, KEPT), id="odd"),
    ],
)
def test_finds_what_security_misses(value, options, expected):
    assert check_template_security(value, "t", **options) == expected


def test_finds_exclusions_that_nobody_allows():
    assert check_template_security(DOCUMENT, "t", allowed_filters=["dev-*"]) == (
        Finding(
            "t.imageTagMutabilityExclusionFilters[0].filter",
            "tag-immutability-filter",
            "must be on the list of allowed exclusion filters",
            "'latest'",
            "remove it, or have it put on the list",
        ),
    )
