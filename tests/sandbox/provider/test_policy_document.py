from __future__ import annotations

import json

import pytest

from sandbox.provider.errors import ProviderError
from sandbox.provider.policy_document import policy_document


def test_writes_the_document_as_the_official_plugin_does():
    arguments = {
        "policyId": "id",
        "statements": [
            {
                "sid": "Pull",
                "actions": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                "resources": ["arn:aws:ecr:*:*:repository/&{aws:username}"],
                "principals": [
                    {"type": "Service", "identifiers": ["ecs.amazonaws.com"]},
                    {"type": "AWS", "identifiers": ["a", "b"]},
                ],
                "conditions": [
                    {"test": "StringLike", "variable": "aws:SourceArn", "values": ["x", "a"]},
                    {"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1"]},
                ],
            },
            {"effect": "Deny", "notActions": ["ecr:*"], "notResources": ["*"]},
        ],
    }

    text, minified = policy_document(arguments)

    assert (
        text
        == """\
{
  "Version": "2012-10-17",
  "Id": "id",
  "Statement": [
    {
      "Sid": "Pull",
      "Effect": "Allow",
      "Action": [
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage"
      ],
      "Resource": "arn:aws:ecr:*:*:repository/${aws:username}",
      "Principal": {
        "AWS": [
          "b",
          "a"
        ],
        "Service": "ecs.amazonaws.com"
      },
      "Condition": {
        "StringEquals": {
          "aws:SourceAccount": "1"
        },
        "StringLike": {
          "aws:SourceArn": [
            "x",
            "a"
          ]
        }
      }
    },
    {
      "Effect": "Deny",
      "NotAction": "ecr:*",
      "NotResource": "*"
    }
  ]
}"""
    )
    assert minified == json.dumps(json.loads(text), separators=(",", ":"))


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        pytest.param({"type": "*", "identifiers": ["*"]}, "*", id="everyone"),
        pytest.param({"type": "AWS", "identifiers": ["*"]}, {"AWS": "*"}, id="every-account"),
    ],
)
def test_writes_everyone(principal, expected):
    text, _ = policy_document({"statements": [{"principals": [principal]}]})

    assert json.loads(text)["Statement"][0]["Principal"] == expected


def test_merges_sources_before_and_overrides_after():
    def document(sid, effect, **members):
        return json.dumps({"Statement": {"Sid": sid, "Effect": effect}} | members)

    text, _ = policy_document(
        {
            "sourcePolicyDocuments": [document("a", "Allow", Id="source"), document("b", "Allow")],
            "statements": [{"sid": "b", "effect": "Deny"}, {"sid": "c"}],
            "overridePolicyDocuments": [document("c", "Deny"), document("d", "Deny")],
        }
    )

    assert json.loads(text) == {
        "Version": "2012-10-17",
        "Id": "source",
        "Statement": [
            {"Sid": "a", "Effect": "Allow"},
            {"Sid": "b", "Effect": "Deny"},
            {"Sid": "c", "Effect": "Deny"},
            {"Sid": "d", "Effect": "Deny"},
        ],
    }


def test_refuses_one_sid_twice():
    with pytest.raises(ProviderError, match="statements: must have each Sid once, got 'a' twice; rename one of them"):
        policy_document({"statements": [{"sid": "a"}, {"sid": "a"}]})
