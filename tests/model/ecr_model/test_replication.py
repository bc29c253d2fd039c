"""The replication configuration of a registry."""

import pytest
from ecr_model.findings import Finding, ModelError
from ecr_model.replication import (
    Destination,
    ReplicationConfiguration,
    ReplicationRule,
    check_replication,
    check_residency,
    parse_replication,
    read_replication,
    render_replication,
    resulting_destinations,
)

ACCOUNT, OTHER = "123456789012", "210987654321"
HERE, DUBLIN, OHIO = (
    Destination("us-east-1", ACCOUNT),
    Destination("eu-west-1", ACCOUNT),
    Destination("us-east-2", OTHER),
)


def destination(region="eu-west-1", registry_id=ACCOUNT):
    return {"region": region, "registryId": registry_id}


def rule(*destinations, filters=None, **more):
    prefixes = {} if filters is None else {"repositoryFilters": filters}
    return {"destinations": list(destinations) or [destination()], **prefixes, **more}


DOCUMENT = {
    "rules": [
        rule(destination(), destination("us-east-2", OTHER)),
        {
            "destinations": [destination("eu-west-2")],
            "repositoryFilters": [
                {"filter": "dev", "filterType": "PREFIX_MATCH"},
                {"filter": "prod/", "filterType": "PREFIX_MATCH"},
            ],
            "deleteReplication": {"enabled": True},
        },
    ]
}
PARSED = ReplicationConfiguration(
    (
        ReplicationRule((DUBLIN, OHIO)),
        ReplicationRule((Destination("eu-west-2", ACCOUNT),), ("dev", "prod/"), is_deleting=True),
    )
)


def test_parses_the_document_of_the_api_and_renders_it_again():
    assert parse_replication(DOCUMENT, source=HERE) == PARSED
    assert render_replication(PARSED) == DOCUMENT


def test_parses_a_declaration():
    declared = {
        "rules": [
            {
                "destinations": [{"region": "eu-west-2", "registry_id": ACCOUNT}],
                "repository_filters": ["prod/", "dev"],
                "delete_replication": {"enabled": True},
            }
        ]
    }

    assert parse_replication(declared) == ReplicationConfiguration(PARSED.rules[1:])


def test_no_rules_stop_replication():
    assert parse_replication({"rules": []}) == ReplicationConfiguration()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({}, (Finding("r.rules", "replication", "must be given"),), id="empty"),
        pytest.param(
            {"rules": [rule(destination("us-east-1"))]},
            (
                Finding(
                    "r.rules[0].destinations[0]",
                    "replication-destination",
                    "must not be the registry that is replicated",
                    f"{ACCOUNT} in us-east-1",
                    "remove it, or name another Region or account",
                ),
            ),
            id="itself",
        ),
        pytest.param({"rules": [rule(destination("us-east-1", OTHER))]}, (), id="same-region-other-account"),
        pytest.param(
            {"rules": [rule(destination("moon"))]},
            (
                Finding(
                    "r.rules[0].destinations[0].region",
                    "region",
                    "must be a Region's name, as eu-west-1",
                    "'moon'",
                ),
            ),
            id="no-region",
        ),
        pytest.param(
            {"rules": [rule(destination("cn-north-1"))]},
            (
                Finding(
                    "r.rules[0].destinations[0].region",
                    "replication-destination",
                    "must be in partition 'aws', as the registry is",
                    "'cn-north-1', of 'aws-cn'",
                ),
            ),
            id="another-partition",
        ),
        pytest.param(
            {"rules": [rule(filters=[])]},
            (
                Finding(
                    "r.rules[0].repositoryFilters",
                    "replication-filter",
                    "must have 1 to 100 entries",
                    "0",
                ),
            ),
            id="empty-filters",
        ),
        pytest.param(
            {"rules": [{"destinations": []}]},
            (Finding("r.rules[0].destinations", "replication-destinations", "must have 1 to 25 entries", "0"),),
            id="no-destination",
        ),
        pytest.param(
            {"rules": [rule(destination(registry_id=123456789012)), rule({"region": "eu-west-1"}), "x"]},
            (
                Finding(
                    "r.rules[0].destinations[0].registryId",
                    "registry-id",
                    "must be an account id of 12 digits",
                    "123456789012",
                    "put it in quotes, with its leading zeros",
                ),
                Finding("r.rules[1].destinations[0].registry_id", "replication-destination", "must be given"),
                Finding("r.rules[2]", "replication-rule", "must be an object", "'x'"),
            ),
            id="several-mistakes",
        ),
        pytest.param(
            {"rules": [rule(deleteReplication={"enabled": "yes"})]},
            (
                Finding(
                    "r.rules[0].deleteReplication.enabled",
                    "replication-deletion",
                    "must be true or false",
                    "'yes'",
                ),
            ),
            id="text-for-a-boolean",
        ),
    ],
)
def test_judges(value, expected):
    assert check_replication(value, "r", source=HERE) == expected


