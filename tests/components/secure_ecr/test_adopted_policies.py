"""Which policies of an adopted repository nothing takes the place of; the engine itself is in the acceptance."""

from __future__ import annotations

import pytest
from secure_ecr.adopted_policies import check_adopted_policies

TOP = "urn:pulumi:test::secure-ecr::aws:ecr"
BELOW = "urn:pulumi:test::secure-ecr::shop:index:Registry$aws:ecr"
OWN = "urn:pulumi:test::secure-ecr::secure-ecr:index:SecureRepository$aws:ecr"
REPOSITORY, LIFECYCLE, POLICY = (
    f"{kind[0].lower()}{kind[1:]}:{kind}" for kind in ("Repository", "LifecyclePolicy", "RepositoryPolicy")
)
HOME = {f"{TOP}/{REPOSITORY}::old": {"name": "team/app", "region": "eu-west-1"}}
HERE = {"repository": "team/app", "region": "eu-west-1"}
RULES = {f"{TOP}/{LIFECYCLE}::old-rules": HERE}
READERS = {f"{TOP}/{POLICY}::old-readers": HERE}


def line(key, urn, got=""):
    return f"app.adopt.{key}: must be {urn!r}, or the engine deletes that last and the new policy with it{got}"


@pytest.mark.parametrize(
    ("adopt", "deployed", "lines"),
    [
        pytest.param({}, HOME | RULES, [], id="nothing"),
        pytest.param({"import_id": "team/app"}, HOME | RULES, [], id="import"),
        pytest.param({"logical_name": "old"}, HOME, [], id="no-policies"),
        pytest.param({"logical_name": "odl"}, HOME | RULES, [], id="another-repository"),
        pytest.param({"logical_name": "old"}, HOME | RULES, [line("lifecycle_policy", "old-rules")], id="unnamed"),
        pytest.param(
            {"logical_name": "old"},
            HOME | RULES | READERS,
            [line("lifecycle_policy", "old-rules"), line("repository_policy", "old-readers")],
            id="both-unnamed",
        ),
        pytest.param(
            {"logical_name": "old", "lifecycle_policy": "old-ruls"},
            HOME | RULES,
            [line("lifecycle_policy", "old-rules", ", got 'old-ruls'")],
            id="misspelt",
        ),
        pytest.param(
            {"logical_name": "old", "lifecycle_policy": "old-rules", "repository_policy": "old-readers"},
            HOME | RULES | READERS,
            [],
            id="named",
        ),
        pytest.param(
            {"urn": f"{BELOW}/{REPOSITORY}::old", "lifecycle_policy": f"{BELOW}/{LIFECYCLE}::old-rules"},
            {f"{BELOW}/{REPOSITORY}::old": {"name": "team/app", "region": "eu-west-1"}}
            | {f"{BELOW}/{LIFECYCLE}::old-rules": HERE, f"{BELOW}/{POLICY}::old-readers": HERE},
            [line("repository_policy", f"{BELOW}/{POLICY}::old-readers")],
            id="below-a-component",
        ),
        pytest.param({"logical_name": "old"}, HOME | {f"{OWN}/{LIFECYCLE}::app-lifecycle": HERE}, [], id="its-own"),
        pytest.param(
            {"logical_name": "old"},
            HOME
            | {f"{TOP}/{LIFECYCLE}::web-rules": HERE | {"repository": "team/web"}}
            | {f"{TOP}/{LIFECYCLE}::far-rules": HERE | {"region": "us-east-1"}},
            [],
            id="of-other-repositories",
        ),
    ],
)
def test_finds_the_policies_that_would_be_lost(deploy, monkeypatch, adopt, deployed, lines):
    monkeypatch.setattr("secure_ecr.adopted_policies.read_outputs", lambda: deployed)
    found = []

    deploy(lambda: found.extend(check_adopted_policies(adopt, "app", "app.adopt")))

    assert [str(finding) for finding in found] == lines
