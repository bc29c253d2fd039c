"""A repository that ECR creates by itself has the settings of its template, and nobody looks at it first."""

from dataclasses import replace

from ecr_model.findings import errors
from ecr_model.templates import check_template

from secure_ecr_policies.pack.control import Control, Levels, Remarks, Unevaluated
from secure_ecr_policies.pack.outsiders import ACCOUNT_ID
from secure_ecr_policies.pack.registry import at_home
from secure_ecr_policies.pack.resource import CREATION_TEMPLATE, Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.templates import SECURITY, judge_security, template_document, template_path
from secure_ecr_policies.pack.values import spare_unknown, top_level, unknown_paths

_DOCUMENTS = ("lifecyclePolicy", "repositoryPolicy")
"""What ecr-lifecycle-grammar and ecr-policy-well-formed judge."""


def _judge(template: Resource, settings: Settings) -> Remarks:
    document, region = template_document(template), template.region
    findings = check_template(
        document,
        "",
        region=region if isinstance(region, str) else None,
        registry_id=at_home(template, settings).account_id,
    )
    refused = [finding for finding in errors(findings) if top_level(finding.field) not in _DOCUMENTS]
    insecure, unknown = judge_security(document, settings)
    for finding in (*spare_unknown(refused, unknown_paths(document, "")), *insecure):
        yield replace(finding, field=template_path(finding.field))
    yield from (Unevaluated(template_path(path)) for path in unknown)


CONTROL = Control(
    name="ecr-creation-template",
    description="A creation template must give immutable tags, a KMS key and a lifecycle policy, with a role that can.",
    severity="high",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Change the setting that the finding names; a template changes no repository that exists already.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html",
    settings={**SECURITY, "account_id": ACCOUNT_ID},
    types=(CREATION_TEMPLATE,),
    judge=_judge,
)
