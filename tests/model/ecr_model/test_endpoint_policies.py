"""What the policies of endpoints let through."""

import pytest
from ecr_model.endpoint_policies import (
    is_full_access,
    judge_endpoint_principals,
    judge_layer_endpoint_policy,
    judge_registry_endpoint_policy,
    services_of,
)
from ecr_model.findings import Finding
from ecr_model.policy.document import read_policy
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import ENDPOINT_POLICY
from ecr_model.policy.notes import UNKNOWN

ACCOUNT, OTHER = "111122223333", "444455556666"
LAYERS = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"
FULL = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
OWN = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
SERVICES = {"Bool": {"aws:PrincipalIsAWSService": "true"}}


def document(*statements):
    found, findings = read_policy({"Version": "2012-10-17", "Statement": list(statements)}, ENDPOINT_POLICY)
    assert findings == ()
    return found


def registry(*statements, trusted=()):
    return judge_registry_endpoint_policy(document(*statements), trusted=trusted)


def layers(*statements):
    return judge_layer_endpoint_policy(document(*statements), region="eu-west-1", partition="aws")


def strangers(who):
    return Finding(
        "policy.Statement[0]",
        "endpoint-principals",
        "Statement[0] must let through trusted accounts or organisations only",
        who,
        'add "StringEquals": {"aws:PrincipalAccount": ["<account id>"]} to Condition',
    )


def no_way(action, purpose, resource, got=None):
    return Finding(
        "policy.Statement",
        "endpoint-way",
        f"must let clients {purpose}: no statement lets {action} through",
        got,
        f"add an Allow of {action} on {resource} for the trusted accounts",
    )


