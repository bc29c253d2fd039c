"""
Read the configuration of one provider resource, and refuse it when a call could leave this machine.

The engine hands a provider its inputs with everything but strings encoded as JSON.
Source: pulumi-terraform-bridge, `ConfigEncoding`; pulumi-aws, `provider/config.go`.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from sandbox.provider.errors import ProviderError
from sandbox.provider.wire import UNKNOWN

T = TypeVar("T")

KEYS: Final = "sandbox"  # both halves of the key pair that a loopback AWS is given
_REMEDY: Final = "set AWS_ENDPOINT_URL to the embedded AWS (`make -s env` prints it)"


@dataclass(frozen=True, slots=True)
class Role:
    """A role to assume before anything else, and what to assume it with."""

    arn: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What one provider resource is configured to do.

    Attributes:
        endpoints: The URL of each service that the stand-in calls; all on loopback.
        region: Where a resource goes that does not say; "" while that is not known yet.
        roles: Assumed in this order.
        allowed_accounts: The only accounts to work in; empty, any.
        forbidden_accounts: The accounts not to work in.
        default_tags: Added to each resource that takes tags.
        keys: Access key id, secret key and session token.
    """

    endpoints: Mapping[str, str]
    region: str
    roles: tuple[Role, ...] = ()
    allowed_accounts: tuple[str, ...] = ()
    forbidden_accounts: tuple[str, ...] = ()
    default_tags: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[str, str, str | None] = (KEYS, KEYS, None)


def read(configuration: Mapping[str, Any], services: Iterable[str]) -> Settings:
    """
    Return the settings in a provider's *configuration*.

    Args:
        configuration: The provider's inputs as they arrive, JSON in strings.
        services: The boto3 names of every service that the stand-in may call.

    Raises:
        ProviderError: A value cannot be read, no Region is set, or a service has no endpoint on loopback.
    """
    given = {name: value for name, value in configuration.items() if value is not UNKNOWN}
    tags: dict[str, dict[str, str]] = _json(given, "defaultTags", {})
    roles: list[Any] = _json(given, "assumeRoles", [])
    return Settings(
        endpoints=_endpoints(_json(given, "endpoints", []), services),
        region="" if configuration.get("region") is UNKNOWN else _region(given.get("region")),
        roles=tuple(map(_role, roles)),
        allowed_accounts=_accounts(given, "allowedAccountIds"),
        forbidden_accounts=_accounts(given, "forbiddenAccountIds"),
        default_tags=tags.get("tags", {}),
        # The person's own keys are never looked at: not in the environment, not in a profile.
        keys=(given.get("accessKey", KEYS), given.get("secretKey", KEYS), given.get("token")),
    )


def _json(configuration: Mapping[str, Any], name: str, absent: T) -> T:
    value = configuration.get(name, absent)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise ProviderError(f"{name}: must be JSON, got text that is none: {error}") from None
    if not isinstance(value, type(absent)):
        raise ProviderError(f"{name}: must be a {type(absent).__name__}, got a {type(value).__name__}")
    return value


def _region(configured: str | None) -> str:
    region = configured or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise ProviderError("region: must be set, got nothing; set aws:region in the stack, or AWS_REGION")
    return region


def _accounts(configuration: Mapping[str, Any], name: str) -> tuple[str, ...]:
    ids: list[Any] = _json(configuration, name, [])
    return tuple(map(str, ids))  # `pulumi config set` writes an id without quotes as a number


def _role(given: Any) -> Role:
    # The Python SDK sends a dictionary as it was written, in snake case, and the official plugin reads both spellings.
    # Source: pulumi-terraform-bridge, `PulumiToTerraformName`.
    role = {_snake_case(name): value for name, value in given.items()} if isinstance(given, Mapping) else {}
    if not role.get("role_arn"):
        raise ProviderError("assumeRoles: each must have a roleArn, got none; name the role to assume")
    names = {"external_id": "ExternalId", "session_name": "RoleSessionName", "policy": "Policy"}
    return Role(role["role_arn"], {api: role[name] for name, api in names.items() if role.get(name)})


def _snake_case(name: str) -> str:
    return re.sub("(?=[A-Z])", "_", name).lower()


def _endpoints(given: list[Mapping[str, str]], services: Iterable[str]) -> dict[str, str]:
    # The provider's names of services have no hyphen, botocore's may: `ecrpublic` is `ecr-public`.
    configured = {name: url for each in given for name, url in each.items() if url}
    endpoints = {}
    missing = []
    for service in sorted(services):
        variable = f"AWS_ENDPOINT_URL_{service.upper().replace('-', '_')}"
        url = configured.get(service.replace("-", "")) or os.environ.get(variable) or os.environ.get("AWS_ENDPOINT_URL")
        if url:
            _require_loopback(service, url)
            endpoints[service] = url
        else:
            missing.append(service)
    if missing:
        raise ProviderError(
            f"endpoints: the stand-in for the aws provider must have a loopback endpoint for every service, "
            f"got none for {', '.join(missing)}; {_REMEDY}"
        )
    return endpoints


def _require_loopback(service: str, url: str) -> None:
    parts = urlsplit(url)
    refusal = f"endpoints.{service}: must be an http URL of a loopback address, got {url!r}; {_REMEDY}"
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ProviderError(refusal)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        raise ProviderError(refusal) from None
    if not all(ipaddress.ip_address(address[0]).is_loopback for *_, address in found):
        raise ProviderError(refusal)
