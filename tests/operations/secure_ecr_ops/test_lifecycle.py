"""`secure-ecr lifecycle` as people and machines call it."""

import json

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws
from secure_ecr_ops.cli import main

RULE = {
    "rulePriority": 1,
    "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14},
    "action": {"type": "expire"},
}
POLICY = {"rules": [RULE]}
WRONG = {"rules": [RULE | {"rulePriority": 0}]}
DOUBTFUL = {
    "rules": [
        RULE,
        {
            "rulePriority": 2,
            "selection": {"tagStatus": "any", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 9},
            "action": {"type": "expire"},
        },
    ]
}
IMAGES = {
    "imageDetails": [
        {"imageDigest": "sha256:a", "imageTags": ["v1"], "imagePushedAt": "2026-01-01T00:00:00Z"},
        {"imageDigest": "sha256:b", "imagePushedAt": 1_767_225_600, "imageSizeInBytes": 1000},
        {"imageDigest": "sha256:c", "imagePushedAt": "2026-01-31T00:00:00+01:00"},
    ]
}
NOW = ["--now", "2026-02-01T00:00:00Z"]


@pytest.fixture
def call(tmp_path, monkeypatch):
    """Return what calls `secure-ecr lifecycle` in a folder with the documents above."""
    monkeypatch.chdir(tmp_path)
    documents = {"policy": POLICY, "wrong": WRONG, "doubtful": DOUBTFUL, "images": IMAGES}
    for name, document in documents.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "broken.json").write_text('{"rules": [', encoding="utf-8")

    def call(*arguments, **options):
        return CliRunner().invoke(main, ["lifecycle", *arguments], **options)

    return call


def test_check_finds_nothing(call):
    result = call("check", "policy.json")

    assert (result.exit_code, result.output) == (0, "policy.json: nothing found\n")


def test_check_reads_standard_input(call):
    assert call("check", "-", "--json", input=json.dumps(POLICY)).output == '{\n  "findings": []\n}\n'


@pytest.mark.parametrize("command", [["check"], ["simulate", "--images", "images.json", "--policy"]])
def test_takes_the_answer_of_ecr(call, tmp_path, command):
    answer = {"registryId": "123456789012", "lifecyclePolicyText": json.dumps(WRONG)}
    (tmp_path / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
    result = call(*command, "answer.json", "--json")

    assert [finding["field"] for finding in json.loads(result.output)["findings"]] == ["rules[0].rulePriority"]


def test_check_prints_errors_and_exits_1(call):
    result = call("check", "wrong.json")

    assert (result.exit_code, result.output) == (
        1,
        "wrong.json: rules[0].rulePriority: error: must be 1 to 2,147,483,647, got 0 [lifecycle-rule-priority]\n",
    )


def test_check_prints_errors_as_json(call):
    result = call("check", "wrong.json", "--json")

    assert result.exit_code == 1
    assert json.loads(result.output) == {
        "findings": [
            {
                "rule": "lifecycle-rule-priority",
                "field": "rules[0].rulePriority",
                "message": "must be 1 to 2,147,483,647, got 0",
                "severity": "error",
            }
        ]
    }


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1)])
def test_check_exits_0_for_warnings_unless_they_count(call, options, code):
    result = call("check", "doubtful.json", *options)

    assert result.exit_code == code
    assert "doubtful.json: rules[1]: warning: should keep some images: rule 2 expires every image" in result.output


