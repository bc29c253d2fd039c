import json

import pytest
from secure_ecr_policies.pack.network import ROUTE_TABLE_ASSOCIATION, VPC_ENDPOINT, VPC_ENDPOINT_POLICY
from secure_ecr_policies.pack.values import UNKNOWN

OURS, THEIRS = "111122223333", "444455556666"
CONFIG = {"account_id": OURS}
LAYERS = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"
FULL = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
OWN = {"StringEquals": {"aws:PrincipalAccount": OURS}}
READ_LAYERS = FULL | {"Action": "s3:GetObject", "Resource": LAYERS}
OWNER_UNKNOWN = (
    "not evaluated: policy.Statement[0]: whether this is an outsider depends on the endpoint's account;"
    " set account_id in the configuration"
)
NO_LAYERS = (
    "policy.Statement: must let clients read the layers of images: no statement lets s3:GetObject through;"
    f" add an Allow of s3:GetObject on {LAYERS} for everyone: ECR signs the address of a layer, not the caller"
)
EVERY_BUCKET = (
    "policy.Statement[0]: Statement[0] must not let everyone through to every bucket, got * for everyone with s3:*"
    " and no condition; name the buckets, or hold them or the principals to trusted accounts or organisations"
)
WIDE = {"Action": "s3:*"}
NOT_EVALUATED = ["not evaluated: policy: known at the update only"]


def strangers(who="everyone", limits=" and no condition", actions="*"):
    return (
        "policy.Statement[0]: Statement[0] must let through trusted accounts or organisations only,"
        f" got {who} with {actions}{limits};"
        ' add "StringEquals": {"aws:PrincipalAccount": ["<account id>"]} to Condition'
    )


def organization(id_):
    return {"StringEquals": {"aws:PrincipalOrgID": id_}}


def document(*statements):
    return {"Version": "2012-10-17", "Statement": [*statements]}


def endpoint(policy, service="ecr.dkr", **props):
    return {"serviceName": f"com.amazonaws.eu-west-1.{service}", "policy": policy} | props


