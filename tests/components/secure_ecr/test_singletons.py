"""What a registry has one of: who claims it first, and whom nobody confuses with whom."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws
import pytest
from ecr_model.findings import Finding
from pulumi.runtime import Mocks, set_mocks
from pulumi.runtime.settings import reset_options
from secure_ecr import singletons
from secure_ecr.singletons import DEFAULT_PROVIDER, claim, provider_of

ACCOUNT, OTHER = "123456789012", "210987654321"
HOME, AWAY = "eu-central-1", "eu-west-1"


class NoResources(Mocks):
    def new_resource(self, args):
        return f"{args.name}-id", args.inputs

    def call(self, args):
        return args.args


@pytest.fixture(autouse=True)
def program(monkeypatch):
    """Begin a program of its own for each test, with no Region in the environment."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    set_mocks(NoResources())
    pulumi.runtime.set_all_config({})


def claimed(holder, region=HOME, account_id=ACCOUNT, provider=DEFAULT_PROVIDER, *, setting="registry policy"):
    return claim(setting, holder, field="x", region=region, account_id=account_id, provider=provider)


def taken(registry, setting="registry policy"):
    requirement = f"must be the only {setting} of {registry}"
    fix = "keep one of the two: AWS would keep whichever comes last"
    return (Finding("x", "registry-singleton", requirement, "A 'one' and B 'two'", fix),)


SAME = {
    "declared-alike": ((HOME, ACCOUNT, ""), (HOME, ACCOUNT, ""), f"account {ACCOUNT} in {HOME}"),
    "by-account-through-two-providers": ((HOME, ACCOUNT, "a"), (HOME, ACCOUNT, "b"), f"account {ACCOUNT} in {HOME}"),
    "by-account-through-no-provider": ((HOME, ACCOUNT, None), (HOME, ACCOUNT, "b"), f"account {ACCOUNT} in {HOME}"),
    "by-provider": ((HOME, None, "a"), (HOME, None, "a"), f"the provider's account in {HOME}"),
    "by-provider-alone": ((None, None, "a"), (None, None, "a"), "the provider's account in its Region"),
    "account-said-once": ((HOME, ACCOUNT, "a"), (HOME, None, "a"), f"the provider's account in {HOME}"),
    "region-of-the-provider": ((None, ACCOUNT, "a"), (None, ACCOUNT, "a"), f"account {ACCOUNT} in its Region"),
}


@pytest.mark.parametrize(("first", "second", "registry"), SAME.values(), ids=SAME)
def test_refuses_a_second_claim_of_one_registry(first, second, registry):
    assert claimed("A 'one'", *first) == ()
    assert claimed("B 'two'", *second) == taken(registry)


DIFFERENT = {
    "regions": ((HOME, ACCOUNT, ""), (AWAY, ACCOUNT, "")),
    "accounts": ((HOME, ACCOUNT, ""), (HOME, OTHER, "")),
    "providers": ((HOME, None, "a"), (HOME, None, "b")),
    "regions-of-a-provider": ((HOME, None, "a"), (AWAY, None, "a")),
    "a-region-and-that-of-a-provider": ((HOME, ACCOUNT, "a"), (None, ACCOUNT, "a")),
    "regions-of-two-providers": ((None, ACCOUNT, "a"), (None, ACCOUNT, "b")),
    "an-account-reached-through-another-provider": ((HOME, ACCOUNT, None), (HOME, None, "")),
    "no-provider-known": ((HOME, None, None), (HOME, None, None)),
}


@pytest.mark.parametrize(("first", "second"), DIFFERENT.values(), ids=DIFFERENT)
def test_lets_registries_alone_that_may_be_two(first, second):
    assert claimed("A 'one'", *first) == ()
    assert claimed("B 'two'", *second) == ()


def test_lets_two_settings_of_one_registry_have_two_holders():
    assert claimed("A 'one'", setting="registry policy") == ()
    assert claimed("B 'two'", setting="scanning configuration") == ()


def test_names_the_first_holder_again_and_again():
    claimed("A 'one'")

    assert claimed("B 'two'") == claimed("B 'two'") == taken(f"account {ACCOUNT} in {HOME}")


def test_knows_the_region_of_the_default_provider():
    pulumi.runtime.set_all_config({"aws:region": HOME})

    assert claimed("A 'one'", HOME) == ()
    assert claimed("B 'two'", None) == taken(f"account {ACCOUNT} in {HOME}")
    assert claimed("B 'two'", None, provider="a") == ()


def test_forgets_the_claims_of_another_program():
    assert claimed("A 'one'") == ()
    set_mocks(NoResources())
    assert claimed("B 'two'") == ()


def test_remembers_across_the_components_of_a_plugin(monkeypatch):
    """Each construction gets a client of its own for the resource monitor, and no root resource."""
    monkeypatch.setattr(singletons, "_CLAIMS", type(singletons._CLAIMS)())
    root = pulumi.runtime.get_root_resource()
    try:
        for holder, expected in (("A 'one'", ()), ("B 'two'", taken(f"account {ACCOUNT} in {HOME}"))):
            reset_options(monitor_address="127.0.0.1:1", preview=True)
            assert claimed(holder) == expected
        reset_options(monitor_address="127.0.0.1:1", preview=False)
        assert claimed("B 'two'") == ()
    finally:
        pulumi.runtime.settings.set_root_resource(root)


def test_claims_where_there_is_no_engine(monkeypatch):
    monkeypatch.setattr(singletons, "_CLAIMS", type(singletons._CLAIMS)())
    monkeypatch.setattr(singletons, "get_monitor", lambda: None)

    assert claimed("A 'one'") == ()
    assert claimed("B 'two'") == taken(f"account {ACCOUNT} in {HOME}")


def test_finds_the_provider_that_children_get():
    @pulumi.runtime.test
    def names():
        ours, theirs = aws.Provider("ours"), aws.Provider("theirs")
        parent = pulumi.ComponentResource("t:index:T", "parent", opts=pulumi.ResourceOptions(providers=[ours]))
        other = pulumi.ProviderResource("tls", "other", {})
        options = {
            "none": None,
            "empty": pulumi.ResourceOptions(),
            "list": pulumi.ResourceOptions(providers=[other, ours]),
            "mapping": pulumi.ResourceOptions(providers={"aws": ours}),
            "one": pulumi.ResourceOptions(provider=ours),
            "another-package": pulumi.ResourceOptions(provider=other),
            "parent": pulumi.ResourceOptions(parent=parent),
            "before-the-parent": pulumi.ResourceOptions(parent=parent, provider=theirs),
        }
        found.update({name: provider_of(option) for name, option in options.items()})

    found = {}
    names()

    assert found == {
        "none": "",
        "empty": "",
        "list": "ours",
        "mapping": "ours",
        "one": "ours",
        "another-package": "",
        "parent": "ours",
        "before-the-parent": "theirs",
    }
