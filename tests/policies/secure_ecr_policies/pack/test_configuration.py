import json
import subprocess
import sys

import pytest
from ecr_model.findings import ModelError
from secure_ecr_policies.catalogue import CONTROLS, NAMES
from secure_ecr_policies.pack.configuration import (
    FOLDER,
    build_configurations,
    check_configuration,
    main,
    read_file,
    render,
)

EXEMPTION = {
    "control": "ecr-access-public",
    "resource": "legacy",
    "owner": "payments",
    "reason": "a partner pulls",
    "ticket": "PAY-7",
    "expires": "2027-01-31",
}
ENVIRONMENTS = ["local", "dev", "staging", "prod"]


def built():
    return build_configurations(read_file(FOLDER / "source.json"), read_file(FOLDER / "exemptions.json"))


def test_the_files_are_those_of_the_source():
    """`python -m secure_ecr_policies.pack.configuration` writes them anew."""
    assert {name: render(configuration) for name, configuration in built().items()} == {
        name: (FOLDER / f"{name}.json").read_text(encoding="utf-8") for name in ENVIRONMENTS
    }


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_environment_configures_every_control_and_nothing_else(environment):
    configuration = built()[environment]

    assert tuple(configuration) == NAMES
    assert check_configuration(configuration) == ()


@pytest.mark.parametrize(
    ("environment", "column"), [("local", "dev"), ("dev", "dev"), ("staging", "prod"), ("prod", "prod")]
)
def test_an_environment_has_the_levels_of_its_column(environment, column):
    levels = {control.name: getattr(control.levels, column) for control in CONTROLS}
    if environment == "local":
        levels["ecr-repository-deletion"] = "disabled"  # it is thrown away with its images every day

    assert {
        name: block if isinstance(block, str) else block["enforcementLevel"]
        for name, block in built()[environment].items()
    } == levels


def test_a_setting_goes_to_the_controls_that_have_it():
    source = {
        "all": {"mutable_tags": ["branch-*"], "account_id": "111122223333"},
        "prod": {
            "column": "prod",
            "account_id": "444455556666",
            "controls": {"ecr-repository-name": "advisory", "ecr-access-public": {"unknown": "warn"}},
        },
    }
    configuration = build_configurations(source, {})["prod"]

    assert configuration["ecr-repository-tag-immutability"] == {
        "enforcementLevel": "mandatory",
        "mutable_tags": ["branch-*"],
    }
    assert configuration["ecr-access-cross-account"]["account_id"] == "444455556666"
    assert configuration["ecr-repository-name"] == {"enforcementLevel": "advisory"}
    assert configuration["ecr-access-public"] == {"enforcementLevel": "mandatory", "unknown": "warn"}
    assert configuration["ecr-repository-scan-on-push"] == "disabled"


def test_an_exemption_goes_to_its_control_and_to_the_one_that_judges_exemptions():
    source = {"dev": {"column": "dev"}, "prod": {"column": "prod"}}
    configurations = build_configurations(source, {"exemptions": [EXEMPTION | {"environments": ["prod"]}]})

    having = {
        (environment, name)
        for environment, configuration in configurations.items()
        for name, block in configuration.items()
        if "exemptions" in block
    }
    assert having == {("prod", "ecr-access-public"), ("prod", "exemption-invalid")}
    assert configurations["prod"]["ecr-access-public"]["exemptions"] == [EXEMPTION]


def test_all_mistakes_of_source_and_exemptions_are_named_at_once():
    source = {
        "all": {"mutabl_tags": []},
        "prod": {"column": "prd", "controls": {"ecr-acces-public": "mandatory", "ecr-access-public": "must"}},
        "dev": {},
        "test": 3,
    }
    with pytest.raises(ModelError) as refused:
        build_configurations(source, {"exemptions": [EXEMPTION | {"expires": "x", "environments": ["prd"]}, 3]})

    assert str(refused.value).splitlines() == [
        "all.mutabl_tags: is not a known setting; write 'mutable_tags'",
        "prod.column: must be 'dev' or 'prod', got 'prd'",
        "prod.controls.ecr-acces-public: is not a control of the pack; write 'ecr-access-public'",
        "prod.controls.ecr-access-public: must be 'mandatory', 'advisory', 'remediate' or 'disabled', got 'must'",
        "dev.column: must be given: 'dev' or 'prod'",
        "test: must be an object, got 3",
        "exemptions[0].expires: must be a day, as 2027-01-31, got 'x'",
        "exemptions[0].environments: must be 'prod', 'dev' or 'test', got 'prd'",
        "exemptions[1]: must be an object, got 3",
    ]