@pytest.mark.parametrize("service", ["ecr.api", "ecr.dkr"])
@pytest.mark.parametrize(
    ("policy", "config", "expected"),
    [
        pytest.param(document(FULL | {"Condition": OWN}), {}, [], id="own-account"),
        pytest.param(json.dumps(document(FULL | {"Condition": OWN})), {}, [], id="text"),
        pytest.param(document(FULL), {}, [strangers()], id="full-access"),
        pytest.param(json.dumps(document(FULL)), {}, [strangers()], id="full-access-in-a-text"),
        pytest.param(
            document(FULL | {"Condition": organization("o-a1b2c3d4e5")}),
            {},
            [strangers("organization o-a1b2c3d4e5", ", limited by StringEquals aws:PrincipalOrgID o-a1b2c3d4e5")],
            id="organization",
        ),
        pytest.param(
            document(FULL | {"Condition": organization("o-a1b2c3d4e5")}),
            {"trusted_callers": ["o-a1b2c3d4e5"]},
            [],
            id="organization-on-the-list",
        ),
        pytest.param(
            document(FULL | {"Condition": {"StringEquals": {"aws:PrincipalAccount": [OURS, THEIRS]}}}),
            {},
            [strangers(f"account {THEIRS}", f", limited by StringEquals aws:PrincipalAccount {OURS}, {THEIRS}")],
            id="another-account",
        ),
        pytest.param(
            document(FULL | {"Condition": {"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}}),
            {},
            [
                strangers(
                    "account ${aws:ResourceAccount}",
                    ", limited by StringEquals aws:PrincipalAccount ${aws:ResourceAccount}",
                )
            ],
            id="everybody-to-his-own",
        ),
        pytest.param(
            document(FULL | {"Action": ["ecr:GetAuthorizationToken", "ecr:BatchGet*"], "Condition": OWN}),
            {},
            [
                (
                    "policy.Statement: must let clients pull: no statement lets ecr:GetDownloadUrlForLayer through;"
                    " add an Allow of ecr:GetDownloadUrlForLayer on the repositories for the trusted accounts"
                ),
            ],
            id="no-pulls",
        ),
        pytest.param(UNKNOWN, {}, NOT_EVALUATED, id="unknown"),
        pytest.param(
            document(FULL, FULL | {"Principal": {"AWS": UNKNOWN}}),
            {},
            [
                strangers(),
                "not evaluated: policy.Statement[1].Principal.AWS: known at the update only",
            ],
            id="unknown-beside-everyone",
        ),
        pytest.param(None, {}, ["not applicable"], id="absent"),
        pytest.param("", {}, ["not applicable"], id="empty"),
        pytest.param([7], {}, ["policy: must be a JSON object or its text, got a list"], id="malformed"),
    ],
)
def test_judges_endpoints_of_ecr(findings, service, policy, config, expected):
    assert findings(VPC_ENDPOINT, endpoint(policy, service), config=CONFIG | config) == expected


def test_the_account_decides_who_is_an_outsider(findings):
    props = endpoint(document(FULL | {"Condition": OWN}))

    assert findings(VPC_ENDPOINT, props) == [OWNER_UNKNOWN]
    assert findings(VPC_ENDPOINT, props, provider={"allowedAccountIds": f'["{OURS}"]'}) == []
    assert findings(VPC_ENDPOINT, props, config={"account_id": THEIRS}) == [
        strangers(f"account {OURS}", f", limited by StringEquals aws:PrincipalAccount {OURS}")
    ]
    assert findings(VPC_ENDPOINT, props, config={"trusted_callers": [OURS]}) == []
    assert findings(VPC_ENDPOINT, props, config={"trusted_callers": [THEIRS]}) == [OWNER_UNKNOWN]
    assert findings(VPC_ENDPOINT, endpoint(document(FULL))) == [strangers()]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(document(READ_LAYERS), [], id="layers"),
        pytest.param(json.dumps(document(READ_LAYERS)), [], id="text"),
        pytest.param(document(FULL | WIDE), [EVERY_BUCKET], id="every-bucket"),
        pytest.param(document(FULL | WIDE | {"Condition": OWN}), [NO_LAYERS], id="no-layers"),
        pytest.param(document(FULL | WIDE | {"Condition": OWN}, READ_LAYERS), [], id="own-account-beside-layers"),
        pytest.param(UNKNOWN, NOT_EVALUATED, id="unknown"),
    ],
)
def test_judges_endpoints_of_s3(findings, policy, expected):
    assert findings(VPC_ENDPOINT, endpoint(policy, "s3"), config=CONFIG) == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(document(FULL | {"Condition": OWN}), [], id="own-account"),
        pytest.param(document(FULL), [strangers()], id="of-any-service"),
        pytest.param(document(FULL | {"Action": "ecr:*"}), [strangers(actions="ecr:*")], id="of-ecr"),
        pytest.param(document(READ_LAYERS), [], id="layers"),
        pytest.param(document(FULL | WIDE), [EVERY_BUCKET], id="of-s3"),
        pytest.param(document(FULL | {"Action": "logs:*"}), ["not applicable"], id="of-another-service"),
        pytest.param(UNKNOWN, NOT_EVALUATED, id="unknown"),
        pytest.param(None, ["not applicable"], id="absent"),
        pytest.param(
            "no json", ["policy: must be JSON, at line 1 column 1: expecting value, got 'no json'"], id="no-json"
        ),
        pytest.param({"Statement": [7]}, ["not applicable"], id="malformed"),
    ],
)
def test_judges_policies_by_what_they_are_about(findings, policy, expected):
    props = {"vpcEndpointId": "vpce-1", "policy": policy, "region": "eu-west-1"}

    assert findings(VPC_ENDPOINT_POLICY, props, config=CONFIG) == expected


def test_the_layers_are_in_a_bucket_of_the_region(findings):
    region_unknown = "not evaluated: region: the bucket of the layers is called after the Region; set region"
    props = {"policy": document(READ_LAYERS)}

    assert findings(VPC_ENDPOINT_POLICY, props, provider={"region": "eu-west-1"}) == []
    assert findings(VPC_ENDPOINT_POLICY, props) == [region_unknown]
    assert findings(VPC_ENDPOINT_POLICY, {"policy": document(FULL | WIDE)}) == [EVERY_BUCKET, region_unknown]
    assert findings(VPC_ENDPOINT, endpoint(document(READ_LAYERS), "s3", region=UNKNOWN)) == [region_unknown]


def test_an_endpoint_of_an_unknown_service_is_judged_by_its_policy(findings):
    assert findings(VPC_ENDPOINT, {"serviceName": UNKNOWN, "policy": document(FULL)}) == [strangers()]


def test_other_endpoints_are_not_its_business(findings):
    assert findings(VPC_ENDPOINT, endpoint(document(FULL), "logs")) == ["not applicable"]
    assert findings(ROUTE_TABLE_ASSOCIATION, endpoint(document(FULL))) == ["not applicable"]


@pytest.mark.parametrize("name", ["1111", "o-1", "arn:aws:iam::111122223333:root"])
def test_lists_accounts_and_organisations_alone(pack, declared, name):
    configured = pack({"vpc-endpoint-policy": {"trusted_callers": [name]}})
    said, _ = configured.analyze(declared("pulumi:pulumi:Stack"))

    assert [event.text.partition(":")[0] for event in said] == ["configuration.trusted_callers[0]"]
