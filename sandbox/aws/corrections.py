"""
Correct moto where it refuses what AWS accepts, or lacks an operation that the product uses.

moto is no oracle: what AWS refuses and moto accepts stays as it is, because `ecr_model` refuses it first. Why the
corrections live in the server's process and not in the provider: docs/adr/0002-stand-in-provider.md.
"""

from __future__ import annotations

import functools
import json
from typing import Any, Final

from moto.cloudwatch.models import CloudWatchBackend
from moto.core.responses import ActionResult, EmptyResult
from moto.ecr import models, policy_validation
from moto.ecr.exceptions import InvalidParameterException
from moto.ecr.models import ECRBackend
from moto.ecr.responses import ECRResponse
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.models import AWSManagedPolicy, IAMBackend, OpenIDConnectProvider
from moto.iam.responses import IamResponse
from moto.kms.responses import KmsResponse
from moto.secretsmanager.models import SecretsManagerBackend
from moto.sns.responses import SNSResponse

from sandbox.aws import public_registry
from sandbox.aws.registry_operations import OPERATIONS

# API shape RepositoryName: `--` and `__` are separators; moto knows single ones only.
_SEPARATOR: Final = r"(?:\.|_|__|-+)"
_COMPONENT: Final = rf"[a-z0-9]+(?:{_SEPARATOR}[a-z0-9]+)*"
REPOSITORY_NAME: Final = rf"{_COMPONENT}(?:/{_COMPONENT})*"

# ECR user guide, "Lifecycle policy properties": archive storage came in November 2025.
LIFECYCLE: Final = {
    "VALID_ACTION_PROPERTIES": {"type", "targetStorageClass"},
    "VALID_ACTION_TYPE_VALUES": {"expire", "transition"},
    "VALID_SELECTION_PROPERTIES": policy_validation.VALID_SELECTION_PROPERTIES | {"storageClass"},
    "VALID_SELECTION_COUNT_TYPE_VALUES": {
        "imageCountMoreThan",
        "sinceImagePushed",
        "sinceImagePulled",
        "sinceImageTransitioned",
    },
}

DEFAULT_ROTATION_DAYS: Final = 365  # API shape EnableKeyRotationRequest

_attach_role_policy: Final = IAMBackend.attach_role_policy
_delete_alarms: Final = CloudWatchBackend.delete_alarms
_get_topic_attributes: Final = SNSResponse.get_topic_attributes
_set_topic_attributes: Final = SNSResponse.set_topic_attributes
_update_secret: Final = SecretsManagerBackend.update_secret


def apply() -> None:
    """Change the imported moto; a second call changes nothing more."""
    models.ECR_REPOSITORY_NAME_PATTERN = REPOSITORY_NAME
    for name, values in LIFECYCLE.items():
        setattr(policy_validation, name, values)
    for owner, methods in METHODS.items():
        for name, method in methods.items():
            setattr(owner, name, method)
    public_registry.register()


def put_replication_configuration(backend: ECRBackend, replication_config: dict[str, Any]) -> dict[str, Any]:
    """
    Replace the replication rules of the registry; moto refuses more than one.

    Raises:
        InvalidParameterException: A destination is the registry itself.

    Source: API PutReplicationConfiguration (0 to 25 rules).
    """
    own = {"region": backend.region_name, "registryId": backend.account_id}
    for rule in replication_config["rules"]:
        if own in rule["destinations"]:
            raise InvalidParameterException(
                "Invalid parameter at 'replicationConfiguration' failed to satisfy constraint: "
                "'Replication destination cannot be the same as the source registry'"
            )
    backend.replication_config = replication_config
    return {"replicationConfiguration": replication_config}


def accept_every_ecr_action(_backend: ECRBackend, policy_text: str) -> None:
    """
    Accept any action of ECR in a registry policy; moto knows the two of 2021.

    Raises:
        MalformedPolicyDocument: An action belongs to another service.

    Source: ECR user guide, "Private registry permissions" (policy scope V2).
    """
    for statement in json.loads(policy_text)["Statement"]:
        action = statement.get("Action", statement.get("NotAction"))
        for name in [action] if isinstance(action, str) else action:
            if name != "*" and not name.lower().startswith("ecr:"):
                raise MalformedPolicyDocument


def enable_key_rotation(response: KmsResponse) -> str:
    """Turn rotation on and remember its period, which moto drops. Source: API EnableKeyRotation."""
    key = _key(response)
    key.key_rotation_status = True
    key.rotation_period_in_days = response._get_param("RotationPeriodInDays") or DEFAULT_ROTATION_DAYS  # noqa: SLF001
    return json.dumps(None)


def get_key_rotation_status(response: KmsResponse) -> str:
    """Return whether the key rotates, and how often. Source: API GetKeyRotationStatus."""
    key = _key(response)
    status: dict[str, Any] = {"KeyId": key.id, "KeyRotationEnabled": key.key_rotation_status}
    if key.key_rotation_status:
        status["RotationPeriodInDays"] = getattr(key, "rotation_period_in_days", DEFAULT_ROTATION_DAYS)
    return json.dumps(status)


