"""What an operator is told of a registry: by mail or on a topic of theirs, and on a dashboard."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
from ecr_model.events import MAX_PATTERN, check_severities
from ecr_model.findings import Finding, echo, join
from ecr_model.names import check_registry_id, check_repository_name
from ecr_model.partitions import check_region
from ecr_model.repository import KMS_KEY_ARN
from ecr_model.shapes import Text, check_choice, check_list, entries
from pulumi_aws import cloudwatch, kms, sns

from secure_ecr.alerts import DESCRIPTIONS, SCANNING, alarm_settings, event_patterns
from secure_ecr.arguments import Check, at, judged, one_of, read
from secure_ecr.dashboard import render_dashboard
from secure_ecr.errors import refuse
from secure_ecr.locations import account_of_provider, partition_of, region_of
from secure_ecr.repository_settings import check_resource_tags
from secure_ecr.topic_policies import render_topic_key_policy, render_topic_policy
from secure_ecr.wire import wire

_RULE = "registry-monitoring"

EMAIL = Text("email", "must be an address, as team@example.com", r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+", 6, 254)
"""Source: RFC 5321, "Local-part" and "Domain", for the length; SNS sends a mail that asks whether it is right."""

TOPIC_ARN = Text(
    "topic-arn",
    "must be the ARN of a standard topic, as arn:aws:sns:eu-west-1:111122223333:alerts",
    r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}",
    20,
    400,
)
"""Source: API shape `CreateTopicInput` of SNS, `Name`; alarms publish to no FIFO topic."""

NAME = Text("monitoring-name", "must be letters, digits, '_' and '-'", r"[A-Za-z0-9_-]+", 1, 28)
"""
Name of the component. The id of a target has 64 characters, `<name>-replication-failures-target-<seven digits>`.

Source: EventBridge API, shape `TargetId`; CloudWatch API reference, `PutDashboard`, `DashboardName`, for the letters.
"""

MAX_REPOSITORIES = 100
"""Our own bound: each may have an alarm."""


def check_scanning(value: object, field: str = "scanning") -> tuple[Finding, ...]:
    """Return why *value* is no type of scanning; AWS's own capitals will do."""
    return check_choice(value.lower() if isinstance(value, str) else value, SCANNING, field, "scan-type")


def check_any_severities(value: object, field: str = "severities") -> tuple[Finding, ...]:
    """Return why *value* is no list of severities of either type of scanning."""
    return check_severities(value, None, field)


def check_repositories(value: object, field: str = "repositories") -> tuple[Finding, ...]:
    """Return why *value* is no list of repositories by name, without wildcards."""
    found = [*check_list(value, field, _RULE, shortest=1, longest=MAX_REPOSITORIES)]
    for index, name in enumerate(entries(value)):
        path = join(field, f"[{index}]")
        found += check_repository_name(name, path)
        if name in entries(value)[:index]:
            found.append(Finding(path, _RULE, "must be named once", echo(name)))
    return tuple(found)


def check_quota_percent(value: object, field: str = "quota_percent") -> tuple[Finding, ...]:
    """Return why *value* is no part of a quota."""
    return () if value in range(1, 101) else (Finding(field, _RULE, "must be 1 to 100", echo(value)),)


def check_pulls_per_hour(value: object, field: str = "pulls_per_hour") -> tuple[Finding, ...]:
    """Return why *value* is no number of pulls."""
    return () if isinstance(value, int) and value > 0 else (Finding(field, _RULE, "must be at least 1", echo(value)),)


RULES: Mapping[str, Check] = {
    "scanning": check_scanning,
    "severities": check_any_severities,
    "alert_email": EMAIL.check,
    "topic_arn": TOPIC_ARN.check,
    "kms_key_arn": KMS_KEY_ARN.check,
    "repositories": check_repositories,
    "quota_percent": check_quota_percent,
    "pulls_per_hour": check_pulls_per_hour,
    "region": check_region,
    "account_id": check_registry_id,
}
"""What each argument means to AWS; `check_settings` judges them together."""


