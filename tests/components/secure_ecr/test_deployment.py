from __future__ import annotations

import json
import runpy
from pathlib import Path

import pulumi
import pytest
from secure_ecr.deployment import deploy as deploy_estate

ROOT = Path(__file__).resolve().parents[3]
ACCOUNT = "123456789012"
REGISTRY = f"{ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com"
SMALL = {"account_id": ACCOUNT, "region": "eu-central-1", "repositories": {"team/api": {}}}
KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/key"


def github(repository):
    return {"github": {"repositories": [repository], "branch": "main"}}


def test_deploys_a_registry_of_one_repository(deploy):
    deployed = deploy(lambda: deploy_estate(SMALL))

    assert {name: inputs.get("region") for name, inputs in deployed.resources.items()} == {
        "registry": "eu-central-1",
        "team--api": "eu-central-1",
        "team--api-lifecycle": "eu-central-1",
    }
    assert json.loads(deployed.resources["registry"]["allowedAccountIds"]) == [ACCOUNT]
    assert deployed.resources["team--api"]["encryptionConfigurations"] == [{"encryptionType": "KMS"}]
    assert deployed.outputs == {
        "repositories": {
            "team/api": {
                "url": f"{REGISTRY}/team/api",
                "arn": f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository/team/api",
                "pull_by_digest": f"{REGISTRY}/team/api@sha256:<digest>",
            }
        }
    }


def test_deploys_every_part(deploy):
    estate = {
        **SMALL,
        "assume_role_arn": f"arn:aws:iam::{ACCOUNT}:role/deployment",
        "tags": {"environment": "test"},
        "key": {"alias": "alias/ecr"},
        "defaults": {
            "mutable_tag_patterns": ["branch-*"],
            "lifecycle": {"untagged": {"days": 3}},
            "access": {"pull": [{"account_id": "210987654321"}]},
            "tags": {"tier": "1"},
        },
        "repositories": {
            "team/api": {},
            "team-api": {"kms_key_arn": KEY.replace("key/key", "key/own"), "force_delete": True, "access": {}},
        },
        "push_roles": {
            "ci": {"repositories": ["team/api"], "trust": github("shop/api"), "role_name": "ci"},
            "nightly": {"repositories": ["team/api", "team-api"], "trust": github("shop/nightly")},
        },
        "replication": {"destinations": [{"region": "eu-west-1"}], "repository_prefixes": ["team/"]},
    }

    deployed = deploy(lambda: deploy_estate(estate))

    assert set(deployed.resources) == {
        "registry",
        *("key", "key-alias"),
        *("team--api", "team--api-lifecycle", "team--api-policy"),
        *("team-api", "team-api-lifecycle"),
        *("ci", "ci-policy", "ci-provider"),
        *("nightly", "nightly-policy"),
        *("replication", "replication-role", "replication-role-policy"),
        *("replication-eu-west-1-key", "replication-eu-west-1-key-alias", "replication-eu-west-1-team"),
    }
    provider = {key: json.loads(deployed.resources["registry"][key]) for key in ("assumeRoles", "defaultTags")}
    assert provider == {
        "assumeRoles": [{"roleArn": f"arn:aws:iam::{ACCOUNT}:role/deployment"}],
        "defaultTags": {"tags": {"environment": "test"}},
    }
    keys = {
        name: deployed.resources[name]["encryptionConfigurations"][0]["kmsKey"] for name in ("team--api", "team-api")
    }
    assert keys == {"team--api": KEY, "team-api": KEY.replace("key/key", "key/own")}
    template = deployed.resources["replication-eu-west-1-team"]
    assert template["imageTagMutabilityExclusionFilters"] == [{"filter": "branch-*", "filterType": "WILDCARD"}]
    assert template["repositoryPolicy"] == deployed.resources["team--api-policy"]["policy"]
    assert template["lifecyclePolicy"] == deployed.resources["team--api-lifecycle"]["policy"]
    assert template["resourceTags"] == {"environment": "test", "tier": "1"}
    assert {key: value for key, value in deployed.outputs.items() if key != "repositories"} == {
        "key": KEY,
        "push_roles": {"ci": f"arn:aws:iam::{ACCOUNT}:role/ci", "nightly": f"arn:aws:iam::{ACCOUNT}:role/nightly"},
        "replicas": {"eu-west-1": f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"},
    }


def test_knows_every_policy_of_the_estate_before_anything_exists(deploy):
    """A mandatory control blocks a policy that it cannot read, so the first preview must know them all."""
    estate = {
        **SMALL,
        "key": {"alias": "alias/ecr"},
        "push_roles": {
            "ci": {"repositories": ["team/api"], "trust": github("shop/api")},
            "nightly": {"repositories": ["team/api"], "trust": github("shop/nightly")},
        },
        "replication": {"destinations": [{"region": "eu-west-1"}]},
    }

    deployed = deploy(lambda: deploy_estate(estate), preview=True)

    documents = {
        (name, key): value
        for name, inputs in deployed.resources.items()
        for key, value in inputs.items()
        if key in {"policy", "assumeRolePolicy", "lifecyclePolicy"}
    }
    assert len(documents) == 10
    assert [place for place, document in documents.items() if document == "unknown"] == []


def test_uses_one_provider_for_everything(deploy):
    """The default provider would take whatever account the credentials are for."""
    deployed = deploy(lambda: deploy_estate({**SMALL, "key": {"alias": "alias/ecr"}}))

    providers = {
        name: option.get("provider", "").rpartition("::")[0].rpartition("::")[2]
        for (kind, name), option in deployed.options.items()
        if kind.startswith("aws:")
    }
    assert set(providers.values()) == {"registry"}


def test_the_program_exports_what_the_deployment_returns(deploy, monkeypatch):
    exported = {}
    monkeypatch.setattr(pulumi, "export", exported.__setitem__)

    deploy(
        lambda: runpy.run_path(str(ROOT / "__main__.py")) and None,
        configuration={"secure-ecr:estate": json.dumps(SMALL)},
    )

    assert set(exported) == {"repositories"}


def test_the_program_ends_after_the_mistakes_of_its_declaration(deploy):
    def program():
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(ROOT / "__main__.py"))
        return ended.value.code

    deployed = deploy(program, configuration={"secure-ecr:estate": json.dumps({**SMALL, "region": 7})})

    assert deployed.outputs == 32
    assert deployed.log == ["error: estate.region: must be a text, got 7; put it in quotes"]
    assert deployed.resources == {}
