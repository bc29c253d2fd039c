from __future__ import annotations

import json

import pulumi
import pytest
from ecr_model.events import (
    render_cache_failure_pattern,
    render_finding_pattern,
    render_image_pattern,
    render_registry_change_pattern,
    render_replication_failure_pattern,
)
from secure_ecr import RegistryMonitoring
from secure_ecr.dashboard import render_dashboard
from secure_ecr.registry_monitoring import check_quota_percent, check_settings, event_patterns
from secure_ecr.topic_policies import render_topic_key_policy, render_topic_policy

from tests.components import recording

ACCOUNT = "123456789012"
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:alerts"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
COMPONENT = "urn:pulumi:test::secure-ecr::pulumi:pulumi:Stack$secure-ecr:index:RegistryMonitoring::watch"
LEAST = {
    "scanning": "enhanced",
    "alert_email": "platform@example.com",
    "region": "eu-west-1",
    "account_id": ACCOUNT,
}


@pytest.fixture(autouse=True)
def _arns_and_names(monkeypatch):
    """Have AWS give an ARN to a topic and a name to a rule."""
    known = recording.outputs_of

    def outputs_of(args):
        if args.typ == "aws:sns/topic:Topic":
            return {"arn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:{args.name}"}
        if args.typ == "aws:cloudwatch/eventRule:EventRule":
            return {"name": f"{args.name}-name"}
        return known(args)

    monkeypatch.setattr(recording, "outputs_of", outputs_of)


def monitoring(**changes):
    args = {key: value for key, value in {**LEAST, **changes}.items() if value is not None}

    def program():
        made = RegistryMonitoring("watch", args)
        return [made.topic_arn, made.key_arn, made.dashboard_name]

    return program


HOME = {"region": "eu-west-1"}


def events(topic, **patterns):
    descriptions = {
        "pushes": "An image was pushed",
        "deletions": "An image with a tag was deleted",
        "findings": "A scan found vulnerabilities in an image",
        "replication-failures": "An image was not replicated",
        "cache-failures": "An image was not brought from upstream",
        "registry-changes": "The policy or the settings of the registry were changed",
    }
    named = {name.replace("_", "-"): pattern for name, pattern in patterns.items()}
    rules = {
        f"watch-{name}": {"description": descriptions[name], "eventPattern": pattern} for name, pattern in named.items()
    }
    targets = {f"watch-{name}-target": {"rule": f"watch-{name}-name", "arn": topic} for name in named}
    return {**rules, **targets}


def alarm(description, threshold, *, topic, periods, datapoints=None, **metric):
    wanted = {} if datapoints is None else {"datapointsToAlarm": datapoints}
    return {
        **metric,
        "alarmDescription": description,
        "threshold": threshold,
        "evaluationPeriods": periods,
        **wanted,
        "comparisonOperator": "GreaterThanThreshold",
        "treatMissingData": "notBreaching",
        "alarmActions": [topic],
    }


RATES = {
    "GetAuthorizationToken": 500,
    "BatchCheckLayerAvailability": 1_000,
    "InitiateLayerUpload": 100,
    "UploadLayerPart": 500,
    "CompleteLayerUpload": 100,
    "PutImage": 10,
    "BatchGetImage": 2_000,
    "GetDownloadUrlForLayer": 3_000,
}


def quota_alarms(topic, *, percent=80):
    usage = {"Service": "ECR", "Class": "None"}
    alarms = {
        f"watch-calls-{operation}": alarm(
            f"Calls of {operation} come near their quota: further ones are throttled",
            rate * 60 * percent / 100,
            topic=topic,
            periods=5,
            datapoints=3,
            namespace="AWS/Usage",
            metricName="CallCount",
            dimensions={**usage, "Type": "API", "Resource": operation},
            statistic="Sum",
            period=60,
        )
        for operation, rate in RATES.items()
    }
    alarms["watch-repositories"] = alarm(
        "Repositories come near their quota: further ones are refused",
        100_000 * percent / 100,
        topic=topic,
        periods=1,
        namespace="AWS/Usage",
        metricName="ResourceCount",
        dimensions={**usage, "Type": "RESOURCE", "Resource": "RepositoryCount"},
        statistic="Maximum",
        period=300,
    )
    return alarms


def dashboard(*repositories):
    return {"dashboardName": "watch-eu-west-1", "dashboardBody": render_dashboard(repositories, region="eu-west-1")}


def with_region(resources):
    return {name: {**inputs, **HOME} for name, inputs in resources.items()}


