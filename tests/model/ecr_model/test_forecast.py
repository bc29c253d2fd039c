"""The forecast of images and bytes."""

import math

import pytest
from ecr_model.findings import Finding, ModelError
from ecr_model.forecast import Day, Family, check_families, families_of, forecast
from ecr_model.images import INDEX_MEDIA_TYPES, Image
from ecr_model.lifecycle import parse_lifecycle
from hypothesis import given
from hypothesis import strategies as st

DAY = 86_400
POLICY = parse_lifecycle(
    {
        "untagged": {"days": 3},
        "keep": [{"tag_patterns": ["v*"], "count": 5}, {"tag_patterns": ["dev-*"], "days": 10}],
        "archive": {"days": 20, "then_expire_days": 90},
    }
)


def after(days, *families, **options):
    return forecast(POLICY, families, days=days, **options).days[-1]


def test_a_count_settles_at_the_count():
    result = forecast(POLICY, [Family("v*", 1, 100)], days=30)

    assert [day.images for day in result.days[:8]] == [0, 1, 2, 3, 4, 5, 5, 5]
    assert result.days[-1] == Day(30, 5, 500, 0, 0, {"v*": 5})
    assert result.settles_on == 4


def test_an_age_settles_at_the_pushes_of_so_many_days():
    result = forecast(POLICY, [Family("dev-*", 2, 10)], days=40)

    assert result.days[-1] == Day(40, 21, 210, 0, 0, {"dev-*": 21})
    assert result.settles_on == 10


def test_what_no_rule_expires_goes_to_the_archive_and_then_away():
    result = forecast(POLICY, [Family("main-*", 1, 10)], days=200)

    assert result.days[20] == Day(20, 20, 200, 0, 0, {"main-*": 20})
    assert result.days[60] == Day(60, 21, 210, 39, 390, {"main-*": 60})
    assert result.days[-1].archived_images == 91
    assert result.settles_on is not None


def test_what_only_grows_does_not_settle():
    assert forecast(parse_lifecycle(), [Family("v*", 3)], days=90).settles_on is None


def test_less_than_a_push_in_a_day_is_a_push_every_few_days():
    result = forecast(POLICY, [Family("v*", 0.25)], days=8)

    assert [day.images for day in result.days] == [0, 0, 0, 0, 1, 1, 1, 1, 2]


def test_a_tag_that_moves_leaves_untagged_images_behind():
    result = forecast(POLICY, [Family("latest", 2)], days=20)

    assert result.days[1].families == {"latest": 1, "untagged": 1}
    assert result.days[-1].families == {"latest": 1, "untagged": 6}


def test_untagged_pushes_are_removed_as_untagged():
    assert after(20, Family("untagged", 1)).families == {"untagged": 4}


def test_starts_from_the_images_that_are_there():
    now = 100 * DAY
    images = [
        Image("a", now - 2 * DAY, ("v1", "latest"), size=7),
        Image("b", now - 9 * DAY, ("dev-1",), size=7),
        Image("c", now - 19 * DAY, ("odd",), size=7),
    ]
    result = forecast(POLICY, [Family("v*", 0), Family("dev-*", 0)], days=3, images=images, now=now)

    assert result.days == (
        Day(0, 3, 21, 0, 0, {"v*": 1, "dev-*": 1, "other": 1}),
        Day(1, 3, 21, 0, 0, {"v*": 1, "dev-*": 1, "other": 1}),
        Day(2, 1, 7, 1, 7, {"v*": 1, "other": 1}),
        Day(3, 1, 7, 1, 7, {"v*": 1, "other": 1}),
    )


def test_a_moving_tag_is_taken_from_the_image_that_has_it():
    images = [Image("a", 0.0, ("v1", "latest")), Image("b", 0.0, ("latest-x",))]

    assert after(1, Family("v*", 0), Family("latest", 1), images=images).families == {
        "v*": 1,
        "other": 1,
        "latest": 1,
    }


