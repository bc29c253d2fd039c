"""The registry of one account in one Region: the stack's name says which, registries.yaml what is in it."""

import pulumi
from declaration import load
from secure_ecr import reported
from secure_ecr.deployment import deploy

with reported():
    (registry,) = load(stack=pulumi.get_stack()).registries
    for name, value in deploy(registry.estate).items():
        pulumi.export(name, value)
