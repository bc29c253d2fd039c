"""An image that is scanned when it arrives is judged before anybody runs it."""

from collections.abc import Mapping

from ecr_model.findings import Finding, echo
from ecr_model.repository import is_scan_on_push

from secure_ecr_policies.pack.control import Control, Levels, Remarks, Unevaluated
from secure_ecr_policies.pack.resource import REPOSITORY, Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.values import UNKNOWN, Unknown

_FLAG = "imageScanningConfiguration.scanOnPush"


def _judge(repository: Resource, _settings: Settings) -> Remarks:
    scanning = repository.object_at("imageScanningConfiguration")
    flag = UNKNOWN if isinstance(scanning, Unknown) else scanning.get("scanOnPush")
    if flag is UNKNOWN:
        yield Unevaluated(_FLAG)
    elif not is_scan_on_push(flag):
        got = "nothing, which means false" if flag is None else echo(flag)
        yield Finding(_FLAG, "scan-on-push", "must be true", got, "write true")


def _remedy(_repository: Resource) -> Mapping[str, object]:
    return {"imageScanningConfiguration": {"scanOnPush": True}}


CONTROL = Control(
    name="ecr-repository-scan-on-push",
    description="A repository must ask for a scan of every image that is pushed.",
    severity="medium",
    levels=Levels(dev="advisory", prod="disabled"),
    reason=__doc__,
    remediation="Set scanOnPush, or better have the registry's scanning rules cover the repository.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
    also_known_as=(
        "AWS Security Hub ECR.1",
        "checkov CKV_AWS_163",
        "trivy AWS-0030",
        "NIST 800-53r5 RA-5",
        "PCI DSS 4.0.1 6.2.3",
        "prowler ecr_repositories_scan_images_on_push_enabled",
    ),
    types=(REPOSITORY,),
    judge=_judge,
    remedy=_remedy,
)