def test_check_warns_of_protected_tags(call):
    assert "[lifecycle-protected-tag]" in call("check", "doubtful.json", "--protect", "v*").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["check", "absent.json"], "absent.json: must be readable: No such file", id="no-file"),
        pytest.param(["check", "."], ".: must be readable: Is a directory", id="folder"),
        pytest.param(["check", "broken.json"], "must be JSON, at line 1 column 12", id="no-json"),
        pytest.param(["check"], "Missing argument 'POLICY.json'", id="nothing"),
        pytest.param(["check", "policy.json", "--loud"], "No such option", id="wrong-option"),
        pytest.param(["simulate", "--policy", "policy.json"], "--images or --repository is needed", id="no-images"),
        pytest.param(["simulate", "--images", "images.json"], "--policy is needed", id="no-policy"),
        pytest.param(
            ["simulate", "--policy", "policy.json", "--images", "images.json", "--repository", "x"],
            "--images and --repository exclude each other",
            id="two-sources",
        ),
        pytest.param(
            ["simulate", "--policy", "-", "--images", "-"], "cannot both be standard input", id="one-input-for-two"
        ),
        pytest.param(
            ["simulate", "--policy", "wrong.json", "--images", "images.json"],
            "wrong.json: rules[0].rulePriority: error: must be 1 to",
            id="invalid-policy",
        ),
        pytest.param(
            ["simulate", "--policy", "policy.json", "--images", "policy.json"],
            "must have a list imageDetails",
            id="no-listing",
        ),
        pytest.param(
            ["simulate", "--policy", "policy.json", "--images", "absent.json"],
            "absent.json: must be readable",
            id="no-listing-file",
        ),
        pytest.param(
            ["simulate", "--policy", "policy.json", "--images", "images.json", "--now", "today"],
            "--now: error: must be an RFC 3339 time",
            id="no-time",
        ),
        pytest.param(
            ["forecast", "--policy", "policy.json"], "--push, --images or --repository is needed", id="no-pushes"
        ),
        pytest.param(
            ["forecast", "--policy", "policy.json", "--push", "v*"], "'v*' must be TAG=RATE", id="push-without-a-rate"
        ),
        pytest.param(
            ["forecast", "--policy", "policy.json", "--push", "v*=1:3TB"], "must be TAG=RATE", id="unknown-unit"
        ),
        pytest.param(["forecast", "--policy", "policy.json", "--push", "*-*=1"], "must name a tag", id="two-wildcards"),
        pytest.param(
            ["forecast", "--policy", "policy.json", "--push", "v*=999999"], "must push at most 1,000,000", id="too-many"
        ),
        pytest.param(
            ["forecast", "--policy", "policy.json", "--push", "v*=1", "--svg", "no/x.svg"],
            "no/x.svg: must be writable: No such file",
            id="no-folder",
        ),
    ],
)
def test_exits_2_when_it_cannot_do_what_it_was_asked(call, arguments, message):
    result = call(*arguments)

    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.parametrize("command", ["check", "simulate"])
def test_a_broken_policy_is_a_finding_for_machines(call, command):
    arguments = ["check", "broken.json"] if command == "check" else ["simulate", "--policy", "broken.json"]
    images = [] if command == "check" else ["--images", "images.json"]
    result = call(*arguments, *images, "--json")

    assert result.exit_code == 2
    assert [finding["rule"] for finding in json.loads(result.output)["findings"]] == ["document-json"]


def test_simulate_prints_the_preview_as_json_and_exits_0_whatever_would_go(call):
    result = call("simulate", "--policy", "policy.json", "--images", "images.json", *NOW, "--json")

    assert result.exit_code == 0
    assert json.loads(result.output) == {
        "previewResults": [
            {
                "imageDigest": "sha256:b",
                "imageTags": [],
                "imagePushedAt": "2026-01-01T00:00:00+00:00",
                "action": {"type": "EXPIRE"},
                "appliedRulePriority": 1,
            }
        ],
        "summary": {"expiringImageTotalCount": 1, "transitioningImageTotalCounts": []},
        "warnings": [],
    }


def test_simulate_explains_the_images_that_are_asked_for(call):
    arguments = ["simulate", "--policy", "policy.json", "--images", "images.json", *NOW, "--explain", "sha256:c"]
    why = "kept by rule 1 (expire untagged images pushed more than 14 days ago), pushed 1.04 days ago"

    assert call(*arguments).output.endswith(f"sha256:c: {why}\n")
    assert json.loads(call(*arguments, "--json").output)["explanations"] == [
        {"imageDigest": "sha256:c", "imageTags": [], "explanation": why}
    ]


