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


GRAPH = f"""flowchart LR
    subgraph a{ACCOUNT}["account {ACCOUNT}"]
        r{ACCOUNT}_eu_central_1["eu-central-1"]
        r{ACCOUNT}_eu_west_1["eu-west-1"]
    end
    r{ACCOUNT}_eu_central_1 -->|"team/"| r{ACCOUNT}_eu_west_1"""


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
        "pull_roles": {"shop": {"repositories": ["team/api"], "trust": {"instance_profile": {}}, "role_name": "shop"}},
        "replication": {"destinations": [{"region": "eu-west-1"}], "repository_prefixes": ["team/"]},
        "registry": {"scanning": {"scan_type": "BASIC"}},
        "network": {
            "cidr_block": "10.0.0.0/24",
            "subnets": {"eu-central-1b": "10.0.0.64/26", "eu-central-1a": "10.0.0.0/26"},
            "services": ["logs"],
        },
        "endpoints": {
            "vpc_id": "vpc-0a1b2c3d",
            "subnet_ids": ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
            "route_table_ids": ["rtb-0a1b2c3d"],
            "client_cidrs": ["10.1.0.0/16"],
            "organization_id": "o-a1b2c3d4e5",
        },
        "monitoring": {"scanning": "basic", "topic_arn": f"arn:aws:sns:eu-central-1:{ACCOUNT}:ops"},
        "public_repositories": {"shop-cli": {"catalog": {"description": "A command line."}}},
    }

    deployed = deploy(lambda: deploy_estate(estate))

    watched = {name for name in deployed.resources if name.startswith("monitoring-")}
    assert {name.rpartition("-target")[0] or name for name in watched} >= {
        "monitoring-deletions",
        "monitoring-dashboard",
    }
    assert set(deployed.resources) - watched == {
        "registry",
        *("registry-settings", "registry-settings-basic-scan-type-version"),
        "registry-settings-registry-policy-scope",
        *("shop", "shop-policy", "shop-profile"),
        *("network", "network-private", "network-eu-central-1a", "network-eu-central-1b"),
        *("network-eu-central-1a-routes", "network-eu-central-1b-routes"),
        *("network-endpoints-ecr-api", "network-endpoints-ecr-dkr", "network-endpoints-s3", "network-endpoints-logs"),
        *("network-endpoints-security-group", "network-endpoints-from-10.0.0.0-24"),
        *("endpoints-ecr-api", "endpoints-ecr-dkr", "endpoints-s3"),
        *("endpoints-security-group", "endpoints-from-10.1.0.0-16"),
        "public-shop-cli",
        *("key", "key-alias"),
        *("team--api", "team--api-lifecycle", "team--api-policy"),
        *("team-api", "team-api-lifecycle"),
        "token.actions.githubusercontent.com",
        *("ci", "ci-policy"),
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
        "pull_roles": {"shop": f"arn:aws:iam::{ACCOUNT}:role/shop"},
        "replicas": {"eu-west-1": f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"},
        "replication": GRAPH,
        "endpoints": {
            name: {"api": f"{name}-ecr-api-id", "dkr": f"{name}-ecr-dkr-id", "s3": f"{name}-s3-id"}
            for name in ("endpoints", "network-endpoints")
        },
        "alerts": f"arn:aws:sns:eu-central-1:{ACCOUNT}:ops",
        "public_repositories": {"shop-cli": "public.ecr.aws/a1b2c3d4/shop-cli"},
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


OIDC_PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
ROLE = "aws:iam/role:Role"


def oidc_providers(deployed):
    """Return the inputs of every OIDC provider that was registered, by its logical name."""
    names = [name for kind, name in deployed.options if kind == OIDC_PROVIDER]
    return {name: deployed.resources[name] for name in names}


def test_makes_one_oidc_provider_for_each_issuer(deploy):
    gitlab = {"gitlab": {"projects": ["shop/api"], "branch": "main"}}
    trusts = {"one": gitlab, "two": gitlab, "three": github("shop/api"), "four": github("shop/web")}
    trusts["instances"] = {"instance_profile": {}}
    roles = {name: {"repositories": ["team/api"], "trust": trust} for name, trust in trusts.items()}

    deployed = deploy(lambda: deploy_estate({**SMALL, "push_roles": roles}), preview=True)

    resources = deployed.resources
    assert oidc_providers(deployed) == {
        "gitlab.com": {"url": "https://gitlab.com", "clientIdLists": ["https://gitlab.com"]},
        "token.actions.githubusercontent.com": {
            "url": "https://token.actions.githubusercontent.com",
            "clientIdLists": ["sts.amazonaws.com"],
        },
    }
    trusted = {name: json.loads(resources[name]["assumeRolePolicy"])["Statement"][0]["Principal"] for name in trusts}
    arn = f"arn:aws:iam::{ACCOUNT}:oidc-provider"
    assert trusted == {
        "one": {"Federated": f"{arn}/gitlab.com"},
        "two": {"Federated": f"{arn}/gitlab.com"},
        "three": {"Federated": f"{arn}/token.actions.githubusercontent.com"},
        "four": {"Federated": f"{arn}/token.actions.githubusercontent.com"},
        "instances": {"Service": "ec2.amazonaws.com"},
    }
    [dependency] = deployed.options[ROLE, "two"]["dependencies"]
    assert dependency.endswith(f"{OIDC_PROVIDER}::gitlab.com")


def test_finds_an_oidc_provider_that_was_a_role_s(deploy):
    roles = {"ci": {"repositories": ["team/api"], "trust": github("shop/api")}}

    deployed = deploy(lambda: deploy_estate({**SMALL, "push_roles": roles}))

    component = "urn:pulumi:test::secure-ecr::secure-ecr:index:PushRole::ci"
    assert deployed.options[OIDC_PROVIDER, "token.actions.githubusercontent.com"]["aliases"] == [
        {"spec": {"name": "ci-provider", "parentUrn": component}}
    ]


def test_registers_every_audience_of_an_issuer(deploy):
    jobs = {"projects": ["shop/api"], "branch": "main"}
    trusts = {"one": {"gitlab": jobs}, "two": {"gitlab": {**jobs, "audience": "ecr"}}}
    roles = {name: {"repositories": ["team/api"], "trust": trust} for name, trust in trusts.items()}

    deployed = deploy(lambda: deploy_estate({**SMALL, "push_roles": roles}))

    assert oidc_providers(deployed)["gitlab.com"]["clientIdLists"] == ["ecr", "https://gitlab.com"]


def test_uses_the_oidc_provider_that_one_of_the_roles_names(deploy):
    arn = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
    named = {"github": {**github("shop/web")["github"], "provider_arn": arn}}
    trusts = {"one": github("shop/api"), "two": named}
    roles = {name: {"repositories": ["team/api"], "trust": trust} for name, trust in trusts.items()}

    deployed = deploy(lambda: deploy_estate({**SMALL, "push_roles": roles}))

    assert oidc_providers(deployed) == {}
    trusted = [json.loads(deployed.resources[name]["assumeRolePolicy"])["Statement"][0] for name in trusts]
    assert [statement["Principal"] for statement in trusted] == [{"Federated": arn}] * 2


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
