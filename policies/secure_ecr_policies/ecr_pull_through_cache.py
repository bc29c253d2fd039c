"""What an upstream registry serves runs in our own name once it has been cached."""

from ecr_model.cache import UPSTREAMS, check_cache_rule, find_upstream
from ecr_model.findings import Finding, echo, errors
from ecr_model.names import RegistryId
from ecr_model.references import Registry
from ecr_model.shapes import check_choice

from secure_ecr_policies.pack.control import Control, Levels, Remarks, Unevaluated
from secure_ecr_policies.pack.outsiders import ACCOUNT_ID
from secure_ecr_policies.pack.registry import CACHE_RULE, at_home
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Setting, Settings
from secure_ecr_policies.pack.values import spare_unknown, unknown_paths

_URL = "upstreamRegistryUrl"
_KEYS = ("ecrRepositoryPrefix", _URL, "upstreamRepositoryPrefix", "credentialArn", "customRoleArn")
_COUNT_AS_SET = ("credentialArn", "customRoleArn")
"""What cannot be told from any other unknown value when the same stack makes it."""


def _judge(rule: Resource, settings: Settings) -> Remarks:
    document = {key: rule.props.get(key) for key in _KEYS}
    unknown = tuple(unknown_paths(document, ""))
    account_id, region = at_home(rule, settings).account_id, rule.region
    registry = Registry(RegistryId(account_id), region) if account_id and isinstance(region, str) else None
    yield from spare_unknown(errors(check_cache_rule(document, "", registry=registry)), unknown)
    url, allowed = document.get(_URL), settings.texts("allowed_upstreams")
    upstream = find_upstream(url) if isinstance(url, str) else None
    if allowed and upstream and not {upstream.name, url} & {*allowed}:
        fix = "cache another upstream, or have this one put on the list"
        yield Finding(_URL, "cache-upstream-list", "must be on the list of allowed upstreams", echo(url), fix)
    yield from (Unevaluated(path) for path in unknown if path not in _COUNT_AS_SET)


def _check_upstream(value: object, field: str) -> tuple[Finding, ...]:
    names = [upstream.name for upstream in UPSTREAMS]
    return () if find_upstream(str(value)) else check_choice(value, names, field, "setting-choice")


CONTROL = Control(
    name="ecr-pull-through-cache",
    description="A pull-through cache rule must be one that ECR accepts, for an upstream that is allowed.",
    severity="medium",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Change what the finding names, or have the upstream put on allowed_upstreams.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-rule.html",
    settings={
        "allowed_upstreams": Setting(
            "strings",
            "The upstreams that may be cached, by their name in the API, as 'docker-hub', or by host; absent or empty,"
            " any.",
            default=(),
            grammar=_check_upstream,
        ),
        "account_id": ACCOUNT_ID,
    },
    types=(CACHE_RULE,),
    judge=_judge,
)
