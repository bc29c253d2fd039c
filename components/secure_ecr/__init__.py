"""
Pulumi components for secure Amazon ECR registries.

Each name is imported when it is first used, so that a program pays only for the parts of the AWS SDK it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from secure_ecr.errors import DeclarationError, reported
    from secure_ecr.public_repository import PublicRepository, PublicRepositoryArgs
    from secure_ecr.pull_role import PullRole, PullRoleArgs
    from secure_ecr.push_role import PushRole, PushRoleArgs
    from secure_ecr.registry_endpoints import RegistryEndpoints, RegistryEndpointsArgs
    from secure_ecr.registry_monitoring import RegistryMonitoring, RegistryMonitoringArgs
    from secure_ecr.registry_settings import RegistrySettings, RegistrySettingsArgs
    from secure_ecr.replication_topology import ReplicationTopology, ReplicationTopologyArgs
    from secure_ecr.repository_key import RepositoryKey, RepositoryKeyArgs
    from secure_ecr.secure_repository import SecureRepository, SecureRepositoryArgs

__all__ = [
    "DeclarationError",
    "PublicRepository",
    "PublicRepositoryArgs",
    "PullRole",
    "PullRoleArgs",
    "PushRole",
    "PushRoleArgs",
    "RegistryEndpoints",
    "RegistryEndpointsArgs",
    "RegistryMonitoring",
    "RegistryMonitoringArgs",
    "RegistrySettings",
    "RegistrySettingsArgs",
    "ReplicationTopology",
    "ReplicationTopologyArgs",
    "RepositoryKey",
    "RepositoryKeyArgs",
    "SecureRepository",
    "SecureRepositoryArgs",
    "reported",
]

_MODULES = {
    "DeclarationError": "errors",
    "PublicRepository": "public_repository",
    "PublicRepositoryArgs": "public_repository",
    "PullRole": "pull_role",
    "PullRoleArgs": "pull_role",
    "PushRole": "push_role",
    "PushRoleArgs": "push_role",
    "RegistryEndpoints": "registry_endpoints",
    "RegistryEndpointsArgs": "registry_endpoints",
    "RegistryMonitoring": "registry_monitoring",
    "RegistryMonitoringArgs": "registry_monitoring",
    "RegistrySettings": "registry_settings",
    "RegistrySettingsArgs": "registry_settings",
    "ReplicationTopology": "replication_topology",
    "ReplicationTopologyArgs": "replication_topology",
    "RepositoryKey": "repository_key",
    "RepositoryKeyArgs": "repository_key",
    "SecureRepository": "secure_repository",
    "SecureRepositoryArgs": "secure_repository",
    "reported": "errors",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
