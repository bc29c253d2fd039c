"""Images as `aws ecr describe-images` prints them."""

import datetime as dt
import math

import pytest
from ecr_model.findings import Finding, ModelError
from ecr_model.images import INDEX_MEDIA_TYPES, Image, parse_image, parse_images, parse_time
from hypothesis import given
from hypothesis import strategies as st

NOON = 1_769_860_800.0  # 2026-01-31T12:00:00Z
DETAIL = {
    "registryId": "123456789012",
    "repositoryName": "team/app",
    "imageDigest": "sha256:" + "0" * 64,
    "imageTags": ["v1", "latest"],
    "imageSizeInBytes": 300,
    "imagePushedAt": "2026-01-31T12:00:00+00:00",
    "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
    "lastRecordedPullTime": 1_769_860_801,
    "imageStatus": "ARCHIVED",
    "lastArchivedAt": "2026-01-31T13:00:00+01:00",
    "lastActivatedAt": dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC),
    "subjectManifestDigest": "sha256:" + "1" * 64,
}
TIME = "must be an RFC 3339 time with its offset, or seconds since 1970"
EXAMPLE = "write it like 2026-01-31T12:00:00Z"


def test_reads_every_key_that_matters():
    assert parse_image(DETAIL) == Image(
        digest="sha256:" + "0" * 64,
        pushed_at=NOON,
        tags=("v1", "latest"),
        pulled_at=NOON + 1,
        status="ARCHIVED",
        archived_at=NOON,
        activated_at=NOON,
        size=300,
        media_type="application/vnd.oci.image.manifest.v1+json",
        subject="sha256:" + "1" * 64,
    )
    assert not parse_image(DETAIL).is_index


@pytest.mark.parametrize("media_type", INDEX_MEDIA_TYPES)
def test_an_index_has_no_bytes_of_its_own(media_type):
    image = parse_image(DETAIL | {"imageManifestMediaType": media_type})

    assert (image.is_index, image.size) == (True, 0)


def test_absent_keys_mean_an_active_untagged_image_that_nobody_pulled():
    image = parse_image({"imageDigest": "sha256:a", "imagePushedAt": NOON})

    assert image == Image("sha256:a", NOON)
    assert (image.tags, image.status, image.pulled_at, image.is_index) == ((), "ACTIVE", None, False)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("2026-01-31T12:00:00Z", NOON, id="utc"),
        pytest.param("2026-01-31t12:00:00z", NOON, id="small-letters"),
        pytest.param("2026-01-31 12:00:00Z", NOON, id="blank"),
        pytest.param("2026-01-31T04:00:00-08:00", NOON, id="offset"),
        pytest.param("2026-01-31T12:00:00.250000+00:00", NOON + 0.25, id="fraction"),
        pytest.param(0, 0.0, id="the-first-second"),
        pytest.param(1_769_860_800, NOON, id="seconds"),
        pytest.param(1_769_860_800.5, NOON + 0.5, id="seconds-with-a-fraction"),
        pytest.param(dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC), NOON, id="datetime"),
    ],
)
def test_reads_times(value, seconds):
    assert parse_time(value) == seconds


@pytest.mark.parametrize(
    ("value", "got", "fix"),
    [
        pytest.param("2026-01-31T12:00:00", "'2026-01-31T12:00:00'", EXAMPLE, id="no-offset"),
        pytest.param("yesterday", "'yesterday'", EXAMPLE, id="word"),
        pytest.param("1769860800", "'1769860800'", "remove the quotes", id="number-in-quotes"),
        pytest.param("2026-01-31T12:00:00Z" * 3, repr("2026-01-31T12:00:00Z" * 3), EXAMPLE, id="too-long"),
        pytest.param(1_769_860_800_000, "1769860800000", "divide milliseconds by 1,000", id="milliseconds"),
        pytest.param(-1, "-1", EXAMPLE, id="before-1970"),
        pytest.param("0001-01-01T00:00:00+14:00", "'0001-01-01T00:00:00+14:00'", EXAMPLE, id="year-one"),
        pytest.param(True, "true", EXAMPLE, id="boolean"),
        pytest.param(math.nan, "nan", EXAMPLE, id="nan"),
        pytest.param(math.inf, "inf", EXAMPLE, id="infinite"),
        pytest.param(None, "null", EXAMPLE, id="nothing"),
        pytest.param(dt.datetime(2026, 1, 31), "a datetime", EXAMPLE, id="naive-datetime"),  # noqa: DTZ001 -- refused
    ],
)
def test_refuses_times(value, got, fix):
    with pytest.raises(ModelError) as refusal:
        parse_time(value, "now")
    assert refusal.value.findings == (Finding("now", "time", TIME, got, fix),)