@pytest.mark.parametrize("wanted", ["v9", "sha256:x", ""], ids=["tag", "digest", "nothing"])
def test_simulate_says_when_there_is_no_image_to_explain(call, wanted):
    arguments = ["simulate", "--policy", "policy.json", "--images", "images.json", *NOW, "--explain", wanted]
    answer = json.loads(call(*arguments, "--json").output)
    last = call(*arguments).output.splitlines()[-1]

    assert answer["explanations"] == []
    assert [warning["rule"] for warning in answer["warnings"]] == ["simulation-explain"]
    assert last == (
        "--explain: warning: should be a tag of an image, or the beginning of its digest,"
        f" got {wanted!r} [simulation-explain]"
    )


def test_simulate_reads_the_images_from_standard_input(call):
    result = call("simulate", "--policy", "policy.json", "--images", "-", *NOW, input=json.dumps(IMAGES))

    assert result.output.endswith("1 of 3 images would expire (1.0 kB), 0 would be archived\n")


def test_simulate_names_all_wrong_images_at_once(call, tmp_path):
    (tmp_path / "images.json").write_text('{"imageDetails": [{"imageDigest": 3}, 4]}', encoding="utf-8")
    result = call("simulate", "--policy", "policy.json", "--images", "images.json", "--json")

    assert result.exit_code == 2
    assert [finding["field"] for finding in json.loads(result.output)["findings"]] == [
        "imageDetails[0].imageDigest",
        "imageDetails[0].imagePushedAt",
        "imageDetails[1]",
    ]


def test_simulate_judges_by_the_present_without_a_time(call):
    result = call("simulate", "--policy", "policy.json", "--images", "images.json", "--json")

    assert len(json.loads(result.output)["previewResults"]) == 2