def test_tells_an_address_by_an_encrypted_topic(deploy):
    deployed = deploy(monitoring())

    topic = f"arn:aws:sns:eu-west-1:{ACCOUNT}:watch-topic"
    assert deployed.resources == with_region(
        {
            "watch-key": {
                "description": "Encrypts what is told of an ECR registry",
                "policy": render_topic_key_policy(ACCOUNT, partition="aws"),
                "enableKeyRotation": True,
            },
            "watch-topic": {"kmsMasterKeyId": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/watch-key"},
            "watch-topic-policy": {
                "arn": topic,
                "policy": render_topic_policy(topic, account_id=ACCOUNT),
            },
            "watch-mail": {"topic": topic, "protocol": "email", "endpoint": "platform@example.com"},
            **events(
                topic,
                deletions=render_image_pattern("DELETE"),
                findings=render_finding_pattern("ENHANCED", ["CRITICAL", "HIGH"]),
                replication_failures=render_replication_failure_pattern(),
                cache_failures=render_cache_failure_pattern(),
                registry_changes=render_registry_change_pattern(),
            ),
            **quota_alarms(topic),
            "watch-dashboard": dashboard(),
        }
    )
    assert deployed.outputs == [topic, f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/watch-key", "watch-eu-west-1"]


def test_registers_what_every_argument_says(deploy):
    names = ["team/web", "team/api"]
    deployed = deploy(
        monitoring(
            scanning="BASIC",
            alert_email=None,
            account_id=None,
            topic_arn=TOPIC,
            severities=["UNDEFINED", "LOW"],
            repositories=names,
            pushes=True,
            quota_percent=50.0,
            pulls_per_hour=100.0,
        )
    )

    pulls = {
        f"watch-pulls-{logical}": alarm(
            f"{name} is pulled more often than is usual",
            100,
            topic=TOPIC,
            periods=1,
            namespace="AWS/ECR",
            metricName="RepositoryPullCount",
            dimensions={"RepositoryName": name},
            statistic="Sum",
            period=3600,
        )
        for name, logical in (("team/api", "team--api"), ("team/web", "team--web"))
    }
    assert deployed.resources == with_region(
        {
            **events(
                TOPIC,
                pushes=render_image_pattern("PUSH", names),
                deletions=render_image_pattern("DELETE", names),
                findings=render_finding_pattern("BASIC", ["LOW", "UNDEFINED"], names),
                replication_failures=render_replication_failure_pattern(names),
                cache_failures=render_cache_failure_pattern(names),
                registry_changes=render_registry_change_pattern(),
            ),
            **quota_alarms(TOPIC, percent=50),
            **pulls,
            "watch-dashboard": dashboard(*names),
        }
    )
    assert deployed.outputs == [TOPIC, "", "watch-eu-west-1"]
    assert deployed.components == {
        "watch": {
            "scanning": "BASIC",
            "topicArn": TOPIC,
            "severities": ["UNDEFINED", "LOW"],
            "repositories": names,
            "pushes": True,
            "quotaPercent": 50,
            "pullsPerHour": 100,
            "region": "eu-west-1",
        }
    }


def test_tags_what_can_be_tagged(deploy):
    resources = deploy(monitoring(tags={"team": "platform"})).resources

    untagged = {name for name, inputs in resources.items() if inputs.get("tags") != {"team": "platform"}}
    targets = {name for name in resources if name.endswith("-target")}
    assert untagged == targets | {"watch-topic-policy", "watch-mail", "watch-dashboard"}


def test_asks_the_provider_where_it_is(deploy):
    calls = {
        "aws:index/getRegion:getRegion": {"region": "eu-west-1"},
        "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
    }
    resources = deploy(monitoring(region=None, account_id=None), calls=calls).resources

    assert {name for name, inputs in resources.items() if "region" in inputs} == set()
    assert resources["watch-key"]["policy"] == render_topic_key_policy(ACCOUNT, partition="aws")
    assert resources["watch-dashboard"] == dashboard()


def test_knows_the_policy_of_its_key_at_preview(deploy):
    deployed = deploy(monitoring(), preview=True)

    assert deployed.resources["watch-key"]["policy"] == render_topic_key_policy(ACCOUNT, partition="aws")
    assert deployed.resources["watch-topic-policy"]["policy"] == "unknown"
    assert deployed.outputs == "unknown"


def test_takes_a_topic_and_a_key_of_the_same_program(deploy):
    for_topic = deploy(monitoring(alert_email=None, topic_arn=pulumi.Output.from_input(TOPIC)))
    for_key = deploy(monitoring(kms_key_arn=pulumi.Output.from_input(KEY)))

    assert {"watch-key", "watch-topic", "watch-topic-policy", "watch-mail"}.isdisjoint(for_topic.resources)
    assert for_topic.resources["watch-findings-target"]["arn"] == TOPIC
    assert "watch-key" not in for_key.resources
    assert for_key.resources["watch-topic"] == {"kmsMasterKeyId": KEY, **HOME}
    assert for_key.outputs[1] == KEY


def test_puts_every_child_below_the_component(deploy):
    options = deploy(monitoring()).options

    assert {option["parent"] for (kind, _), option in options.items() if kind.startswith("aws:")} == {COMPONENT}


@pytest.mark.parametrize("scanning", ["basic", "Basic", "BASIC"])
def test_reads_the_type_of_scanning_in_any_case(deploy, scanning):
    resources = deploy(monitoring(scanning=scanning)).resources

    assert json.loads(resources["watch-findings"]["eventPattern"])["detail-type"] == ["ECR Image Scan"]


def test_finds_every_mistake_at_once(refusal):
    program = monitoring(scanning="clair", alert_email="platform", severities=["high"], quota_percent=0, push=True)

    assert refusal(program) == [
        "watch.push: must be a known key, got 'push'; write 'pushes'",
        "watch.scanning: must be 'basic' or 'enhanced', got 'clair'",
        "watch.alert_email: must be an address, as team@example.com, got 'platform'",
        (
            "watch.severities[0]: must be 'CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED' or"
            " 'UNTRIAGED', got 'high'; write 'HIGH'"
        ),
        "watch.quota_percent: must be 1 to 100, got 0",
    ]


ADDRESS = "watch.alert_email: must be an address, as team@example.com, got"
STANDARD = "watch.topic_arn: must be the ARN of a standard topic, as arn:aws:sns:eu-west-1:111122223333:alerts, got"
LONG = [f"team/{'service-' * 20}{number}" for number in range(15)]
WRONG = {
    "no-type-of-scanning": ({"scanning": None}, "watch.scanning: must be given"),
    "another-type-of-scanning": (
        {"scanning": "clair"},
        "watch.scanning: must be 'basic' or 'enhanced', got 'clair'",
    ),
    "misspelt-type-of-scanning": (
        {"scanning": "enhance"},
        "watch.scanning: must be 'basic' or 'enhanced', got 'enhance'; write 'enhanced'",
    ),
    "nobody-to-tell": (
        {"alert_email": None},
        "watch: must have one of 'alert_email' or 'topic_arn', got none",
    ),
    "both-to-tell": (
        {"topic_arn": TOPIC},
        "watch: must have one of 'alert_email' or 'topic_arn', got alert_email and topic_arn",
    ),
    "address-without-domain": ({"alert_email": "platform@example"}, f"{ADDRESS} 'platform@example'"),
    "two-addresses": ({"alert_email": "a@b.org, c@d.org"}, f"{ADDRESS} 'a@b.org, c@d.org'"),
    "several-at-signs": ({"alert_email": "a@b@c.org"}, f"{ADDRESS} 'a@b@c.org'"),
    "topic-by-name": (
        {"alert_email": None, "topic_arn": "alerts-of-the-registry"},
        f"{STANDARD} 'alerts-of-the-registry'",
    ),
    "fifo-topic": ({"alert_email": None, "topic_arn": f"{TOPIC}.fifo"}, f"{STANDARD} '{TOPIC}.fifo'"),
    "queue-for-a-topic": (
        {"alert_email": None, "topic_arn": TOPIC.replace("sns", "sqs")},
        f"{STANDARD} '{TOPIC.replace('sns', 'sqs')}'",
    ),
    "topic-of-another-region": (
        {"alert_email": None, "topic_arn": TOPIC.replace("eu-west-1", "eu-west-2")},
        "watch.topic_arn: must be a topic in 'eu-west-1', where the registry is, got 'eu-west-2'",
    ),
    "key-by-alias": (
        {"kms_key_arn": "alias/registry"},
        (
            "watch.kms_key_arn: must be the full ARN of a KMS key, 'arn:aws:kms:<region>:<account>:key/<id>',"
            " got 'alias/registry'"
        ),
    ),
    "key-for-a-topic-that-exists": (
        {"alert_email": None, "topic_arn": TOPIC, "kms_key_arn": KEY},
        "watch.kms_key_arn: must be absent beside 'topic_arn': that topic has its key already",
    ),
    "severity-of-inspector-under-basic": (
        {"scanning": "basic", "severities": ["UNTRIAGED"]},
        (
            "watch.severities[0]: must be 'CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL' or 'UNDEFINED',"
            " got 'UNTRIAGED'"
        ),
    ),
    "severity-of-ecr-under-enhanced": (
        {"severities": ["UNDEFINED"]},
        (
            "watch.severities[0]: must be 'CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL' or 'UNTRIAGED',"
            " got 'UNDEFINED'"
        ),
    ),
    "no-severities": ({"severities": []}, "watch.severities: must have 1 to 7 entries, got 0"),
    "severity-as-text": ({"severities": "HIGH"}, "watch.severities: must be a list, got 'HIGH'"),
    "no-repositories": ({"repositories": []}, "watch.repositories: must have 1 to 100 entries, got 0"),
    "repositories-by-wildcard": (
        {"repositories": ["team/*"]},
        (
            "watch.repositories[0]: must be lower-case letters and digits, separated by '.', '_', '__', hyphens or"
            " '/', got 'team/*'; write 'team'"
        ),
    ),
    "repository-twice": (
        {"repositories": ["team/api", "team/api"]},
        "watch.repositories[1]: must be named once, got 'team/api'",
    ),
    "repository-of-a-resource": (
        {"repositories": [pulumi.Output.from_input("team/api")]},
        (
            "watch.repositories[0]: must be known at preview, got an Output;"
            " write the value itself, it is judged before anything is registered"
        ),
    ),
    "more-repositories-than-a-pattern-holds": (
        {"repositories": LONG},
        (
            "watch.repositories: must make event patterns of at most 2,048 characters, got 2,773 characters;"
            " name fewer repositories, or none to be told of all"
        ),
    ),
    "no-part-of-a-quota": ({"quota_percent": 0}, "watch.quota_percent: must be 1 to 100, got 0"),
    "more-than-a-quota": ({"quota_percent": 101}, "watch.quota_percent: must be 1 to 100, got 101"),
    "part-as-text": (
        {"quota_percent": "80"},
        "watch.quota_percent: must be a whole number, got '80'; remove the quotes",
    ),
    "pulls-of-no-repository": (
        {"pulls_per_hour": 10},
        ("watch.pulls_per_hour: must stand beside 'repositories': pulls are counted for each; name the repositories"),
    ),
    "no-pulls": (
        {"pulls_per_hour": 0, "repositories": ["team/api"]},
        "watch.pulls_per_hour: must be at least 1, got 0",
    ),
    "pulls-of-wrong-repositories": (
        {"pulls_per_hour": 10, "repositories": ["Team"]},
        (
            "watch.repositories[0]: must be lower-case letters and digits, separated by '.', '_', '__', hyphens or"
            " '/', got 'Team'; write 'team'"
        ),
    ),
    "flag-as-text": ({"pushes": "no"}, "watch.pushes: must be true or false, got 'no'"),
    "account-without-quotes": (
        {"account_id": 123456789012},
        "watch.account_id: must be a text, got 123456789012; put it in quotes",
    ),
    "misspelt-region": (
        {"region": "eu_west-1"},
        "watch.region: must be a Region's name, as eu-west-1, got 'eu_west-1'; write 'eu-west-1' if that was meant",
    ),
    "tag-of-aws": (
        {"tags": {"aws:team": "x"}},
        "watch.tags: must not begin with 'aws:', which AWS keeps for itself, got 'aws:team'",
    ),
    "misspelt-key": (
        {"severity": ["HIGH"]},
        "watch.severity: must be a known key, got 'severity'; write 'severities'",
    ),
}


def test_the_last_percent_of_a_quota_is_part_of_it():
    assert check_quota_percent(100) == ()


def test_an_event_pattern_has_as_many_characters_as_eventbridge_takes():
    def judged(length):
        args = {**LEAST, "repositories": ["a" * length, *LONG[:9]]}
        return max(map(len, event_patterns(args).values())), [f.field for f in check_settings(args, "watch")]

    longest = 2_048 - judged(0)[0]

    assert judged(longest) == (2_048, [])
    assert judged(longest + 1) == (2_049, ["watch.repositories"])


@pytest.mark.parametrize(("wrong", "line"), WRONG.values(), ids=WRONG)
def test_refuses_a_wrong_declaration_with_one_line(refusal, wrong, line):
    assert refusal(monitoring(**wrong)) == [line]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        pytest.param(
            "team.watch",
            "[\"team.watch\"]: must be letters, digits, '_' and '-', got 'team.watch'",
            id="that-makes-no-dashboard",
        ),
        pytest.param(
            "monitoring-of-the-whole-estate",
            "monitoring-of-the-whole-estate: must be 1 to 28 characters, got 30: 'monitoring-of-the-whole-estate'",
            id="too-long-for-the-id-of-a-target",
        ),
    ],
)
def test_refuses_a_name(refusal, name, line):
    assert refusal(lambda: RegistryMonitoring(name, LEAST)) == [line]


def test_makes_ids_of_targets_as_long_as_they_can_be(deploy):
    name = "m" * 28
    resources = deploy(lambda: RegistryMonitoring(name, {**LEAST, "pushes": True}).topic_arn).resources

    targets = [logical for logical in resources if logical.endswith("-target")]
    assert max(map(len, targets)) + len("-0123abc") == 64


def test_keeps_the_name_of_a_dashboard_that_is_deployed(deploy):
    deployed = deploy(monitoring())

    options = deployed.options["aws:cloudwatch/dashboard:Dashboard", "watch-dashboard"]
    assert options["ignoreChanges"] == ["dashboardName"]
    assert options["deleteBeforeReplace"] is True
