from __future__ import annotations

import json
import urllib.request

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.embedded_aws import client, embedded_aws

ACCOUNT = "123456789012"
OTHER = "210987654321"
PRINCIPAL = f"arn:aws:iam::{ACCOUNT}:role/scanner"
SECRET = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:ecr-pullthroughcache/hub-AbCdEf"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    with embedded_aws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture
def ecr(endpoint):
    reset(endpoint)
    return client(endpoint, "ecr")


def reset(endpoint):
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")).close()  # noqa: S310  # loopback


def refusal(call, **parameters):
    """Return the code with which *call* is refused."""
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]["Code"]


def rule(action, **selection):
    return {"rulePriority": 1, "selection": {"tagStatus": "any", **selection}, "action": action}


@pytest.mark.parametrize("name", ["a--b", "a__b", "team/a---b", "a.b_c-d/e", "1a"])
def test_accepts_every_separator_of_a_repository_name(ecr, name):
    ecr.create_repository(repositoryName=name)

    assert ecr.describe_repositories()["repositories"][0]["repositoryName"] == name


@pytest.mark.parametrize("name", ["a..b", "a___b", "a-_b", "-a", "a-", "a//b", "Aa"])
def test_still_refuses_what_is_no_repository_name(ecr, name):
    assert refusal(ecr.create_repository, repositoryName=name) == "InvalidParameterException"


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(
            rule(
                {"type": "transition", "targetStorageClass": "archive"},
                countType="sinceImagePulled",
                countUnit="days",
                countNumber=90,
            ),
            id="archive-what-nobody-pulls",
        ),
        pytest.param(
            rule(
                {"type": "expire"},
                storageClass="archive",
                countType="sinceImageTransitioned",
                countUnit="days",
                countNumber=90,
            ),
            id="expire-what-is-archived",
        ),
    ],
)
def test_accepts_archive_storage_in_a_lifecycle_policy(ecr, policy):
    text = json.dumps({"rules": [policy]})
    ecr.create_repository(repositoryName="app")
    ecr.put_lifecycle_policy(repositoryName="app", lifecyclePolicyText=text)

    assert ecr.get_lifecycle_policy(repositoryName="app")["lifecyclePolicyText"] == text


def test_still_refuses_an_unknown_member_of_a_lifecycle_rule(ecr):
    text = json.dumps(
        {"rules": [rule({"type": "expire"}, countType="imageCountMoreThan", countNumber=1, colour="red")]}
    )
    ecr.create_repository(repositoryName="app")

    assert (
        refusal(ecr.put_lifecycle_policy, repositoryName="app", lifecyclePolicyText=text) == "InvalidParameterException"
    )


def test_keeps_several_replication_rules_and_refuses_the_registry_itself(ecr):
    rules = [{"destinations": [{"region": region, "registryId": ACCOUNT}]} for region in ("eu-west-1", "us-east-1")]
    own = [{"destinations": [{"region": "eu-central-1", "registryId": ACCOUNT}]}]
    ecr.put_replication_configuration(replicationConfiguration={"rules": rules})

    assert ecr.describe_registry()["replicationConfiguration"] == {"rules": rules}
    configuration = {"rules": rules + own}
    assert (
        refusal(ecr.put_replication_configuration, replicationConfiguration=configuration)
        == "InvalidParameterException"
    )


@pytest.mark.parametrize("action", ["ecr:*", "ecr:BatchImportUpstreamImage", ["ecr:ReplicateImage", "ecr:TagResource"]])
def test_accepts_every_action_of_ecr_in_a_registry_policy(ecr, action):
    text = registry_policy(action)
    ecr.put_registry_policy(policyText=text)

    assert ecr.get_registry_policy()["policyText"] == text


def test_refuses_an_action_of_another_service_in_a_registry_policy(ecr):
    assert refusal(ecr.put_registry_policy, policyText=registry_policy("s3:GetObject")) == "InvalidParameterException"


