"""The program of every stack: read the estate that its configuration declares, deploy it, say where it is."""

import pulumi
from secure_ecr.deployment import deploy
from secure_ecr.errors import reported
from secure_ecr.estate import load_estate

with reported():
    for name, value in deploy(load_estate()).items():
        pulumi.export(name, value)