def attach_role_policy(backend: IAMBackend, policy_arn: str, role_name: str) -> None:
    """
    Attach a policy to a role, also one that AWS manages. Source: API AttachRolePolicy.

    moto has those too, but by default it knows none, and else makes all 1,500 of them at each start.
    """
    if policy_arn not in backend.managed_policies:
        name = policy_arn.rpartition("/")[2]
        known = _aws_managed_policies().get(name)
        policy = known and AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, known)
        if policy and policy.arn == policy_arn:
            backend.managed_policies[policy_arn] = policy
    _attach_role_policy(backend, policy_arn, role_name)


def add_client_id_to_open_id_connect_provider(response: IamResponse) -> ActionResult:
    """Add an audience. Source: API AddClientIDToOpenIDConnectProvider (adding it twice is no error)."""
    provider, client = _provider_and_client(response)
    if client not in provider.client_id_list:
        provider.client_id_list.append(client)
    return EmptyResult()


def remove_client_id_from_open_id_connect_provider(response: IamResponse) -> ActionResult:
    """Remove an audience. Source: API RemoveClientIDFromOpenIDConnectProvider (a stranger is no error)."""
    provider, client = _provider_and_client(response)
    if client in provider.client_id_list:
        provider.client_id_list.remove(client)
    return EmptyResult()


def set_topic_attributes(response: SNSResponse) -> ActionResult:
    """Set an attribute and remember it as it was given. Source: API SetTopicAttributes."""
    topic = response.backend.get_topic(response._get_param("TopicArn"))  # noqa: SLF001  # how moto's own read it
    given = topic.__dict__.setdefault("given_attributes", {})
    given[response._get_param("AttributeName")] = response._get_param("AttributeValue")  # noqa: SLF001
    return _set_topic_attributes(response)


def get_topic_attributes(response: SNSResponse) -> ActionResult:
    """Return the attributes of a topic, also those that moto does not tell. Source: API GetTopicAttributes."""
    answer = _get_topic_attributes(response)
    topic = response.backend.get_topic(response._get_param("TopicArn"))  # noqa: SLF001  # how moto's own read it
    told: Any = answer.result
    more = {name: value for name, value in topic.__dict__.get("given_attributes", {}).items() if value}
    return ActionResult({"Attributes": more | told["Attributes"]})


def delete_alarms(backend: CloudWatchBackend, alarm_names: list[str]) -> None:
    """Remove alarms and their tags, which moto gives to the next alarm of the name. Source: API DeleteAlarms."""
    for name in alarm_names:
        if name in backend.alarms:
            backend.tagger.delete_all_tags_for_resource(backend.alarms[name].alarm_arn)
    _delete_alarms(backend, alarm_names)


def update_secret(backend: SecretsManagerBackend, secret_id: str, **given: Any) -> str:
    """Change a secret; an empty description takes it away, which moto overlooks. Source: API UpdateSecret."""
    answer: str = _update_secret(backend, secret_id=secret_id, **given)
    if given.get("description") == "":
        secret: Any = backend.secrets[secret_id]
        secret.description = ""
    return answer


METHODS: Final[dict[type, dict[str, Any]]] = {
    CloudWatchBackend: {"delete_alarms": delete_alarms},
    SecretsManagerBackend: {"update_secret": update_secret},
    SNSResponse: {"get_topic_attributes": get_topic_attributes, "set_topic_attributes": set_topic_attributes},
    ECRBackend: {
        "put_replication_configuration": put_replication_configuration,
        "_validate_registry_policy_action": accept_every_ecr_action,
    },
    ECRResponse: dict(OPERATIONS),
    IAMBackend: {"attach_role_policy": attach_role_policy},
    IamResponse: {
        "add_client_id_to_open_id_connect_provider": add_client_id_to_open_id_connect_provider,
        "remove_client_id_from_open_id_connect_provider": remove_client_id_from_open_id_connect_provider,
    },
    KmsResponse: {"enable_key_rotation": enable_key_rotation, "get_key_rotation_status": get_key_rotation_status},
}
"""What takes the place of moto's own methods, or stands beside them."""


def _key(response: KmsResponse) -> Any:
    key_id = response._get_param("KeyId")  # noqa: SLF001  # how moto's own operations read their input
    response._validate_cmk_id(key_id)  # noqa: SLF001
    backend = response.kms_backend
    return backend.keys[backend.get_key_id(key_id)]


def _provider_and_client(response: IamResponse) -> tuple[OpenIDConnectProvider, str]:
    arn = response._get_param("OpenIDConnectProviderArn")  # noqa: SLF001  # how moto's own operations read their input
    return response.backend.get_open_id_connect_provider(arn), response._get_param("ClientID")  # noqa: SLF001


@functools.cache
def _aws_managed_policies() -> dict[str, dict[str, Any]]:
    policies: dict[str, dict[str, Any]] = json.loads(aws_managed_policies_data)
    return policies