@pytest.fixture
def repository(monkeypatch):
    """A live repository with a policy, an untagged child of an index, and an orphan."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": []}
    index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json"}
    with mock_aws():
        ecr = boto3.client("ecr", region_name="eu-central-1")
        ecr.create_repository(repositoryName="team/app")
        ecr.put_lifecycle_policy(repositoryName="team/app", lifecyclePolicyText=json.dumps(POLICY))
        children = []
        for size in (1, 2):
            config = {"mediaType": "application/vnd.oci.image.config.v1+json", "size": size, "digest": "sha256:0"}
            layer = {"mediaType": "layer", "size": size, "digest": f"sha256:{size}"}
            text = json.dumps(manifest | {"config": config, "layers": [layer]})
            answer = ecr.put_image(
                repositoryName="team/app", imageManifest=text, imageDigest="sha256:" + str(size) * 64
            )
            children.append(answer["image"]["imageId"]["imageDigest"])
        entry = {"mediaType": manifest["mediaType"], "digest": children[0], "size": 1}
        ecr.put_image(
            repositoryName="team/app",
            imageManifest=json.dumps(index | {"manifests": [entry]}),
            imageManifestMediaType=index["mediaType"],
            imageTag="v1",
        )
        yield children


def test_simulate_reads_a_live_repository_with_its_policy_and_its_indexes(call, repository):
    child, orphan = repository
    arguments = ["simulate", "--repository", "team/app", "--region", "eu-central-1", "--now", "2999-01-01T00:00:00Z"]
    result = call(*arguments, "--json", "--explain", child)
    preview = json.loads(result.output)

    assert result.exit_code == 0
    assert [image["imageDigest"] for image in preview["previewResults"]] == [orphan]
    assert preview["warnings"] == []
    assert "refers to it, and ECR keeps it with the index" in preview["explanations"][0]["explanation"]


def test_simulate_says_that_a_live_repository_is_absent(call, repository):
    del repository
    result = call("simulate", "--repository", "absent", "--region", "eu-central-1")

    assert result.exit_code == 2
    assert result.output.startswith("Error: ecr GetLifecyclePolicy: RepositoryNotFoundException")


def test_forecast_prints_a_plot_and_where_it_settles(call):
    result = call("forecast", "--policy", "policy.json", "--push", "latest=2:3MB", "--days", "60")

    assert result.exit_code == 0
    assert "images by day" in result.output
    assert result.output.endswith("after 60 days: 29 images (87.0 MB); they settle on day 14\n")


@pytest.mark.parametrize(
    ("terminal", "coloured"),
    [
        pytest.param({"FORCE_COLOR": "1", "TERM": "xterm"}, True, id="terminal"),
        pytest.param({"FORCE_COLOR": "1", "TERM": "xterm", "NO_COLOR": "1"}, False, id="no-colour-wanted"),
        pytest.param({"FORCE_COLOR": "1", "TERM": "dumb"}, False, id="dumb-terminal"),
        pytest.param({"TERM": "xterm"}, False, id="no-terminal"),
    ],
)
def test_forecast_is_coloured_where_colours_are_wanted(call, monkeypatch, terminal, coloured):
    for name in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in terminal.items():
        monkeypatch.setenv(name, value)

    assert ("\x1b[" in call("forecast", "--policy", "policy.json", "--push", "v*=1").output) is coloured


def test_forecast_prints_json(call):
    result = call("forecast", "--policy", "policy.json", "--push", "v*=1:5B", "--days", "2", "--json")

    assert json.loads(result.output) == {
        "days": [
            {"day": day, "images": day, "size": 5 * day, "archived_images": 0, "archived_size": 0, "families": families}
            for day, families in [(0, {}), (1, {"v*": 1}), (2, {"v*": 2})]
        ],
        "settlesOn": 1,
        "warnings": [],
    }


def test_forecast_takes_the_rates_of_a_listing(call):
    result = call("forecast", "--policy", "policy.json", "--images", "images.json", *NOW, "--days", "30", "--json")

    assert json.loads(result.output)["days"][-1]["families"] == {"untagged": 1, "other": 1}


def test_forecast_warns_of_what_a_listing_does_not_tell(call, tmp_path):
    index = {
        "imageDigest": "sha256:d",
        "imageTags": ["v2"],
        "imagePushedAt": "2026-01-01T00:00:00Z",
        "imageManifestMediaType": "application/vnd.oci.image.index.v1+json",
    }
    (tmp_path / "images.json").write_text(json.dumps({"imageDetails": [*IMAGES["imageDetails"], index]}))
    arguments = ["forecast", "--policy", "policy.json", "--images", "images.json", *NOW, "--days", "3"]

    assert [warning["rule"] for warning in json.loads(call(*arguments, "--json").output)["warnings"]] == [
        "simulation-index"
    ]
    assert call(*arguments).output.splitlines()[-1].startswith("images: warning: should say which images belong")


def test_forecast_says_so_when_nothing_was_pushed(call, tmp_path):
    (tmp_path / "images.json").write_text('{"imageDetails": []}', encoding="utf-8")
    result = call("forecast", "--policy", "policy.json", "--images", "images.json", *NOW, "--days", "9")

    assert result.output.splitlines() == [
        "after 9 days: 0 images (0 bytes); they settle on day 0",
        (
            "--push: warning: should be given where nothing was pushed in the last 30 days;"
            " add --push TAG=RATE, or nothing new is forecast [forecast-pushes]"
        ),
    ]


def test_forecast_keeps_the_images_of_a_live_index_with_it(call, repository):
    del repository
    arguments = ["forecast", "--repository", "team/app", "--region", "eu-central-1", "--days", "30", "--json"]
    first, *_, last = json.loads(call(*arguments).output)["days"]

    # one index with its child and one orphan in a day: orphans stay for 14 days, what is tagged stays
    assert first["families"] == {"v*": 2, "untagged": 1}
    assert last["families"] == {"v*": 62, "untagged": 15}


def test_forecast_writes_a_picture(call, tmp_path):
    call("forecast", "--policy", "policy.json", "--push", "v*=1", "--days", "3", "--svg", "plot.svg")

    assert (tmp_path / "plot.svg").read_text(encoding="utf-8").startswith("<svg ")
