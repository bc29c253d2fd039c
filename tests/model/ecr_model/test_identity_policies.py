"""What identity policies grant beyond anybody's task."""

import pytest
from ecr_model.findings import Finding
from ecr_model.identity_policies import check_managed_policy, is_managed_policy, judge_identity_policy
from ecr_model.policy.document import read_policy
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import IDENTITY_POLICY
from ecr_model.policy.notes import UNKNOWN

REPOSITORY = "arn:aws:ecr:eu-west-1:111122223333:repository/"
LOGIN = {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}


def judge(*statements):
    document, findings = read_policy({"Version": "2012-10-17", "Statement": list(statements)}, IDENTITY_POLICY)
    assert findings == ()
    return judge_identity_policy(document)


def allow(action, resource=f"{REPOSITORY}team/*", **rest):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **rest}


WIDE_FIX = "name the repositories, as arn:aws:ecr:eu-west-1:111122223333:repository/team/*"
OWN = "give it a statement of its own, on the resource '*'"


def wildcard(got, element="Action"):
    return Finding(
        f"policy.Statement[0].{element}",
        "identity-wildcard",
        "Statement[0] must not grant every action of ECR",
        got,
        "name the actions of the task",
    )


def wide(got, element="Resource"):
    return Finding(
        f"policy.Statement[0].{element}",
        "identity-every-repository",
        "Statement[0] must not let its holder write to every repository",
        got,
        WIDE_FIX,
    )


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        pytest.param(allow("ecr:*"), wildcard("ecr:*"), id="every-action"),
        pytest.param(allow("*", "*"), wildcard("*"), id="administrator"),
        pytest.param(allow(["ecr:Describe*", "ecr:*"]), wildcard("ecr:Describe*, ecr:*"), id="among-others"),
        pytest.param(
            allow(["ec2:RunInstances", *(f"s3:{name}*" for name in "GLP"), "ecr:*"], "*"),
            wildcard("ecr:*"),
            id="among-those-of-other-services",
        ),
        pytest.param(
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, wildcard("iam:*", "NotAction"), id="not-action"
        ),
        pytest.param(allow("ecr:PutImage", "*"), wide("ecr:PutImage on *"), id="write-everywhere"),
        pytest.param(
            allow(["ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart"], "*"),
            wide("ecr:InitiateLayerUpload, ecr:PutImage, ecr:UploadLayerPart on *"),
            id="three-writes-everywhere",
        ),
        pytest.param(
            allow("ecr:PutImage", "*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),
            wide("ecr:PutImage on * with StringEquals aws:RequestedRegion eu-west-1, which names no repository"),
            id="write-everywhere-in-a-region",
        ),
        pytest.param(
            allow("ecr:*", "*", Condition={"Bool": {"aws:MultiFactorAuthPresent": True}}),
            wildcard("ecr:* with Bool aws:MultiFactorAuthPresent true, which names no action"),
            id="every-action-by-a-second-factor",
        ),
        pytest.param(
            allow(["ecr:PutImage", "ecr:UploadLayerPart", "ecr:BatchDeleteImage", "ecr:TagResource"], f"{REPOSITORY}*"),
            wide(f"ecr:BatchDeleteImage, ecr:PutImage, ecr:TagResource and more on {REPOSITORY}*"),
            id="every-repository-by-arn",
        ),
        pytest.param(
            allow("ecr:PutImag?", "arn:aws:ecr:*:*:*"), wide("ecr:PutImage on arn:aws:ecr:*:*:*"), id="dressed-up"
        ),
        pytest.param(
            {"Effect": "Allow", "Action": "ecr:PutImage", "NotResource": f"{REPOSITORY}x"},
            wide("ecr:PutImage on NotResource", "NotResource"),
            id="not-resource",
        ),
        pytest.param(
            allow("ecr:GetAuthorizationToken"),
            Finding(
                "policy.Statement[0].Resource",
                "identity-login-resource",
                "Statement[0] must grant ecr:GetAuthorizationToken on '*': a token is of no repository",
                f"{REPOSITORY}team/*",
                OWN,
            ),
            id="login-on-a-repository",
        ),
        pytest.param(
            allow(["ecr:GetAuthorizationToken", "ecr:BatchGetImage"], "*"),
            Finding(
                "policy.Statement[0].Action",
                "identity-login-alone",
                "Statement[0] must grant ecr:GetAuthorizationToken alone: what is beside it is granted on '*' as well",
                "ecr:BatchGetImage",
                OWN,
            ),
            id="login-with-others",
        ),
    ],
)
def test_finds(statement, expected):
    assert judge(statement) == Judgement((expected,))