def test_direction_is_unjudged_when_the_source_is_unknown():
    assert check_replication({"rules": [rule(destination("us-east-1")), rule(destination("cn-north-1"))]}) == ()


def test_refuses_too_many_rules_and_destinations():
    rules = [rule(destination(registry_id=f"{number:012}")) for number in range(26)]

    with pytest.raises(ModelError) as caught:
        parse_replication({"rules": rules}, "r")

    assert caught.value.findings == (
        Finding("r.rules", "replication-rules", "must have at most 25 entries", "26"),
        Finding("r.rules", "replication-destinations", "must have at most 25 distinct destinations in all", "26"),
    )


def test_accepts_as_many_rules_and_destinations_as_there_may_be():
    rules = [rule(destination(registry_id=f"{number:012}")) for number in range(25)]

    assert check_replication({"rules": rules}) == ()


def test_counts_a_destination_of_several_rules_once():
    rules = [rule(filters=[f"team{letter}"]) for letter in "abcdefghijklmnopqrstuvwxy"]

    assert check_replication({"rules": rules}) == ()


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        pytest.param(None, None, "all repositories", id="both-all"),
        pytest.param(None, ["prod"], "repositories that begin with 'prod'", id="all-and-prefix"),
        pytest.param(["prod"], ["production/"], "repositories that begin with 'production/'", id="nested"),
        pytest.param(["production/"], ["prod"], "repositories that begin with 'production/'", id="nested-in-the-later"),
        pytest.param(
            ["a/", "prod/api"],
            ["b/", "prod/", "z/"],
            "repositories that begin with 'prod/api'",
            id="nested-among-others",
        ),
        pytest.param(["a/", "prod/"], ["b/", "prod/"], "repositories that begin with 'prod/'", id="the-same"),
    ],
)
def test_warns_of_rules_that_copy_twice(first, second, names):
    assert check_replication({"rules": [rule(filters=first), rule(filters=second)]}, "r") == (
        Finding(
            "r.rules[1]",
            "replication-overlap",
            "should not copy again what rule [0] copies to eu-west-1",
            names,
            "keep one of the two",
            "warning",
        ),
    )


def test_different_prefixes_or_places_do_not_overlap():
    rules = [rule(filters=["prod/"]), rule(filters=["dev/"]), rule(destination("eu-west-2"))]

    assert check_replication({"rules": rules}) == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("team/api", (DUBLIN, OHIO), id="rule-for-all"),
        pytest.param("develop", (DUBLIN, Destination("eu-west-2", ACCOUNT), OHIO), id="prefix-inside-a-word"),
        pytest.param("production", (DUBLIN, OHIO), id="prefix-with-slash"),
    ],
)
def test_tells_where_a_repository_arrives(name, expected):
    assert resulting_destinations(name, PARSED) == expected


def test_reads_what_can_be_read_each_rule_in_its_place():
    value = {"rules": [rule({"region": "eu-west-1"}), rule(destination(), filters=["*", "prod/"])]}

    configuration, findings = read_replication(value, "r")

    assert configuration == ReplicationConfiguration((ReplicationRule(()), ReplicationRule((DUBLIN,), ("prod/",))))
    assert findings == check_replication(value, "r") != ()


def test_finds_destinations_where_images_may_not_be():
    value = {"rules": [rule(destination()), rule(destination(), {"region": "us-east-2"}, destination(7), "x"), None]}

    assert check_residency(value, ["eu-west-1", "eu-central-1"], "r") == (
        Finding(
            "r.rules[1].destinations[1].region",
            "replication-residency",
            "must be a Region that images may be in: 'eu-central-1' or 'eu-west-1'",
            "'us-east-2'",
            "remove the destination, or have its Region put on the list",
        ),
    )


@pytest.mark.parametrize("value", [None, {}, {"rules": 7}, {"rules": [{"destinations": {}}]}])
def test_finds_no_place_in_what_is_malformed(value):
    assert check_residency(value, ["eu-west-1"]) == ()
