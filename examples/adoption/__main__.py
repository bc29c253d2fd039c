"""The repositories that the registry has already, by name and by how each is encrypted, which nothing can change."""

import pulumi
from secure_ecr import SecureRepository

existing = pulumi.Config().require_object("repositories")
repositories = {
    name: SecureRepository(
        name,
        {"repository_name": name, "adopt": {"import_id": name, "encryption_type": encryption_type}},
    )
    for name, encryption_type in existing.items()
}

pulumi.export("urls", {name: each.repository_url for name, each in repositories.items()})