@pytest.mark.parametrize(
    ("families", "days", "findings"),
    [
        pytest.param([Family("v*", 1), Family("latest", 0.5), Family("untagged", 0)], 90, (), id="fine"),
        pytest.param(
            [Family("*-*", 1), Family("", 1), Family("a tag", 1)],
            90,
            (
                Finding("push", "forecast-tag", "must name a tag, with one * for a running number", "'*-*'"),
                Finding("push", "forecast-tag", "must name a tag, with one * for a running number", "''"),
                Finding("push", "forecast-tag", "must name a tag, with one * for a running number", "'a tag'"),
            ),
            id="tags",
        ),
        pytest.param(
            [Family("v*", -1), Family("w*", math.nan), Family("x*", math.inf)],
            90,
            (
                Finding("push", "forecast-rate", "must be pushes in a day", "-1"),
                Finding("push", "forecast-rate", "must be pushes in a day", "nan"),
                Finding("push", "forecast-rate", "must be pushes in a day", "inf"),
            ),
            id="rates",
        ),
        pytest.param([Family("v*", 1_000)], 1_000, (), id="as-many-as-may-be"),
        pytest.param(
            [Family("v*", 10_000), Family("w*", 2_000)],
            90,
            (
                Finding(
                    "push", "forecast-rate", "must push at most 1,000,000 images", "1,080,000", "forecast fewer days"
                ),
            ),
            id="too-many",
        ),
        pytest.param(
            [Family("v*", 3_000, parts=3)],
            90,
            (
                Finding(
                    "push", "forecast-rate", "must push at most 1,000,000 images", "1,080,000", "forecast fewer days"
                ),
            ),
            id="too-many-parts",
        ),
        pytest.param(
            [Family("v*", 1), Family("v*", 2)],
            90,
            (Finding("push", "forecast-tag", "must stand once", "'v*'"),),
            id="twice",
        ),
    ],
)
def test_judges_the_rates(families, days, findings):
    assert check_families(families, days) == findings


def test_refuses_to_forecast_with_wrong_rates():
    with pytest.raises(ModelError) as refusal:
        after(10, Family("v*", -1))
    assert [finding.rule for finding in refusal.value.findings] == ["forecast-rate"]


def test_ends_before_it_takes_too_long(monkeypatch):
    monkeypatch.setattr("ecr_model.forecast.MOST_LOOKS", 10)
    with pytest.raises(ModelError) as refusal:
        after(10, Family("main-*", 1))

    assert after(5, Family("main-*", 1)).images == 5
    assert refusal.value.findings == (
        Finding("days", "forecast-days", "must look at at most 10 images, each once a day", "10", "forecast at most 5"),
    )


def test_takes_rates_from_the_last_thirty_days_of_a_listing():
    now = 100.0 * DAY
    tags = ["v1.0", "v1.1", "dev-12", "dev-3f2c1a", "release-7", "latest", "3f2c1a9", "20260101", "Main.4", "-odd"]
    images = [
        *(Image(tag, now - DAY, (tag,), size=30) for tag in tags),
        Image("both", now - DAY, ("latest", "v2"), size=90),
        Image("untagged", now - 2 * DAY, size=5),
        Image("old", now - 31 * DAY, ("v0",)),
        Image("signature", now - DAY, ("sha256-1",), subject="both"),
    ]

    assert families_of(images, now) == (
        Family("*", 3 / 30, 30),
        Family("Main.*", 1 / 30, 30),
        Family("dev-*", 2 / 30, 30),
        Family("latest", 1 / 30, 30),
        Family("release-*", 1 / 30, 30),
        Family("untagged", 1 / 30, 5),
        Family("v*", 3 / 30, 50),
    )


def test_takes_rates_since_the_oldest_image_of_a_young_repository():
    now = 100.0 * DAY
    images = [Image(f"v{n}", now - n * DAY, (f"v{n}",)) for n in range(1, 5)]

    assert families_of(images, now) == (Family("v*", 4 / 4),)
    assert families_of([Image("a", now - 60.0, ("v1",))], now) == (Family("v*", 1.0),)
    assert families_of([], now) == ()


INDEX = INDEX_MEDIA_TYPES[0]
LISTED = [
    Image("i1", 99.0 * DAY, ("v1",), media_type=INDEX),
    *(Image("a1", 99.0 * DAY, size=60), Image("b1", 99.0 * DAY, size=40)),
    Image("i2", 98.0 * DAY, ("v2",), media_type=INDEX),
    *(Image("a2", 98.0 * DAY, size=80), Image("b2", 98.0 * DAY, ("v2-arm",), size=20)),
    *(Image("orphan", 97.0 * DAY, size=7), Image("old", 70.0 * DAY, ("v0",), status="ARCHIVED")),
]
CHILDREN = {"i1": ["a1", "b1"], "i2": ["a2", "b2"], "gone": ["orphan"]}


