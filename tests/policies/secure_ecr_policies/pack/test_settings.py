import pytest
from ecr_model.names import check_registry_id
from secure_ecr_policies.pack.settings import Setting, Settings, check_settings

DECLARED = {
    "account_id": Setting("string", "The account.", grammar=check_registry_id),
    "mode": Setting("string", "The mode.", choices=("on", "off"), default="on"),
    "protect": Setting("boolean", "Whether.", default=True),
    "tags": Setting("strings", "The tags.", default=("v*",)),
    "naming": Setting("object", "The convention."),
}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"tags": ["a"], "protect": False, "naming": {}, "unknown": "warn"}, [], id="right"),
        pytest.param({"tagz": []}, ["tagz: is not a known setting; write 'tags'"], id="misspelt"),
        pytest.param({"mode": "no"}, ["mode: must be 'on' or 'off', got 'no'"], id="choice"),
        pytest.param({"protect": "yes"}, ["protect: must be true or false, got 'yes'"], id="no-boolean"),
        pytest.param({"tags": "v*"}, ["tags: must be a list of texts, got 'v*'"], id="no-list"),
        pytest.param({"tags": ["a", 1]}, ["tags[1]: must be a text, got 1; put it in quotes"], id="no-text"),
        pytest.param({"naming": "x"}, ["naming: must be an object, got 'x'"], id="no-object"),
        pytest.param({"exemptions": ["x"]}, ["exemptions[0]: must be an object, got 'x'"], id="no-objects"),
        pytest.param(
            {"account_id": "12"},
            ["account_id: must be an account id of 12 digits, got 2 characters: '12'"],
            id="grammar",
        ),
    ],
)
def test_names_what_is_wrong(values, expected):
    assert [str(finding) for finding in check_settings(DECLARED, values)] == expected


def test_reads_what_is_set():
    settings = Settings(DECLARED, {"mode": "off", "protect": False, "tags": [], "naming": {"pattern": "x"}})

    assert settings.text("mode") == "off"
    assert settings.flag("protect") is False
    assert settings.texts("tags") == ()
    assert settings.mapping("naming") == {"pattern": "x"}


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({}, id="absent"),
        pytest.param({"mode": "no", "protect": 1, "tags": "v*", "naming": [], "account_id": "1"}, id="wrong"),
        pytest.param(dict.fromkeys(DECLARED), id="null"),
    ],
)
def test_what_is_absent_or_wrong_has_its_default(values):
    settings = Settings(DECLARED, values)

    assert settings.text("mode") == "on"
    assert settings.flag("protect") is True
    assert settings.texts("tags") == ("v*",)
    assert settings.mapping("naming") is None
    assert settings.text("account_id") is None
    assert settings.text("unknown") == "block"
    assert settings.objects("exemptions") == ()


def test_tells_the_engine_what_it_may_be():
    assert DECLARED["tags"].schema == {"description": "The tags.", "type": "array", "items": {"type": "string"}}
    assert DECLARED["mode"].schema == {"description": "The mode.", "type": "string", "enum": ["on", "off"]}


def test_tells_people_what_it_may_be():
    assert {name: setting.summary for name, setting in DECLARED.items()} == {
        "account_id": "a text",
        "mode": "one of on, off; default on",
        "protect": "true or false; default true",
        "tags": "a list of texts; default v*",
        "naming": "an object",
    }
