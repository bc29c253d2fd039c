"""What a registry has one of: who claims it first, and whom nobody confuses with whom."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws
import pytest
from ecr_model.findings import Finding
from pulumi.runtime import Mocks, set_mocks
from pulumi.runtime.settings import reset_options
from secure_ecr import singletons
from secure_ecr.errors import DeclarationError
from secure_ecr.singletons import DEFAULT_PROVIDER, Claims, provider_of

from tests.components.recording import Recorder

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
    """Claim a setting through the provider of that name, None for one that the component makes itself."""
    claims = Claims(holder, None)
    claims._provider = provider
    return claims.claim(setting, region, account_id, field="x", has_own_provider=provider is None)


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
    "regions-of-a-provider": ((HOME, None, "a"), (AWAY, None, "a")),
    "regions-of-two-providers": ((HOME, None, "a"), (AWAY, None, "b")),
    "accounts-in-regions-of-two-providers": ((None, ACCOUNT, "a"), (None, OTHER, "b")),
}


@pytest.mark.parametrize(("first", "second"), DIFFERENT.values(), ids=DIFFERENT)
def test_asks_nobody_about_two_registries(deploy, first, second):
    assert deploy(both(first, second), calls={}).outputs == [True, True]


UNCERTAIN = {
    "two-providers": ((HOME, None, "a"), (HOME, None, "b")),
    "two-providers-of-unsaid-regions": ((None, None, "a"), (None, None, "b")),
    "the-default-provider-and-another": ((HOME, None, ""), (None, None, "b")),
    "a-region-and-that-of-its-provider": ((HOME, None, "a"), (None, None, "a")),
    "an-account-and-that-of-a-provider": ((HOME, ACCOUNT, "a"), (HOME, None, "b")),
    "an-account-of-a-provider-of-its-own": ((HOME, ACCOUNT, None), (HOME, None, "")),
    "regions-that-two-providers-know": ((None, ACCOUNT, "a"), (None, ACCOUNT, "b")),
    "the-account-said-first": ((None, ACCOUNT, "a"), (HOME, None, "b")),
}


def both(first, second):
    """Return a program of two components, each of which claims the scanning configuration of a registry."""

    def program():
        providers = {name: aws.Provider(name) for name in {first[2], second[2]} if name}
        confirmed = []
        for holder, (region, account_id, name) in (("A 'one'", first), ("B 'two'", second)):
            opts = pulumi.ResourceOptions(providers=[providers[name]] if name else None)
            claims = Claims(holder, opts)
            own = {"field": "x", "has_own_provider": name is None}
            assert claims.claim("scanning configuration", region, account_id, **own) == ()
            component = pulumi.ComponentResource("t:index:T", holder, None, opts)
            confirmed.append(claims.confirm(component))
        return confirmed

    return program


@pytest.fixture
def providers(monkeypatch):
    """Have each provider answer for an account and a Region, those of home unless a test says otherwise."""
    places = {}

    def call(_, args):
        *_, name, _ = ("", "", *args.provider.split("::"))  # <urn>::<id>; none is the default provider
        account_id, region = places.get(name, (ACCOUNT, HOME))
        return {"accountId": account_id, "region": region}

    monkeypatch.setattr(Recorder, "call", call)
    return places


@pytest.mark.parametrize(("first", "second"), UNCERTAIN.values(), ids=UNCERTAIN)
def test_asks_the_providers_about_what_may_be_one_registry(deploy, providers, first, second):
    with pytest.raises(DeclarationError) as refused:
        deploy(both(first, second), preview=True)

    assert refused.value.findings == taken(f"account {ACCOUNT} in {HOME}", "scanning configuration")


@pytest.mark.parametrize("place", [(OTHER, HOME), (ACCOUNT, AWAY)], ids=["account", "region"])
def test_lets_registries_alone_that_are_two_to_their_providers(deploy, providers, place):
    providers["b"] = place

    assert deploy(both((None, None, "a"), (None, None, "b")), preview=True).outputs == [True, True]


def test_lets_a_component_alone_that_may_claim_what_a_refused_one_has_claimed(deploy):
    def program():
        Claims("A 'one'", None).claim("registry policy", HOME, ACCOUNT, field="x")
        claims = Claims("B 'two'", pulumi.ResourceOptions(provider=aws.Provider("b")))
        claims.claim("registry policy", HOME, None, field="x")
        return claims.confirm(pulumi.ComponentResource("t:index:T", "two"))

    assert deploy(program, calls={}).outputs is True


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
