"""A repository for each service of the stack's configuration, all by one standard."""

import pulumi
from secure_ecr import RepositoryKey, SecureRepository, SecureRepositoryArgs, reported


def repository_args(service: dict, key: RepositoryKey) -> SecureRepositoryArgs:
    """Return what one entry of the list asks for; every other key of it is an argument of the repository."""
    name, releases = service.pop("name"), service.pop("releases", 50)
    return {
        "repository_name": name,
        "kms_key_arn": key.key_arn,
        "lifecycle": {
            "untagged": {"days": 7},
            "keep": [{"tag_patterns": ["v*"], "count": releases}, {"tag_patterns": ["sha-*"], "days": 90}],
        },
        "tags": {"team": name.partition("/")[0]},
        **service,
    }


with reported():
    key = RepositoryKey("services", {})
    repositories = {
        service["name"]: SecureRepository(service["name"], repository_args(service, key))
        for service in pulumi.Config().require_object("services")
    }
    pulumi.export("urls", {name: each.repository_url for name, each in repositories.items()})
