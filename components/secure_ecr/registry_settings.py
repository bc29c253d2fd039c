"""The settings of one registry: what is scanned, who writes into it, what ECR creates in it by itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NotRequired, TypedDict

import pulumi
from ecr_model.cache import check_cache_prefixes, check_cache_rule
from ecr_model.findings import Finding, echo, errors, join
from ecr_model.names import RegistryId, check_registry_id, logical_name
from ecr_model.partitions import check_region
from ecr_model.references import Registry
from ecr_model.registry_access import (
    check_registry_document,
    check_registry_statements,
    check_replication_sources,
    import_statements,
    parse_registry_statements,
    parse_replication_sources,
)
from ecr_model.registry_policies import render_registry_policy
from ecr_model.replication import ReplicationConfiguration, ReplicationRule
from ecr_model.scanning import (
    DEFAULT_SCAN_TYPE,
    RULE_FREQUENCIES,
    SCANNING_FILTER_TYPE,
    ScanningRule,
    check_scanning,
    parse_scanning,
)
from ecr_model.settings import check_account_settings, check_pull_time_exclusions
from ecr_model.templates import check_replication_coverage
from pulumi_aws import ecr, iam

from secure_ecr.arguments import Check, at, judged, read
from secure_ecr.creation_templates import (
    all_templates,
    check_templates,
    needs_role,
    parsed_templates,
    template_permissions,
    template_settings,
)
from secure_ecr.errors import refuse
from secure_ecr.locations import partition_of
from secure_ecr.registry_declarations import (
    CreationTemplateArgs,
    PullThroughRuleArgs,
    ReplicationSourceArgs,
    ScanningArgs,
)
from secure_ecr.role_policies import render_template_trust
from secure_ecr.singletons import Claims
from secure_ecr.wire import wire

DEFAULT_ACCOUNT_SETTINGS: Mapping[str, str] = {"BASIC_SCAN_TYPE_VERSION": "AWS_NATIVE", "REGISTRY_POLICY_SCOPE": "V2"}
"""
What new registries have, and old ones perhaps not. Under the policy scope V1 a registry policy covers three actions.

Source: ECR user guide, "Private registry permissions" and "Document history".
"""

RULES: Mapping[str, Check] = {
    "scanning": check_scanning,
    "registry_statements": check_registry_statements,
    "account_settings": check_account_settings,
    "region": check_region,
    "account_id": check_registry_id,
}
"""What each argument means to ECR; `check_settings` judges them together."""


@judged(**RULES)
class RegistrySettingsArgs(TypedDict):
    """What the caller of RegistrySettings decides; without any argument the registry is secure."""

    scanning: NotRequired[ScanningArgs]
    """How images are scanned; absent, basic scanning looks at each image that is pushed to any repository."""

    replication_sources: NotRequired[list[ReplicationSourceArgs]]
    """Other accounts whose registries replicate into this one; absent, none. Needs `account_id` and `region`."""

    registry_statements: NotRequired[list[dict[str, Any]]]
    """Statements of the registry policy for everything else, Deny included, as ECR takes them; absent, none."""

    creation_templates: NotRequired[list[CreationTemplateArgs]]
    """Settings of repositories that ECR creates; absent, each pull-through rule gets a template with the secure ones,
    and replicas get ECR's own: mutable tags, no KMS, no clean-up."""

    pull_through: NotRequired[list[PullThroughRuleArgs]]
    """Upstream registries to cache, at most 50; absent, none. Needs `account_id` and `region`."""

    account_settings: NotRequired[dict[str, str]]
    """ECR's settings of the account in this Region: `BASIC_SCAN_TYPE_VERSION` (absent, `AWS_NATIVE`),
    `REGISTRY_POLICY_SCOPE` (absent, `V2`), `BLOB_MOUNTING` (absent, it stays as it is)."""

    pull_time_exclusions: NotRequired[list[pulumi.Input[str]]]
    """ARNs of roles and users whose pulls do not count as use of an image, such as scanners, at most 100; absent, all
    pulls count."""

    region: NotRequired[str]
    """Region of the registry; absent, the provider's."""

    account_id: NotRequired[str]
    """Account of the registry, 12 digits in quotes; absent, the provider's, which no policy here can name."""