class TestRegistry:
    @pytest.mark.parametrize(
        ("condition", "trusted"),
        [
            (OWN, []),
            (OWN, [ACCOUNT]),
            ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, ["o-1"]),
            ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/r-1/*"}}, ["o-1"]),
        ],
    )
    def test_passes_the_trusted(self, condition, trusted):
        assert registry({**FULL, "Condition": condition}, trusted=trusted) == Judgement()

    @pytest.mark.parametrize(
        ("statement", "trusted", "who"),
        [
            pytest.param(FULL, [], "everyone with * and no condition", id="full-access"),
            pytest.param(
                {**FULL, "Condition": OWN},
                [OTHER],
                f"account {ACCOUNT} with *, limited by StringEquals aws:PrincipalAccount {ACCOUNT}",
                id="not-on-the-list",
            ),
            pytest.param(
                {**FULL, "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}},
                [],
                "vpc vpc-1 with *, limited by StringEquals aws:SourceVpc vpc-1",
                id="its-own-vpc",
            ),
            pytest.param(
                {**FULL, "Condition": {"StringEquals": {"aws:VpceAccount": ACCOUNT}}},
                [ACCOUNT],
                f"any endpoint of {ACCOUNT} with *, limited by StringEquals aws:VpceAccount {ACCOUNT}",
                id="endpoints-of-its-own-account",
            ),
            pytest.param(
                {"Effect": "Allow", "NotPrincipal": {"AWS": OTHER}, "Action": "*", "Resource": "*"},
                [],
                f"everyone but {OTHER} with * and no condition",
                id="everyone-but-one",
            ),
        ],
    )
    def test_finds_strangers(self, statement, trusted, who):
        assert registry(statement, trusted=trusted) == Judgement((strangers(who),))

    def test_passes_services_of_aws_beside_the_trusted(self):
        assert registry({**FULL, "Condition": OWN}, {**FULL, "Condition": SERVICES}, trusted=[ACCOUNT]) == Judgement()

    @pytest.mark.parametrize(
        "condition",
        [
            pytest.param({"Bool": {"aws:PrincipalIsAWSService": "false"}}, id="everyone-but-services"),
            pytest.param({"BoolIfExists": {"aws:PrincipalIsAWSService": "true"}}, id="or-no-such-key"),
            pytest.param({"Bool": {"aws:PrincipalIsAWSService": ["true", "false"]}}, id="either"),
        ],
    )
    def test_finds_what_does_not_hold_to_services(self, condition):
        judgement = registry({**FULL, "Condition": condition})

        assert [finding.rule for finding in judgement.findings] == ["endpoint-principals"]

    def test_finds_that_nobody_can_log_in(self):
        statement = {**FULL, "Resource": f"arn:aws:ecr:*:{ACCOUNT}:repository/*", "Condition": OWN}

        assert registry(statement) == Judgement((no_way("ecr:GetAuthorizationToken", "log in", "*"),))

    def test_finds_that_nobody_can_pull(self):
        statement = {**FULL, "Action": "ecr:GetAuthorizationToken", "Condition": OWN}

        assert registry(statement) == Judgement(
            (
                no_way("ecr:BatchGetImage", "pull", "the repositories"),
                no_way("ecr:GetDownloadUrlForLayer", "pull", "the repositories"),
            )
        )

    def test_finds_that_services_of_aws_alone_come_through(self):
        judgement = registry({**FULL, "Condition": SERVICES})

        assert [finding.rule for finding in judgement.findings] == ["endpoint-way"] * 3

    def test_finds_deny_alone(self):
        judgement = registry({**FULL, "Effect": "Deny", "Action": "ecr:DeleteRepository"})

        assert [finding.got for finding in judgement.findings] == ["only Deny"] * 3

    def test_finds_a_deny_that_stops_everybody(self):
        judgement = registry(
            {**FULL, "Condition": OWN},
            {**FULL, "Effect": "Deny", "Action": "ecr:BatchGetImage"},
            {**FULL, "Effect": "Deny", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}},
            {**FULL, "Effect": "Deny", "Principal": {"AWS": OTHER}},
        )

        assert judgement == Judgement(
            (
                Finding(
                    "policy.Statement[1]",
                    "endpoint-way",
                    "Statement[1] must not keep out ecr:BatchGetImage: clients could not pull",
                    "Deny",
                    "leave it out of the Deny",
                ),
            )
        )

    @pytest.mark.parametrize(
        "resource",
        [
            pytest.param({"Resource": "arn:aws:ecr:eu-west-1:*:repository/*"}, id="every-repository"),
            pytest.param({"NotResource": "arn:aws:s3:::own/*"}, id="all-but-a-bucket"),
        ],
    )
    def test_finds_a_deny_on_every_repository(self, resource):
        deny = {"Effect": "Deny", "Principal": "*", "Action": "ecr:BatchGetImage", **resource}
        judgement = registry({**FULL, "Condition": OWN}, deny)

        assert [finding.field for finding in judgement.findings] == ["policy.Statement[1]"]

    @pytest.mark.parametrize(
        "resource",
        [
            pytest.param({"Resource": f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/secret"}, id="one-repository"),
            pytest.param({"Resource": "arn:aws:ecr:*:*:repository/secret/*"}, id="one-namespace"),
            pytest.param({"Resource": f"arn:aws:ecr:*:{OTHER}:repository/*"}, id="another-registry"),
            pytest.param({"NotResource": f"arn:aws:ecr:*:{ACCOUNT}:repository/*"}, id="all-registries-but-one"),
        ],
    )
    def test_passes_a_deny_that_leaves_repositories_alone(self, resource):
        deny = {"Effect": "Deny", "Principal": "*", "Action": "ecr:BatchGetImage", **resource}

        assert registry({**FULL, "Condition": OWN}, deny) == Judgement()

    def test_does_not_evaluate_what_is_unknown(self):
        assert registry({**FULL, "Condition": {"StringEquals": {"aws:PrincipalAccount": UNKNOWN}}}) == Judgement(
            (), ("policy.Statement[0].Condition.StringEquals",)
        )
        assert registry(UNKNOWN) == Judgement((), ("policy.Statement[0]",))


UNREACHABLE = Finding(
    "policy.Statement",
    "endpoint-way",
    "must let clients read the layers of images: no statement lets s3:GetObject through",
    None,
    f"add an Allow of s3:GetObject on {LAYERS} for everyone: ECR signs the address of a layer, not the caller",
)


def kept_out(index):
    return Finding(
        f"policy.Statement[{index}]",
        "endpoint-way",
        f"Statement[{index}] must not keep out s3:GetObject: clients could not read the layers of images",
        "Deny",
        "leave it out of the Deny",
    )


READ = {**FULL, "Action": "s3:GetObject", "Resource": LAYERS}
NOT_OURS = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}
OUR_BUCKETS = {"StringEquals": {"aws:ResourceOrgID": "o-1"}}
OTHER_BUCKETS = {"StringNotEquals": {"aws:ResourceAccount": ACCOUNT}}


class TestLayers:
    @pytest.mark.parametrize(
        "statements",
        [
            pytest.param([READ], id="least"),
            pytest.param([READ, {**FULL, "Action": "s3:*", "Condition": OWN}], id="beside-own-buckets"),
            pytest.param([READ, {**FULL, "Condition": SERVICES}], id="beside-services-of-aws"),
            pytest.param([{**READ, "Action": "s3:Get*"}], id="wildcard-action"),
            pytest.param([{**READ, "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}], id="held-to-the-vpc"),
            pytest.param([{**READ, "Condition": {"StringEquals": {"aws:VpceOrgID": "o-1"}}}], id="held-to-endpoints"),
            pytest.param([{**READ, "Condition": NOT_OURS}], id="held-to-strangers"),
            pytest.param([READ, {**FULL, "Action": "s3:*", "Condition": OUR_BUCKETS}], id="beside-buckets-of-owners"),
        ],
    )
    def test_passes(self, statements):
        assert layers(*statements) == Judgement()

    @pytest.mark.parametrize(
        "statement",
        [
            pytest.param({**READ, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, id="organization"),
            pytest.param({**FULL, "Condition": SERVICES}, id="services-of-aws"),
            pytest.param({**READ, "Condition": OWN}, id="account"),
            pytest.param({**READ, "Condition": OUR_BUCKETS}, id="bucket-of-the-organization"),
            pytest.param(
                {**FULL, "Condition": {"StringEquals": {"s3:ResourceAccount": ACCOUNT}}}, id="bucket-of-the-account"
            ),
            pytest.param({**READ, "Principal": {"AWS": ACCOUNT}}, id="named"),
            pytest.param({**READ, "Resource": LAYERS.replace("eu-west-1", "us-east-1")}, id="another-region"),
            pytest.param({**READ, "Action": "s3:PutObject"}, id="another-action"),
        ],
    )
    def test_finds_that_layers_are_out_of_reach(self, statement):
        assert layers(statement) == Judgement((UNREACHABLE,))

    @pytest.mark.parametrize("resource", ["*", "arn:aws:s3:::*", "arn:aws:s3:::*/*", "arn:aws:s3:::*-bucket/*"])
    def test_finds_every_bucket(self, resource):
        judgement = layers(READ, {**FULL, "Action": "s3:*", "Resource": resource})

        assert judgement == Judgement(
            (
                Finding(
                    "policy.Statement[1]",
                    "endpoint-principals",
                    "Statement[1] must not let everyone through to every bucket",
                    f"{resource} for everyone with s3:* and no condition",
                    "name the buckets, or hold them or the principals to trusted accounts or organisations",
                ),
            )
        )

    @pytest.mark.parametrize(
        "condition",
        [
            pytest.param({"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}, id="of-each-his-own"),
            pytest.param({"StringEqualsIfExists": {"aws:ResourceOrgID": "o-1"}}, id="if-exists"),
            pytest.param({"StringNotEquals": {"aws:ResourceOrgID": "o-1"}}, id="negated"),
            pytest.param({"StringLike": {"aws:ResourceOrgID": "o-*"}}, id="wildcard"),
        ],
    )
    def test_finds_every_bucket_under_a_condition_that_names_no_owner(self, condition):
        judgement = layers(READ, {**FULL, "Action": "s3:*", "Condition": condition})

        assert [(finding.field, finding.rule) for finding in judgement.findings] == [
            ("policy.Statement[1]", "endpoint-principals")
        ]

    @pytest.mark.parametrize("condition", [None, NOT_OURS, OTHER_BUCKETS])
    def test_finds_a_deny_that_stops_ecr(self, condition):
        deny = {**FULL, "Effect": "Deny"} | ({"Condition": condition} if condition else {})

        assert layers(READ, deny) == Judgement((kept_out(1),))

    @pytest.mark.parametrize(
        "deny",
        [
            pytest.param(
                {"Effect": "Deny", "Principal": "*", "Action": "*", "NotResource": LAYERS, "Condition": NOT_OURS},
                id="all-but-layers",
            ),
            pytest.param(
                {**FULL, "Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}, id="plain-http"
            ),
            pytest.param(
                {**FULL, "Effect": "Deny", "Condition": {"StringEquals": {"aws:ResourceAccount": OTHER}}},
                id="buckets-of-one-account",
            ),
            pytest.param(
                {**FULL, "Effect": "Deny", "Condition": {"StringEquals": {"aws:PrincipalAccount": OTHER}}},
                id="principals-of-one-account",
            ),
            pytest.param(
                {
                    **FULL,
                    "Effect": "Deny",
                    "Condition": {**NOT_OURS, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}},
                },
                id="services-of-aws-spared",
            ),
        ],
    )
    def test_passes_a_deny_that_spares_ecr(self, deny):
        assert layers(READ, deny) == Judgement()


def test_an_endpoint_of_another_service_needs_no_way_to_pull():
    logs = {**FULL, "Action": "logs:*"}

    assert judge_endpoint_principals(document({**logs, "Condition": OWN}), trusted=[ACCOUNT]) == Judgement()
    assert judge_endpoint_principals(document(logs)) == Judgement((strangers("everyone with logs:* and no condition"),))


def test_everybody_to_his_own_is_everybody():
    own = {"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}

    assert registry({**FULL, "Condition": own}) == Judgement(
        (
            strangers(
                "account ${aws:ResourceAccount} with *, limited by StringEquals aws:PrincipalAccount"
                " ${aws:ResourceAccount}"
            ),
        )
    )


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param([FULL], {"*"}, id="any"),
        pytest.param([{**FULL, "Action": ["ecr:*", "S3:GetObject"]}], {"ecr", "s3"}, id="two"),
        pytest.param([{**FULL, "Effect": "Deny"}], set(), id="none"),
        pytest.param(
            [{"Effect": "Allow", "Principal": "*", "NotAction": "ecr:*", "Resource": "*"}], {"*"}, id="others"
        ),
        pytest.param([{**FULL, "Action": UNKNOWN}], {"*"}, id="unknown"),
    ],
)
def test_knows_the_services_of_a_policy(statements, expected):
    assert services_of(document(*statements)) == expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param([FULL], True, id="default"),
        pytest.param([{**FULL, "Principal": {"AWS": ["*"]}}], True, id="everyone-by-the-key"),
        pytest.param([{**FULL, "Principal": {"AWS": ACCOUNT}}], False, id="account"),
        pytest.param([{**FULL, "Condition": OWN}], False, id="condition"),
        pytest.param([{**FULL, "Action": "ecr:*"}], False, id="fewer-actions"),
        pytest.param([{**FULL, "Resource": LAYERS}], False, id="fewer-resources"),
        pytest.param([{**FULL, "Effect": "Deny"}], False, id="deny"),
        pytest.param([{**FULL, "Condition": UNKNOWN}], False, id="unknown"),
        pytest.param([FULL, {**FULL, "Effect": "Deny", "Condition": OWN}], False, id="two-statements"),
    ],
)
def test_knows_the_default_policy(statements, expected):
    assert is_full_access(document(*statements)) is expected