@one_of("alert_email", "topic_arn")
@judged(**RULES)
class RegistryMonitoringArgs(TypedDict):
    """What the caller of RegistryMonitoring decides; exactly one of `alert_email` and `topic_arn`."""

    scanning: str
    """The registry's type of scanning, `basic` or `enhanced`: the findings of either come as other events."""

    alert_email: NotRequired[str]
    """Address that is told, after it has confirmed the mail that SNS sends; a topic is created for it."""

    topic_arn: NotRequired[pulumi.Input[str]]
    """ARN of the topic that is told; its policy, and its key's, let events.amazonaws.com and alarms in."""

    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Full ARN of the key of the created topic, whose policy lets both in; absent, a key is created."""

    severities: NotRequired[list[str]]
    """Severities of findings to be told of, in AWS's capitals; absent, `CRITICAL` and `HIGH`."""

    repositories: NotRequired[list[str]]
    """Names of the repositories to be told of, without wildcards; absent, all of the registry."""

    pushes: NotRequired[bool]
    """Whether to be told of every push as well; absent, not."""

    quota_percent: NotRequired[int]
    """Part of a quota at which an alarm goes off, 1 to 100, of the default quotas; absent, 80."""

    pulls_per_hour: NotRequired[int]
    """Pulls of any of `repositories` in one hour above which an alarm goes off; absent, none does."""

    region: NotRequired[str]
    """Region of the registry; absent, the provider is asked for its own."""

    account_id: NotRequired[str]
    """Account of the registry, 12 digits in quotes; absent, AWS is asked."""

    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """AWS tags of everything here, beside the default tags of the provider; absent, those alone."""


class RegistryMonitoring(pulumi.ComponentResource):
    """
    Events, alarms and a dashboard of one registry, which is that of an account in a Region.

    Events: tagged images that were deleted, findings, images that replication or a cache rule failed to bring,
    changes of the registry's policy and settings, which take a trail in the account, and pushes if asked for.
    Alarms: calls and repositories against their quotas, and pulls if asked for.

    Children: `<name>-<event>` (EventRule) and `<name>-<event>-target` (EventTarget) for `deletions`, `findings`,
    `replication-failures`, `cache-failures`, `registry-changes` and `pushes`; `<name>-calls-<operation>`,
    `<name>-repositories` and `<name>-pulls-<repository>` (MetricAlarm); `<name>-dashboard` (Dashboard); with
    `alert_email` also `<name>-topic` (Topic), `<name>-topic-policy` (TopicPolicy), `<name>-mail`
    (TopicSubscription) and, unless a key is given, `<name>-key` (Key). None of them holds state.
    """

    topic_arn: pulumi.Output[str]
    """ARN of the topic that is told."""

    key_arn: pulumi.Output[str]
    """ARN of the key that encrypts the created topic, "" when none was created or given."""

    dashboard_name: pulumi.Output[str]
    """Name of the dashboard: the component's, a hyphen and the Region; an account has one dashboard of a name."""

    def __init__(self, name: str, args: RegistryMonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        field, written = at("", name), args
        args, findings = read(RegistryMonitoringArgs, written, field)
        named = NAME.check(name, field)
        refuse((*findings, *check_pulls(written, field), *check_settings(args, field), *named))
        region, tags = args.get("region"), args.get("tags")

        super().__init__("secure-ecr:index:RegistryMonitoring", name, wire(RegistryMonitoringArgs, args), opts)
        child = pulumi.ResourceOptions(parent=self)
        topic_arn, key_arn = args.get("topic_arn"), args.get("kms_key_arn")
        if topic_arn is None:
            account_id = account_of_provider(self, args.get("account_id"))
            if key_arn is None:
                key_arn = kms.Key(
                    f"{name}-key",
                    description="Encrypts what is told of an ECR registry",
                    policy=account_id.apply(lambda id_: render_topic_key_policy(id_, partition=partition_of(region))),
                    enable_key_rotation=True,
                    region=region,
                    tags=tags,
                    opts=child,
                ).arn
            topic_arn = sns.Topic(f"{name}-topic", kms_master_key_id=key_arn, region=region, tags=tags, opts=child).arn
            sns.TopicPolicy(
                f"{name}-topic-policy",
                arn=topic_arn,
                policy=pulumi.Output.all(topic_arn, account_id).apply(
                    lambda both: render_topic_policy(both[0], account_id=both[1])
                ),
                region=region,
                opts=child,
            )
            sns.TopicSubscription(
                f"{name}-mail",
                topic=topic_arn,
                protocol="email",
                endpoint=args["alert_email"],
                region=region,
                opts=child,
            )
        for event, pattern in event_patterns(args).items():
            rule = cloudwatch.EventRule(
                f"{name}-{event}",
                description=DESCRIPTIONS[event],
                event_pattern=pattern,
                region=region,
                tags=tags,
                opts=child,
            )
            cloudwatch.EventTarget(f"{name}-{event}-target", rule=rule.name, arn=topic_arn, region=region, opts=child)
        for alarm, settings in alarm_settings(args).items():
            cloudwatch.MetricAlarm(
                f"{name}-{alarm}",
                **settings,
                comparison_operator="GreaterThanThreshold",
                treat_missing_data="notBreaching",
                alarm_actions=[topic_arn],
                region=region,
                tags=tags,
                opts=child,
            )
        home = region_of(self, region)
        dashboard = cloudwatch.Dashboard(
            f"{name}-dashboard",
            # Dashboards belong to no Region: under one name the registry of another would take its place
            dashboard_name=pulumi.Output.concat(name, "-", home),
            dashboard_body=home.apply(lambda home: render_dashboard(args.get("repositories", []), region=home)),
            region=region,
            # One that was named by an earlier release keeps its name
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["dashboardName"], delete_before_replace=True),
        )

        self.topic_arn = pulumi.Output.from_input(topic_arn)
        self.key_arn = pulumi.Output.from_input(key_arn or "")
        self.dashboard_name = dashboard.dashboard_name
        self.register_outputs(
            {"topicArn": self.topic_arn, "keyArn": self.key_arn, "dashboardName": self.dashboard_name}
        )