class RegistrySettings(pulumi.ComponentResource):
    """
    The settings of the registry that an account has in one Region.

    A registry has one of each: declare one RegistrySettings for it. What another component has declared of the same
    registry, its policy or a template for the same prefix, is refused.

    Children: `<name>` (RegistryScanningConfiguration), `<name>-<setting>` (AccountSetting) and, where something asks
    for them, `<name>-policy` (RegistryPolicy), `<name>-role` (Role) and `<name>-role-policy` (RolePolicy),
    `<name>-template-<prefix>` (RepositoryCreationTemplate), `<name>-cache-<prefix>` (PullThroughCacheRule) and
    `<name>-exclusion-<principal>` (PullTimeUpdateExclusion).
    """

    registry_id: pulumi.Output[str]
    """Account of the registry."""

    policy: pulumi.Output[str]
    """Text of the registry policy, empty when there is none."""

    template_role_arn: pulumi.Output[str]
    """ARN of the role with which ECR creates repositories from templates, empty when none was made."""

    def __init__(self, name: str, args: RegistrySettingsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        field = at("", name)
        args, findings = read(RegistrySettingsArgs, args, field)
        claims = Claims(f"RegistrySettings {name!r}", opts)
        findings = (*findings, *check_settings(args, field, findings), *_claim(claims, args, field))
        policy, doubts = (None, ()) if errors(findings) else read_registry_policy(args, field)
        refuse((*findings, *doubts))
        region, templates = args.get("region"), _templates(args)

        super().__init__("secure-ecr:index:RegistrySettings", name, wire(RegistrySettingsArgs, args), opts)
        child = pulumi.ResourceOptions(parent=self)
        scanning = ecr.RegistryScanningConfiguration(
            name, **scanning_settings(args.get("scanning")), region=region, opts=child
        )
        settings = [
            ecr.AccountSetting(f"{name}-{_kebab_case(setting)}", name=setting, value=value, region=region, opts=child)
            for setting, value in sorted({**DEFAULT_ACCOUNT_SETTINGS, **args.get("account_settings", {})}.items())
        ]
        role, ready = None, list[pulumi.Resource]()
        if any(map(needs_role, templates)):
            role = iam.Role(
                f"{name}-role",
                description="Creates Amazon ECR repositories from their creation templates",
                assume_role_policy=render_template_trust(),
                opts=child,
            )
            permissions = template_permissions(templates, account_id=args["account_id"], region=args["region"])
            ready += [iam.RolePolicy(f"{name}-role-policy", role=role.name, policy=permissions, opts=child)]
        # A repository that is created before its template and the template's role has neither
        ready += [
            ecr.RepositoryCreationTemplate(
                f"{name}-template-{_step(template['prefix'])}",
                **template_settings(template, region),
                custom_role_arn=role.arn if role and needs_role(template) else template.get("custom_role_arn"),
                region=region,
                opts=child,
            )
            for template in templates
        ]
        for rule in args.get("pull_through", []):
            ecr.PullThroughCacheRule(
                f"{name}-cache-{_step(rule['ecr_repository_prefix'])}",
                ecr_repository_prefix=rule["ecr_repository_prefix"].rstrip("/"),
                upstream_registry_url=rule["upstream_registry_url"],
                upstream_repository_prefix=rule.get("upstream_repository_prefix"),
                credential_arn=rule.get("credential_arn"),
                custom_role_arn=rule.get("custom_role_arn"),
                region=region,
                # A prefix has one rule, so the old one goes before another upstream takes its place
                opts=pulumi.ResourceOptions(parent=self, depends_on=ready, delete_before_replace=True),
            )
        if policy is not None:
            ecr.RegistryPolicy(
                f"{name}-policy",
                policy=policy,
                region=region,
                # Under the older policy scope ECR refuses most actions, see hashicorp/terraform-provider-aws#40933
                opts=pulumi.ResourceOptions(parent=self, depends_on=[*ready, *settings]),
            )
        for step, principal in _exclusions(args):
            ecr.PullTimeUpdateExclusion(f"{name}-exclusion-{step}", principal_arn=principal, region=region, opts=child)

        registry_id = args.get("account_id", scanning.registry_id)
        self.registry_id = pulumi.Output.all(registry_id, claims.confirm(self)).apply(lambda both: both[0])
        self.policy = pulumi.Output.from_input(policy or "")
        self.template_role_arn = role.arn if role else pulumi.Output.from_input("")
        self.register_outputs(
            {
                "registryId": self.registry_id,
                "policy": self.policy,
                "templateRoleArn": self.template_role_arn,
            }
        )


def check_settings(args: Mapping[str, Any], field: str, found: Sequence[Finding] = ()) -> tuple[Finding, ...]:
    """
    Return what is wrong with arguments that are right one by one; a wrong one is absent here.

    Args:
        args: What could be read of the arguments.
        field: Path of the arguments.
        found: What was wrong with the others, so that no consequence of it is told.
    """
    account_id, region = args.get("account_id"), args.get("region")
    rules = args.get("pull_through", [])
    prefixes = [rule["ecr_repository_prefix"] for rule in rules if "ecr_repository_prefix" in rule]
    findings = (
        *_check_place(args, field),
        *check_replication_sources(
            args.get("replication_sources", []), join(field, "replication_sources"), account_id=account_id
        ),
        *check_registry_statements(
            args.get("registry_statements", []), join(field, "registry_statements"), account_id=account_id
        ),
        *check_templates(
            args.get("creation_templates", []),
            prefixes,
            join(field, "creation_templates"),
            account_id=account_id,
            region=region,
        ),
        *_check_pull_through(rules, account_id, region, join(field, "pull_through")),
        *_check_exclusions(args.get("pull_time_exclusions", []), join(field, "pull_time_exclusions")),
    )
    wrong = {finding.field for finding in found}
    return tuple(finding for finding in findings if finding.field not in wrong)


def read_registry_policy(args: RegistrySettingsArgs, field: str) -> tuple[str | None, tuple[Finding, ...]]:
    """Return the registry policy, None when it says nothing, and what is wrong or doubtful about it as a whole."""
    region, account_id = args.get("region", ""), args.get("account_id", "")
    place = {"partition": partition_of(region or None), "region": region, "account_id": account_id}
    sources, templates = parse_replication_sources(args.get("replication_sources", [])), _templates(args)
    imports = (
        statement
        for rule in sorted(args.get("pull_through", []), key=lambda rule: rule["ecr_repository_prefix"])
        for statement in import_statements(rule.get("importers", []), rule["ecr_repository_prefix"], **place)
    )
    policy = render_registry_policy(
        sources,
        **place,
        has_tags=any("REPLICATION" in each["applied_for"] and each.get("resource_tags") for each in templates),
        statements=(*imports, *parse_registry_statements(args.get("registry_statements", []))),
    )
    findings = [
        replace(doubt, field=join(field, f"replication_sources[{index}]"))
        for index, source in enumerate(sources)
        for doubt in check_replication_coverage(
            ReplicationConfiguration((ReplicationRule((), source.repository_prefixes),)), parsed_templates(templates)
        )
    ]
    if policy is not None:
        findings += check_registry_document(policy, join(field, "policy"), partition=place["partition"])
    return policy, tuple(findings)


def scanning_settings(declared: ScanningArgs | None) -> dict[str, Any]:
    """Return the arguments of the scanning configuration; without rules all is scanned as often as can be."""
    declared = declared or ScanningArgs(scan_type=DEFAULT_SCAN_TYPE)
    configuration = parse_scanning(declared)
    rules = configuration.rules
    if declared.get("rules") is None:
        rules = (ScanningRule(RULE_FREQUENCIES[configuration.scan_type][-1], ("*",)),)
    return {
        "scan_type": configuration.scan_type,
        "rules": [
            {
                "scan_frequency": rule.frequency,
                "repository_filters": [
                    {"filter": pattern, "filter_type": SCANNING_FILTER_TYPE} for pattern in rule.filters
                ],
            }
            for rule in rules
        ]
        or None,
    }


def _claim(claims: Claims, args: RegistrySettingsArgs, field: str) -> Iterator[Finding]:
    """Yield which settings of this registry another component has claimed."""
    place = args.get("region"), args.get("account_id")
    yield from claims.claim("scanning configuration", *place, field=join(field, "scanning"))
    granting = [key for key in ("replication_sources", "registry_statements") if args.get(key)]
    granting += ["pull_through"] if any(rule.get("importers") for rule in args.get("pull_through", [])) else []
    for key in granting[:1]:
        yield from claims.claim("registry policy", *place, field=join(field, key))
    for prefix in sorted({template["prefix"].rstrip("/") for template in _templates(args)}):
        yield from claims.claim(f"creation template for {prefix!r}", *place, field=join(field, "creation_templates"))


def _templates(args: Mapping[str, Any]) -> tuple[CreationTemplateArgs, ...]:
    """Return all templates of the registry, as far as they could be read."""
    declared = [each for each in args.get("creation_templates", []) if {"prefix", "applied_for"} <= each.keys()]
    rules = args.get("pull_through", [])
    return all_templates(declared, [rule["ecr_repository_prefix"] for rule in rules if "ecr_repository_prefix" in rule])


def _check_place(args: Mapping[str, Any], field: str) -> Iterator[Finding]:
    """Yield account and Region where documents have to name repositories by both."""
    naming = [key for key in ("replication_sources", "pull_through") if args.get(key)]
    naming += ["creation_templates"] if any(map(needs_role, args.get("creation_templates", []))) else []
    for key in ("account_id", "region") if naming else ():
        if key not in args:
            requirement = f"must be given beside {naming[0]}: a policy names repositories by account and Region"
            yield Finding(join(field, key), "registry-place", requirement)


_CACHE_PREFIXES = ("ecr_repository_prefix", "upstream_repository_prefix")
"""
Keys whose values the AWS provider judges by a grammar that is narrower than ECR's.

Source: the provider's schema of `aws_ecr_pull_through_cache_rule`.
"""


def _check_pull_through(
    rules: Sequence[Mapping[str, Any]], account_id: str | None, region: str | None, field: str
) -> Iterator[Finding]:
    registry = Registry(RegistryId(account_id), region) if account_id and region else None
    for index, rule in enumerate(rules):
        here = join(field, f"[{index}]")
        given = {key: value for key, value in rule.items() if key != "importers"}
        # An ARN that is known later is there, and that is all there is to judge
        later = {join(here, key) for key, value in given.items() if not isinstance(value, str)}
        yield from (each for each in check_cache_rule(given, here, registry=registry) if each.field not in later)
        for key in _CACHE_PREFIXES:
            if re.search("--|__", prefix := rule.get(key, "")):
                requirement = "must have single '-' and '_': the AWS provider takes no others"
                yield Finding(join(here, key), "cache-prefix", requirement, echo(prefix))
    # A prefix that could not be read is like no other
    prefixes = [rule.get("ecr_repository_prefix", f"[{index}]") for index, rule in enumerate(rules)]
    yield from check_cache_prefixes(prefixes, field)


def _check_exclusions(principals: Sequence[object], field: str) -> Iterator[Finding]:
    later = {join(field, f"[{index}]") for index, principal in enumerate(principals) if not isinstance(principal, str)}
    yield from (each for each in check_pull_time_exclusions(principals, field) if each.field not in later)


def _exclusions(args: RegistrySettingsArgs) -> Iterator[tuple[str, pulumi.Input[str]]]:
    """Yield each principal once, after what its logical name ends with."""
    principals = args.get("pull_time_exclusions", [])
    for arn in sorted({principal for principal in principals if isinstance(principal, str)}):
        account_id, path = arn.split(":")[4:]
        yield logical_name(f"{account_id}/{path}"), arn
    yield from ((str(index), principal) for index, principal in enumerate(principals) if not isinstance(principal, str))


def _step(prefix: str) -> str:
    return logical_name(prefix.rstrip("/"))


def _kebab_case(setting: str) -> str:
    return setting.lower().replace("_", "-")
