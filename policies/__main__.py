"""The policy pack `secure-ecr`: every control of the catalogue."""

from pulumi_policy import PolicyPack
from secure_ecr_policies.pack.policies import policies
from secure_ecr_policies.pack.serving import decoding_once

with decoding_once():
    PolicyPack("secure-ecr", policies())