def test_names_all_that_is_wrong_with_an_image():
    with pytest.raises(ModelError) as refusal:
        parse_image(
            {
                "imageDigest": 3,
                "imageTags": "v1",
                "imagePushedAt": None,
                "lastArchivedAt": "x",
                "imageStatus": "GONE",
                "imageSizeInBytes": -1,
                "imageManifestMediaType": 4,
                "subjectManifestDigest": [],
            },
            "imageDetails[7]",
        )

    assert refusal.value.findings == (
        Finding("imageDetails[7].imageDigest", "image", "must be a digest", "3"),
        Finding("imageDetails[7].imagePushedAt", "time", TIME, "null", EXAMPLE),
        Finding("imageDetails[7].lastArchivedAt", "time", TIME, "'x'", EXAMPLE),
        Finding("imageDetails[7].imageTags", "image", "must be a list of texts", "'v1'"),
        Finding("imageDetails[7].imageStatus", "image", "must be 'ACTIVE', 'ARCHIVED' or 'ACTIVATING'", "'GONE'"),
        Finding("imageDetails[7].imageSizeInBytes", "image", "must be a number of bytes", "-1"),
        Finding("imageDetails[7].imageManifestMediaType", "image", "must be a text", "4"),
        Finding("imageDetails[7].subjectManifestDigest", "image", "must be a text", "a list"),
    )


def test_refuses_what_is_no_object():
    with pytest.raises(ModelError) as refusal:
        parse_images([DETAIL, "sha256:a"])
    assert refusal.value.findings == (Finding("imageDetails[1]", "image", "must be an object", "'sha256:a'"),)


def test_reads_a_stream_once():
    assert len(parse_images(detail for detail in [DETAIL, DETAIL | {"imageDigest": "sha256:a"}])) == 2


def test_refuses_a_listing_in_which_an_image_would_count_twice():
    other = DETAIL | {"imageDigest": "sha256:a"}
    with pytest.raises(ModelError) as refusal:
        parse_images([other, DETAIL, other | {"imageTags": ["v2"]}])

    assert refusal.value.findings == (
        Finding(
            "imageDetails[2].imageDigest",
            "image",
            "must stand once in the listing",
            "'sha256:a'",
            "list the repository anew: every image counts once",
        ),
    )


@pytest.mark.parametrize("digest", [None, "", 3], ids=["absent", "empty", "number"])
def test_refuses_an_image_without_a_digest(digest):
    with pytest.raises(ModelError) as refusal:
        parse_image(DETAIL | {"imageDigest": digest}, "")

    assert [finding.field for finding in refusal.value.findings] == ["imageDigest"]


def test_stops_after_a_hundred_mistakes():
    with pytest.raises(ModelError) as refusal:
        parse_images(iter([3] * 1000))

    assert len(refusal.value.findings) == 101
    assert refusal.value.findings[-1] == Finding("imageDetails", "images", "must be a listing of images, more is wrong")


def test_tells_a_hundred_mistakes_in_full():
    with pytest.raises(ModelError) as refusal:
        parse_images(iter([3] * 100))

    assert [finding.field for finding in refusal.value.findings] == [f"imageDetails[{n}]" for n in range(100)]


@given(
    st.dictionaries(
        st.sampled_from(list(DETAIL)),
        st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.lists(st.none() | st.text()),
    )
    | st.none()
    | st.lists(st.none())
)
def test_raises_nothing_but_its_own_error(detail):
    try:
        parse_image(detail)
    except ModelError as error:
        assert error.findings  # noqa: PT017 -- most inputs are refused, some are not
