from __future__ import annotations

import json
import re

from sandbox.provider.schema import schema
from sandbox.provider.table import TABLE


def test_describes_every_type_and_each_reference_leads_somewhere():
    package = schema("7.51.1")
    references = set(re.findall(r'"\$ref": "#/types/([^"]+)"', json.dumps(package)))

    assert set(package["resources"]) == set(TABLE)
    assert references == set(package["types"])


def test_describes_a_resource_as_the_sdk_does():
    policy = schema("7.51.1")["resources"]["aws:ecr/lifecyclePolicy:LifecyclePolicy"]
    text = {"type": "string"}
    anything = {"type": "object", "additionalProperties": {"$ref": "pulumi.json#/Any"}}

    assert policy == {
        "inputProperties": {"policy": {"oneOf": [text, anything]}, "region": text, "repository": text},
        "requiredInputs": ["policy", "repository"],
        "properties": {"policy": text, "region": text, "registryId": text, "repository": text},
    }