def registry_policy(action):
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"},
        "Action": action,
        "Resource": f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_keeps_creation_templates(ecr):
    ecr.create_repository_creation_template(prefix="mirror", appliedFor=["REPLICATION"], description="first")
    ecr.update_repository_creation_template(prefix="mirror", description="second")
    [template] = ecr.describe_repository_creation_templates(prefixes=["mirror"])["repositoryCreationTemplates"]

    assert {key: value for key, value in template.items() if not key.endswith("At")} == {
        "prefix": "mirror",
        "appliedFor": ["REPLICATION"],
        "description": "second",
        "encryptionConfiguration": {"encryptionType": "AES256"},
        "imageTagMutability": "MUTABLE",
    }
    again = refusal(ecr.create_repository_creation_template, prefix="mirror", appliedFor=["REPLICATION"])
    assert again == "TemplateAlreadyExistsException"
    ecr.delete_repository_creation_template(prefix="mirror")
    assert ecr.describe_repository_creation_templates()["repositoryCreationTemplates"] == []
    assert refusal(ecr.delete_repository_creation_template, prefix="mirror") == "TemplateNotFoundException"
    assert refusal(ecr.update_repository_creation_template, prefix="mirror") == "TemplateNotFoundException"


def test_takes_the_moving_tags_out_of_a_template_whose_tags_no_longer_move(ecr):
    filters = [{"filter": "branch-*", "filterType": "WILDCARD"}]
    moving = {"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION", "imageTagMutabilityExclusionFilters": filters}
    ecr.create_repository_creation_template(prefix="moving", appliedFor=["REPLICATION"], **moving)
    ecr.update_repository_creation_template(prefix="moving", description="still")
    [still] = ecr.describe_repository_creation_templates(prefixes=["moving"])["repositoryCreationTemplates"]
    ecr.update_repository_creation_template(prefix="moving", imageTagMutability="IMMUTABLE")
    [fixed] = ecr.describe_repository_creation_templates(prefixes=["moving"])["repositoryCreationTemplates"]
    ecr.delete_repository_creation_template(prefix="moving")

    assert {key: still[key] for key in moving} == moving
    assert {key: fixed.get(key) for key in moving} == {
        "imageTagMutability": "IMMUTABLE",
        "imageTagMutabilityExclusionFilters": None,
    }


def test_keeps_pull_through_cache_rules(ecr):
    given = {"ecrRepositoryPrefix": "hub", "upstreamRegistryUrl": "registry-1.docker.io", "credentialArn": SECRET}
    ecr.create_pull_through_cache_rule(**given)
    ecr.update_pull_through_cache_rule(ecrRepositoryPrefix="hub", credentialArn=SECRET + "2")
    [cached] = ecr.describe_pull_through_cache_rules(ecrRepositoryPrefixes=["hub"])["pullThroughCacheRules"]

    assert {key: value for key, value in cached.items() if not key.endswith("At")} == {
        **given,
        "credentialArn": SECRET + "2",
        "registryId": ACCOUNT,
    }
    missing = "PullThroughCacheRuleNotFoundException"
    assert refusal(ecr.create_pull_through_cache_rule, **given) == "PullThroughCacheRuleAlreadyExistsException"
    ecr.delete_pull_through_cache_rule(ecrRepositoryPrefix="hub")
    assert ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"] == []
    assert refusal(ecr.describe_pull_through_cache_rules, ecrRepositoryPrefixes=["hub"]) == missing
    assert refusal(ecr.delete_pull_through_cache_rule, ecrRepositoryPrefix="hub") == missing


def test_answers_account_settings_before_and_after_they_are_put(ecr):
    assert ecr.get_account_setting(name="BLOB_MOUNTING")["value"] == "DISABLED"
    ecr.put_account_setting(name="BLOB_MOUNTING", value="ENABLED")
    assert ecr.get_account_setting(name="BLOB_MOUNTING")["value"] == "ENABLED"
    assert refusal(ecr.get_account_setting, name="COLOUR") == "InvalidParameterException"


def test_keeps_pull_time_exclusions(ecr):
    ecr.register_pull_time_update_exclusion(principalArn=PRINCIPAL)

    assert ecr.list_pull_time_update_exclusions()["pullTimeUpdateExclusions"] == [PRINCIPAL]
    again = refusal(ecr.register_pull_time_update_exclusion, principalArn=PRINCIPAL)
    assert again == "ExclusionAlreadyExistsException"
    ecr.deregister_pull_time_update_exclusion(principalArn=PRINCIPAL)
    assert ecr.list_pull_time_update_exclusions()["pullTimeUpdateExclusions"] == []
    assert refusal(ecr.deregister_pull_time_update_exclusion, principalArn=PRINCIPAL) == "ExclusionNotFoundException"