def check_pulls(args: object, field: str) -> tuple[Finding, ...]:
    """Return that *args*, as they were written, ask for alarms on the pulls of no repository."""
    if not isinstance(args, Mapping) or args.get("pulls_per_hour") is None or args.get("repositories") is not None:
        return ()
    requirement = "must stand beside 'repositories': pulls are counted for each"
    return (Finding(join(field, "pulls_per_hour"), _RULE, requirement, fix="name the repositories"),)


def check_settings(args: Mapping[str, Any], field: str) -> tuple[Finding, ...]:
    """Return what is wrong with arguments that are right one by one; a wrong one is absent here."""
    findings = [*check_resource_tags(args.get("tags", {}), join(field, "tags"))]
    if "scanning" in args and "severities" in args:
        scan_type = SCANNING[args["scanning"].lower()]
        findings += check_severities(args["severities"], scan_type, join(field, "severities"))
    if "kms_key_arn" in args and "topic_arn" in args:
        requirement = "must be absent beside 'topic_arn': that topic has its key already"
        findings.append(Finding(join(field, "kms_key_arn"), _RULE, requirement))
    topic, region = args.get("topic_arn"), args.get("region")
    if isinstance(topic, str) and region and topic.split(":")[3] != region:
        requirement = f"must be a topic in {region!r}, where the registry is"
        findings.append(Finding(join(field, "topic_arn"), _RULE, requirement, echo(topic.split(":")[3])))
    longest = max(map(len, event_patterns(args).values()))
    if longest > MAX_PATTERN:
        requirement = f"must make event patterns of at most {MAX_PATTERN:,} characters"
        fix = "name fewer repositories, or none to be told of all"
        findings.append(Finding(join(field, "repositories"), _RULE, requirement, f"{longest:,} characters", fix))
    return tuple(findings)
