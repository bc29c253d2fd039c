import pytest
from secure_ecr_policies.pack.registry import PUBLIC_REPOSITORY
from secure_ecr_policies.pack.resource import REPOSITORY, STACK
from secure_ecr_policies.pack.values import UNKNOWN

LISTED = {"public_repositories": ["base", "sdk/*"]}


def unlisted(got):
    fix = "use a private repository, or have the name put on the list"
    return f"repositoryName: must be on the list of public repositories, got {got}; {fix}"


@pytest.mark.parametrize(
    ("name", "config", "expected"),
    [
        pytest.param("base", {}, [unlisted("'base'")], id="no-list"),
        pytest.param("base", LISTED, [], id="listed"),
        pytest.param("sdk/go", LISTED, [], id="listed-with-others"),
        pytest.param("base/x", LISTED, [unlisted("'base/x'")], id="not-listed"),
        pytest.param(UNKNOWN, {}, [unlisted("a name known at the update only")], id="unknown-where-none-may-be"),
        pytest.param(UNKNOWN, LISTED, ["not evaluated: repositoryName: known at the update only"], id="unknown"),
        pytest.param(None, LISTED, [unlisted("null")], id="absent"),
        pytest.param([], LISTED, [unlisted("a list")], id="malformed"),
    ],
)
def test_judges_public_repositories(findings, name, config, expected):
    assert findings(PUBLIC_REPOSITORY, {"repositoryName": name}, config=config) == expected


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        pytest.param("*", "must not be everything, got '*'", id="everything"),
        pytest.param(
            "Base",
            "must be lower-case letters and digits, with single '.', '_', '-' or '/' between them, got 'Base'",
            id="no-name",
        ),
    ],
)
def test_a_list_of_everything_lists_nothing(findings, entry, message):
    config = {"public_repositories": [entry]}

    assert findings(STACK, {}, config=config) == [f"configuration.public_repositories[0]: {message}"]
    assert findings(PUBLIC_REPOSITORY, {"repositoryName": "base"}, config=config) == [unlisted("'base'")]


def test_looks_at_public_repositories_alone(findings):
    assert findings(REPOSITORY, {"name": "base"}) == ["not applicable"]