def test_keeps_added_state_by_account_and_region_until_the_reset(ecr, endpoint):
    role = client(endpoint, "sts").assume_role(RoleArn=f"arn:aws:iam::{OTHER}:role/x", RoleSessionName="test")[
        "Credentials"
    ]
    keys = {
        "aws_access_key_id": role["AccessKeyId"],
        "aws_secret_access_key": role["SecretAccessKey"],
        "aws_session_token": role["SessionToken"],
    }
    ecr.register_pull_time_update_exclusion(principalArn=PRINCIPAL)

    elsewhere = {
        "another region": client(endpoint, "ecr", "eu-west-1"),
        "another account": client(endpoint, "ecr", **keys),
    }
    found = {
        name: each.list_pull_time_update_exclusions()["pullTimeUpdateExclusions"] for name, each in elsewhere.items()
    }
    assert found == {"another region": [], "another account": []}
    reset(endpoint)
    assert ecr.list_pull_time_update_exclusions()["pullTimeUpdateExclusions"] == []


def test_remembers_how_often_a_key_rotates(endpoint):
    kms = client(endpoint, "kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]

    def status():
        answer = kms.get_key_rotation_status(KeyId=key)
        return answer["KeyRotationEnabled"], answer.get("RotationPeriodInDays")

    assert status() == (False, None)
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
    assert status() == (True, 180)
    kms.enable_key_rotation(KeyId=key)
    assert status() == (True, 365)
    kms.disable_key_rotation(KeyId=key)
    assert status() == (False, None)


def test_knows_the_policies_that_aws_manages(endpoint):
    iam = client(endpoint, "iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName="pull", AssumeRolePolicyDocument=document)
    arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"
    iam.attach_role_policy(RoleName="pull", PolicyArn=arn)

    [attached] = iam.list_attached_role_policies(RoleName="pull")["AttachedPolicies"]
    assert attached["PolicyArn"] == arn


def test_changes_the_audiences_of_an_identity_provider(endpoint):
    iam = client(endpoint, "iam")
    provider = iam.create_open_id_connect_provider(
        Url="https://example.com", ClientIDList=["a", "b"], ThumbprintList=[]
    )
    arn = provider["OpenIDConnectProviderArn"]
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="c")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="a")

    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ClientIDList"] == ["b", "c"]


def test_tells_every_attribute_of_a_topic_that_was_set(endpoint):
    sns = client(endpoint, "sns")
    topic = sns.create_topic(Name="findings")["TopicArn"]
    role = f"arn:aws:iam::{ACCOUNT}:role/feedback"
    sns.set_topic_attributes(TopicArn=topic, AttributeName="SQSFailureFeedbackRoleArn", AttributeValue=role)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="ECR")
    told = sns.get_topic_attributes(TopicArn=topic)["Attributes"]

    assert (told["SQSFailureFeedbackRoleArn"], told["DisplayName"]) == (role, "ECR")
    sns.set_topic_attributes(TopicArn=topic, AttributeName="SQSFailureFeedbackRoleArn", AttributeValue="")
    assert "SQSFailureFeedbackRoleArn" not in sns.get_topic_attributes(TopicArn=topic)["Attributes"]


def test_takes_away_the_description_of_a_secret(endpoint):
    secrets = client(endpoint, "secretsmanager")
    secrets.create_secret(Name="ecr-pullthroughcache/hub", Description="hub")
    secrets.update_secret(SecretId="ecr-pullthroughcache/hub", KmsKeyId="alias/a")
    assert secrets.describe_secret(SecretId="ecr-pullthroughcache/hub")["Description"] == "hub"

    secrets.update_secret(SecretId="ecr-pullthroughcache/hub", Description="")
    assert "Description" not in secrets.describe_secret(SecretId="ecr-pullthroughcache/hub")


def test_forgets_the_tags_of_an_alarm_with_the_alarm(endpoint):
    cloudwatch = client(endpoint, "cloudwatch")
    alarm = {
        "AlarmName": "pulls",
        "ComparisonOperator": "LessThanThreshold",
        "EvaluationPeriods": 1,
        "MetricName": "RepositoryPullCount",
        "Namespace": "AWS/ECR",
        "Period": 300,
        "Statistic": "Sum",
        "Threshold": 1,
    }
    cloudwatch.put_metric_alarm(**alarm, Tags=[{"Key": "team", "Value": "a"}])
    cloudwatch.delete_alarms(AlarmNames=["pulls", "stranger"])
    cloudwatch.put_metric_alarm(**alarm)

    [found] = cloudwatch.describe_alarms(AlarmNames=["pulls"])["MetricAlarms"]
    assert cloudwatch.list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"] == []
