"""An endpoint in one subnet ends with that subnet's Availability Zone, and with it all that would start elsewhere."""

from ecr_model.findings import Finding
from ecr_model.network import FEWEST_SUBNETS
from ecr_model.shapes import entries

from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks, Unevaluated
from secure_ecr_policies.pack.network import VPC_ENDPOINT, service_of, type_of
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.values import UNKNOWN, Unknown

_SUBNETS = "subnetIds"


def _judge(endpoint: Resource, _settings: Settings) -> Remarks:
    service, type_ = service_of(endpoint), type_of(endpoint)
    if service is None or type_ not in ("Interface", UNKNOWN):
        raise NotApplicableError
    subnets = endpoint.props.get(_SUBNETS)
    known = {subnet for subnet in entries(subnets) if isinstance(subnet, str)}
    # two values that nobody knows are taken for two subnets
    number = len(known) + sum(subnet is UNKNOWN for subnet in entries(subnets))
    if number >= FEWEST_SUBNETS:
        return
    values = {"serviceName": service, "vpcEndpointType": type_, _SUBNETS: subnets}
    unknown = [name for name, value in values.items() if isinstance(value, Unknown)]
    yield from map(Unevaluated, unknown)
    if not unknown:
        requirement = f"must have at least {FEWEST_SUBNETS} entries, each in an Availability Zone of its own"
        fix = "add a subnet in another zone; associations beside the endpoint are not seen"
        yield Finding(_SUBNETS, "endpoint-availability", requirement, str(number), fix)


CONTROL = Control(
    name="vpc-endpoint-availability",
    description="An endpoint for ECR must have addresses in two Availability Zones at least.",
    severity="medium",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Name a subnet of each Availability Zone in which images are pulled.",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    also_known_as=("prowler vpc_endpoint_multi_az_enabled",),
    types=(VPC_ENDPOINT,),
    judge=_judge,
)
