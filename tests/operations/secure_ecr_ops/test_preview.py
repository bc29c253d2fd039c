"""What a policy would do, as ECR's own preview has it and for people."""

import boto3
import pytest
from ecr_model.images import Image
from ecr_model.lifecycle import parse_lifecycle
from ecr_model.simulator import Simulation
from secure_ecr_ops.preview import explanations, preview_as_json, print_preview

DAY = 86_400
NOW = 1_769_860_800.0  # 2026-01-31T12:00:00Z
POLICY = parse_lifecycle({"keep": [{"tag_patterns": ["v*"], "count": 1}], "archive": {"days": 30}})
IMAGES = [
    Image("sha256:" + "a" * 64, NOW - 50 * DAY, ("v1", "1.0"), size=3_000_000),
    Image("sha256:" + "b" * 64, NOW - 40 * DAY, ("v2",)),
    Image("sha256:" + "c" * 64, NOW - 40 * DAY, ("dev\x1b[2J",)),
    Image("sha256:" + "d" * 64, NOW - 20 * DAY, size=2_000_000),
    Image("sha256:" + "e" * 64, NOW - 20 * DAY, status="ARCHIVED"),
    Image("sha256:" + "f" * 64, NOW - 20 * DAY, subject="sha256:" + "a" * 64),
]


@pytest.fixture
def simulation():
    return Simulation(POLICY, IMAGES, now=NOW)


def whole(preview):
    """Return a preview with its results as a list."""
    return preview | {"previewResults": list(preview["previewResults"])}


def test_has_the_shape_of_the_preview_of_ecr(simulation):
    assert whole(preview_as_json(simulation)) == {
        "previewResults": [
            {
                "imageDigest": "sha256:" + "a" * 64,
                "imageTags": ["v1", "1.0"],
                "imagePushedAt": "2025-12-12T12:00:00+00:00",
                "action": {"type": "EXPIRE"},
                "appliedRulePriority": 2,
            },
            {
                "imageDigest": "sha256:" + "c" * 64,
                "imageTags": ["dev\x1b[2J"],
                "imagePushedAt": "2025-12-22T12:00:00+00:00",
                "action": {"type": "TRANSITION"},
                "appliedRulePriority": 3,
            },
            {
                "imageDigest": "sha256:" + "d" * 64,
                "imageTags": [],
                "imagePushedAt": "2026-01-11T12:00:00+00:00",
                "action": {"type": "EXPIRE"},
                "appliedRulePriority": 1,
            },
        ],
        "summary": {
            "expiringImageTotalCount": 2,
            "transitioningImageTotalCounts": [{"targetStorageClass": "ARCHIVE", "imageTotalCount": 1}],
        },
        "warnings": [],
    }


def test_has_no_key_that_the_preview_of_ecr_has_not(simulation):
    api = boto3.client("ecr", region_name="eu-central-1").meta.service_model
    answer = api.operation_model("GetLifecyclePolicyPreview").output_shape.members
    row, summary = answer["previewResults"].member.members, answer["summary"].members
    preview = whole(preview_as_json(simulation))

    assert preview.keys() - answer.keys() == {"warnings"}
    assert all(result.keys() <= row.keys() for result in preview["previewResults"])
    assert preview["summary"].keys() <= summary.keys()
    assert preview["summary"]["transitioningImageTotalCounts"][0].keys() == (
        summary["transitioningImageTotalCounts"].member.members.keys()
    )


def test_counts_nothing_when_nothing_goes():
    assert whole(preview_as_json(Simulation(POLICY, [], now=NOW))) == {
        "previewResults": [],
        "summary": {"expiringImageTotalCount": 0, "transitioningImageTotalCounts": []},
        "warnings": [],
    }


def test_warnings_come_as_findings():
    simulation = Simulation(POLICY, [Image("a", NOW + 1)], now=NOW)

    assert [warning["rule"] for warning in preview_as_json(simulation)["warnings"]] == ["simulation-time"]


def test_prints_rules_images_and_what_stays(simulation, capsys):
    print_preview(simulation, limit=2)

    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "rule  does                                                 acts on  keeps",
        "1     expire untagged images pushed more than 14 days ago  1        0",
        "2     expire images tagged v* beyond the newest 1          1        1",
        "3     archive images pushed more than 30 days ago          1        0",
        "rule  action      pushed            size     tags        digest",
        "2     expire      2025-12-12 12:00  3.0 MB   v1, 1.0     sha256:aaaaaaaaaaaa",
        "3     transition  2025-12-22 12:00  0 bytes  dev\\x1b[2J  sha256:cccccccccccc",
        "and 1 more images",
        "rule 2 keeps 1 image that rule 3 would act on",
        "1 image: no rule selects them",
        "1 image: they belong to another image and follow it within 24 hours",
        "2 of 6 images would expire (5.0 MB), 1 would be archived",
    ]


def test_says_nothing_of_more_images_when_there_are_none(simulation, capsys):
    print_preview(simulation, limit=3)

    assert "more images" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wanted", "digests"),
    [
        pytest.param(["v1"], "a", id="tag"),
        pytest.param(["v*"], "ab", id="pattern"),
        pytest.param(["sha256:d"], "d", id="digest"),
        pytest.param(["v1", "sha256:a"], "a", id="twice"),
        pytest.param(["*"], "abcdef", id="all"),
        pytest.param(["x"], "", id="none"),
    ],
)
def test_explains_the_images_that_are_wanted(simulation, wanted, digests):
    assert [image["imageDigest"] for image in explanations(simulation, wanted)] == [
        f"sha256:{letter * 64}" for letter in digests
    ]


def test_an_explanation_names_the_image(simulation):
    assert explanations(simulation, ["v2"]) == [
        {
            "imageDigest": "sha256:" + "b" * 64,
            "imageTags": ["v2"],
            "explanation": "kept by rule 2 (expire images tagged v* beyond the newest 1), number 1 of 2 that it"
            " selects; shielded from rule 3",
        }
    ]