def test_the_untagged_images_of_an_index_are_no_family_of_their_own():
    assert families_of(LISTED, 100.0 * DAY, CHILDREN) == (
        Family("untagged", 1 / 30, 7),
        Family("v*", 4 / 30, 50, parts=1),
    )


def test_images_stay_as_long_as_their_index_and_go_after_it():
    policy = parse_lifecycle({"untagged": {"days": 3}, "keep": [{"tag_patterns": ["v*"], "count": 2}]})
    result = forecast(policy, [Family("v*", 1, 101, parts=2)], days=20)

    # the newest two with two parts each; the parts of the index that has just gone follow a day later
    assert result.days[2] == Day(2, 6, 202, 0, 0, {"v*": 6})
    assert result.days[-1] == Day(20, 10, 404, 0, 0, {"v*": 10})


def test_an_index_that_is_there_keeps_its_images():
    policy = parse_lifecycle({"untagged": {"days": 3}, "keep": [{"tag_patterns": ["v*"], "count": 9}]})
    (*_, last) = forecast(policy, [Family("v*", 0)], days=5, images=LISTED, children=CHILDREN, now=100.0 * DAY).days

    assert last.families == {"v*": 7}


SIGNED = [
    *(Image("s1", 99.0 * DAY, ("v1",), size=90), Image("sig1", 99.0 * DAY, size=4, subject="s1")),
    *(Image("sbom1", 99.0 * DAY, size=6, subject="s1"), Image("sigsbom1", 99.0 * DAY, subject="sbom1")),
    *(Image("s2", 98.0 * DAY, ("v2",), media_type=INDEX), Image("part2", 98.0 * DAY, size=60)),
    *(Image("sig2", 98.0 * DAY, subject="s2"), Image("sigpart2", 98.0 * DAY, subject="part2")),
    *(Image("a", 0.0, subject="b"), Image("b", 0.0, subject="a"), Image("lost", 0.0, subject="gone")),
]
SIGNED_CHILDREN = {"s2": ["part2"]}


def test_signatures_come_with_their_image():
    assert families_of(SIGNED, 100.0 * DAY, SIGNED_CHILDREN) == (Family("v*", 2 / 30, 80, referrers=2),)

    result = forecast(POLICY, [Family("v*", 1, 100, referrers=2)], days=30)
    assert result.days[-1] == Day(30, 15, 500, 0, 0, {"v*": 15})


def test_signatures_go_with_their_image():
    policy = parse_lifecycle({"untagged": {"days": 3}, "keep": [{"tag_patterns": ["v1", "v2"], "days": 3}]})
    days = forecast(policy, [], days=4, images=SIGNED, children=SIGNED_CHILDREN, now=100.0 * DAY).days

    # v2 and its signature go on the second day, its part and the signature of that after it; v1 goes on the third
    assert [day.images + day.archived_images for day in days] == [11, 11, 9, 3, 3]


def test_signatures_are_archived_and_expire_with_their_image():
    images = [
        *(Image("a", 99.0 * DAY, ("main-1",)), Image("sig-a", 99.0 * DAY, subject="a")),
        *(Image("b", 0.0, status="ARCHIVED", archived_at=20.0 * DAY), Image("sig-b", 0.0, subject="b")),
    ]
    days = forecast(POLICY, [], days=20, images=images, now=100.0 * DAY).days

    assert [(day.images, day.archived_images) for day in (days[10], days[11], days[20])] == [(3, 1), (2, 0), (0, 2)]


@given(
    rates=st.lists(st.floats(0, 3), min_size=1, max_size=3),
    days=st.integers(1, 30),
)
def test_never_has_more_images_than_were_pushed(rates, days):
    families = [Family(f"t{number}-*", rate, 2) for number, rate in enumerate(rates)]
    result = forecast(POLICY, families, days=days)

    for day in result.days:
        pushed = sum(math.floor(rate * day.day) for rate in rates)
        assert day.images + day.archived_images <= pushed
        assert day.size + day.archived_size == 2 * (day.images + day.archived_images)
        assert sum(day.families.values()) == day.images + day.archived_images
