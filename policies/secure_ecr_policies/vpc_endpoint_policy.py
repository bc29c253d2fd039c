"""Through an endpoint that lets everybody pass, malware in a private subnet reaches a registry of its own."""

from collections.abc import Iterator
from functools import partial

from ecr_model.access import ORGANIZATION_ID
from ecr_model.endpoint_policies import (
    judge_endpoint_principals,
    judge_layer_endpoint_policy,
    judge_registry_endpoint_policy,
    services_of,
)
from ecr_model.endpoints import LAYERS, region_of_service
from ecr_model.findings import Finding
from ecr_model.names import check_registry_id
from ecr_model.partitions import find_partition
from ecr_model.policy.document import PolicyDocument, read_policy
from ecr_model.policy.judgement import Judgement
from ecr_model.policy.kinds import ENDPOINT_POLICY

from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks, Unevaluated
from secure_ecr_policies.pack.network import VPC_ENDPOINT, VPC_ENDPOINT_POLICY, service_of
from secure_ecr_policies.pack.other_policies import judge_policy
from secure_ecr_policies.pack.outsiders import ACCOUNT_ID
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Setting, Settings
from secure_ecr_policies.pack.values import UNKNOWN, Unknown

_OWNER_UNKNOWN = "whether this is an outsider depends on the endpoint's account; set account_id in the configuration"
_REGION_UNKNOWN = "the bucket of the layers is called after the Region; set region"
_NOBODY = ("",)


def _judge(resource: Resource, settings: Settings) -> Remarks:
    source = resource.props.get("policy")
    service = service_of(resource) if resource.type == VPC_ENDPOINT else UNKNOWN
    document, _ = read_policy(source, ENDPOINT_POLICY)
    if source in (None, "") or service is None:
        raise NotApplicableError  # vpc-endpoint-policy-present says so
    if not isinstance(service, Unknown):
        services = frozenset({"s3" if service == LAYERS else "ecr"})
    else:
        services = services_of(document) if document else frozenset("*")
        if not services & {"ecr", "s3", "*"} and not (document and document.unknown):
            raise NotApplicableError  # an endpoint of another service
    if services == {"s3"}:
        yield from _judge_layers(resource, source)
    else:
        yield from _judge_callers(resource, source, settings, is_registry="ecr" in services)


def _judge_layers(resource: Resource, source: object) -> Remarks:
    service_name = resource.props.get("serviceName")
    region = resource.region or (region_of_service(service_name) if isinstance(service_name, str) else None)
    partition = find_partition(region) if isinstance(region, str) else None
    if isinstance(region, str) and partition is not None:
        judge = partial(judge_layer_endpoint_policy, region=region, partition=partition.name)
        yield from judge_policy(source, ENDPOINT_POLICY, "policy", judge)
        return
    for remark in judge_policy(
        source, ENDPOINT_POLICY, "policy", partial(judge_layer_endpoint_policy, region="", partition="aws")
    ):
        if not isinstance(remark, Finding) or remark.rule != "endpoint-way":
            yield remark
    yield Unevaluated("region", _REGION_UNKNOWN)


def _judge_callers(resource: Resource, source: object, settings: Settings, *, is_registry: bool) -> Remarks:
    account_id = resource.account_id or settings.text("account_id")
    trusted = settings.texts("trusted_callers")
    judge = judge_registry_endpoint_policy if is_registry else judge_endpoint_principals

    def judge_somewhere(document: PolicyDocument, field: str) -> Judgement:
        """Judge without the account's id: one that is not on the list may be the account itself."""
        certain = judge(document, field=field)
        strict = judge(document, trusted=trusted or _NOBODY, field=field)
        doubtful = dict.fromkeys(finding.field for finding in strict.findings if finding not in certain.findings)
        for finding in certain.findings:
            doubtful.pop(finding.field, None)
        return Judgement(certain.findings, (*certain.not_evaluated, *doubtful))

    known = partial(judge, trusted=(*trusted, account_id or ""))
    yield from judge_policy(source, ENDPOINT_POLICY, "policy", known if account_id else judge_somewhere, _OWNER_UNKNOWN)


def _check_caller(value: object, path: str) -> Iterator[Finding]:
    yield from check_registry_id(value, path) if str(value).isdigit() else ORGANIZATION_ID.check(value, path)


CONTROL = Control(
    name="vpc-endpoint-policy",
    description="An endpoint for ECR or S3 must let through trusted principals only, and the layers of images.",
    severity="high",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Hold the statement to accounts by aws:PrincipalAccount or to the organisation by aws:PrincipalOrgID.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
    also_known_as=("prowler vpc_endpoint_connections_trust_boundaries",),
    settings={
        "trusted_callers": Setting(
            "strings",
            "Ids of accounts and organisations whose principals may come through an endpoint; absent or empty, those"
            " of its own account alone.",
            default=(),
            grammar=_check_caller,
        ),
        "account_id": ACCOUNT_ID,
    },
    types=(VPC_ENDPOINT, VPC_ENDPOINT_POLICY),
    judge=_judge,
)