def test_exemptions_are_a_list():
    with pytest.raises(ModelError, match=r"^exemptions: must be a list, got 'x'$"):
        build_configurations({}, {"exemptions": "x"})


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        pytest.param({}, [], id="empty"),
        pytest.param({"all": "advisory", "ecr-access-public": "disabled"}, [], id="levels"),
        pytest.param(
            {"all": "must"}, ["all: must be 'mandatory', 'advisory', 'remediate' or 'disabled', got 'must'"], id="level"
        ),
        pytest.param(
            {"ecr-acces-public": {}},
            ["ecr-acces-public: is not a control of the pack; write 'ecr-access-public'"],
            id="misspelt-control",
        ),
        pytest.param(
            {"xyz": {}}, ["xyz: is not a control of the pack; docs/controls.md lists them"], id="nothing-like-it"
        ),
        pytest.param(
            {"ecr-repository-name": {"enforcement_level": "advisory", "naming": {"pattern": "{"}}},
            [
                "ecr-repository-name.enforcement_level: is not a known setting; write 'enforcementLevel'",
                (
                    "ecr-repository-name.naming.pattern: must be parts separated by '/', each '{placeholder}' or"
                    " literal, as '{team}/{service}', got '{'"
                ),
            ],
            id="misspelt-setting-and-wrong-value",
        ),
        pytest.param(
            {"ecr-access-cross-account": {"account_id": 111122223333.0, "allowed_readers": ["1234", "*"]}},
            [
                "ecr-access-cross-account.account_id: must be a text, got 111122223333.0; put it in quotes",
                (
                    "ecr-access-cross-account.allowed_readers[0]: must be an account id of 12 digits,"
                    " got 4 characters: '1234'"
                ),
                "ecr-access-cross-account.allowed_readers[1]: must be the name of somebody, got '*'",
            ],
            id="wrong-accounts",
        ),
        pytest.param(
            {"ecr-access-public": {"exemptions": [EXEMPTION | {"owner": None}]}},
            ["ecr-access-public.exemptions[0].owner: must be given"],
            id="malformed-exemption",
        ),
        pytest.param(
            {"ecr-access-service": {"exemptions": [EXEMPTION]}, "exemption-invalid": {"exemptions": [EXEMPTION]}},
            [
                (
                    "ecr-access-service.exemptions[0].control: must be the control in whose block it stands,"
                    " got 'ecr-access-public'; move it to the block of 'ecr-access-public'"
                )
            ],
            id="misplaced-exemption",
        ),
        pytest.param(
            {"ecr-access-public": 3}, ["ecr-access-public: must be a text, got 3; put it in quotes"], id="number"
        ),
    ],
)
def test_names_what_the_engine_passes_over(configuration, expected):
    assert [str(finding) for finding in check_configuration(configuration)] == expected


def test_a_folder_of_somebody_else(tmp_path):
    (tmp_path / "source.json").write_text('{"prod": {"column": "prod"}}', encoding="utf-8")

    assert main([str(tmp_path)]) == 0
    assert tuple(json.loads((tmp_path / "prod.json").read_text(encoding="utf-8"))) == NAMES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{", "source.json: must be JSON", id="no-json"),
        pytest.param('{"prod": 3}', "prod: must be an object, got 3", id="malformed"),
        pytest.param(None, "No such file", id="no-file"),
    ],
)
def test_the_command_says_what_is_wrong_and_nothing_else(tmp_path, text, expected):
    if text is not None:
        (tmp_path / "source.json").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "secure_ecr_policies.pack.configuration", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