TAG = {"StringEquals": {"aws:ResourceTag/team": "payments"}}


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param([LOGIN], id="login"),
        pytest.param([LOGIN, allow(["ecr:PutImage", "ecr:UploadLayerPart"])], id="push"),
        pytest.param([allow(["ecr:BatchGetImage", "ecr:Describe*"], "*")], id="read-everywhere"),
        pytest.param([allow("ecr:PutImage", "*", Condition=TAG)], id="limited-by-tag"),
        pytest.param([allow("*", "arn:aws:s3:::bucket/*")], id="every-action-on-a-bucket"),
        pytest.param([allow("s3:*", "*")], id="another-service"),
        pytest.param([{"Effect": "Deny", "Action": "ecr:*", "Resource": "*"}], id="deny"),
        pytest.param([allow("ecr:PutReplicationConfiguration", "*")], id="registry-settings-alone"),
    ],
)
def test_passes(statements):
    assert judge(*statements) == Judgement()


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEqualsIfExists", "aws:ResourceTag/team", "payments"),
        ("StringLike", "aws:ResourceTag/team", "*"),
        ("StringNotEquals", "aws:ResourceTag/team", "payments"),
        ("StringEquals", "aws:RequestTag/team", "payments"),
    ],
)
def test_finds_a_tag_that_limits_nothing(operator, key, value):
    got = f"ecr:PutImage on * with {operator} {key} {value}, which names no repository"

    assert judge(allow("ecr:PutImage", "*", Condition={operator: {key: value}})) == Judgement((wide(got),))


@pytest.mark.parametrize("action", ["ecr:SetRepositoryPolicy", "ecr:PutReplicationConfiguration"])
def test_finds_pushing_together_with_changing_the_rules(action):
    resource = f"{REPOSITORY}team/*" if "Repository" in action else "*"

    assert judge(allow("ecr:PutImage"), allow(action, resource, Sid="Rules")) == Judgement(
        (
            Finding(
                "policy.Statement[1].Action",
                "identity-mixture",
                "statement 'Rules' must not change the rules in a policy that pushes",
                action,
                "grant it to another role",
            ),
        )
    )


@pytest.mark.parametrize(
    ("statement", "path"),
    [
        (allow("ecr:PutImage", UNKNOWN), "Resource"),
        (allow(UNKNOWN), "Action"),
        (allow("ecr:PutImage", "*", Condition=UNKNOWN), "Condition"),
    ],
)
def test_does_not_evaluate_what_is_unknown(statement, path):
    assert judge(statement) == Judgement((), (f"policy.Statement[0].{path}",))


def test_pushing_may_be_granted_in_another_policy_of_the_same_identity():
    pushes, _ = read_policy({"Version": "2012-10-17", "Statement": allow("ecr:PutImage")}, IDENTITY_POLICY)
    rules, _ = read_policy({"Version": "2012-10-17", "Statement": allow("ecr:SetRepositoryPolicy")}, IDENTITY_POLICY)

    assert judge_identity_policy(rules, beside=[pushes]) == Judgement(
        (
            Finding(
                "policy.Statement.Action",
                "identity-mixture",
                "Statement must not change the rules beside a policy that pushes",
                "ecr:SetRepositoryPolicy",
                "grant it to another role",
            ),
        )
    )
    assert judge_identity_policy(pushes, beside=[rules]) == Judgement()


@pytest.mark.parametrize("path", ["", "job-function/"], ids=["root", "path"])
def test_a_policy_of_aws_that_no_task_takes_is_named_with_what_it_does(path):
    arn = f"arn:aws:iam::aws:policy/{path}PowerUserAccess"

    assert check_managed_policy(arn) == (
        Finding(
            "policy_arn",
            "identity-managed-policy",
            "must not be PowerUserAccess: it grants every action of ECR",
            repr(arn),
            "attach a policy of your own, which names the actions of the task and its repositories",
        ),
    )


@pytest.mark.parametrize(
    ("arn", "is_managed"),
    [
        pytest.param("arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly", True, id="narrow"),
        pytest.param("arn:aws:iam::111122223333:policy/PowerUserAccess", False, id="of-an-account"),
        pytest.param("PowerUserAccess", False, id="no-arn"),
        pytest.param("arn:aws:iam::aws:policy/" + "a/" * 5000, False, id="endless"),
    ],
)
def test_other_policies_are_no_matter_of_their_name(arn, is_managed):
    assert (is_managed_policy(arn), check_managed_policy(arn)) == (is_managed, ())
