"""The simulator: the user guide's worked examples, a naive reference, and what it explains."""

import fnmatch
import time

import pytest
from ecr_model.findings import Finding
from ecr_model.images import Image
from ecr_model.lifecycle import LifecyclePolicy, parse_lifecycle_document
from ecr_model.lifecycle.rules import Rule
from ecr_model.simulator import Outcome, Shield, Simulation
from hypothesis import given
from hypothesis import strategies as st

DAY = 86_400
NOW = 1_800_000_000.0
INDEX = "application/vnd.oci.image.index.v1+json"


def image(digest, days, *tags, **details):
    """Return an image pushed so many days ago."""
    ages = {key: NOW - value * DAY for key, value in details.items() if key.endswith("_at")}
    return Image(digest, NOW - days * DAY, tags, **(details | ages))


def select(*patterns, status="tagged", prefixes=()):
    lists = {"tagPatternList": list(patterns)} if patterns else {"tagPrefixList": list(prefixes)} if prefixes else {}
    return {"tagStatus": status, **lists}


ANY, UNTAGGED = select(status="any"), select(status="untagged")
EXPIRE, ARCHIVE = {"type": "expire"}, {"type": "transition", "targetStorageClass": "archive"}


def count(number):
    return {"countType": "imageCountMoreThan", "countNumber": number}


def since(event, days):
    storage = {"storageClass": "archive"} if event == "Transitioned" else {}
    return {**storage, "countType": f"sinceImage{event}", "countUnit": "days", "countNumber": days}


def policy(*rules):
    """Return the policy of (selection, count, action) triples, numbered from one."""
    return parse_lifecycle_document(
        {
            "rules": [
                {"rulePriority": number, "selection": selection | limit, "action": action}
                for number, (selection, limit, action) in enumerate(rules, start=1)
            ]
        }
    )


def simulate(rules, images, **options):
    return Simulation(policy(*rules), images, now=NOW, **options)


def actions(simulation):
    """Return what becomes of the images that go: by digest, the verdict and the rule."""
    return {image.digest: (verdict, rule.priority) for image, verdict, rule in simulation.actions()}


MULTIPLE_RULES = [image("A", 10, "beta-1", "prod-1"), image("B", 9, "beta-2", "prod-2"), image("C", 8, "beta-3")]
MULTIPLE_TAGS = [
    *(image("A", 12, "alpha-1"), image("B", 11, "beta-1"), image("C", 10, "alpha-2", "beta-2")),
    *(image("D", 4, "alpha-3"), image("E", 3, "beta-3"), image("F", 2, "alpha-4", "beta-4")),
]
EVERY_KIND = [
    *(image("A", 4, "alpha-1", "beta-1"), image("B", 3), image("C", 2, "alpha-2")),
    *(image("D", 1, "git hash"), image("E", 1)),
]

# Source: ECR user guide, "Examples of lifecycle policies in Amazon ECR"; where an example has no images, these
# are ours, on both sides of its limit.
EXAMPLES = {
    "image-age": (
        [(select("prod*"), since("Pushed", 14), EXPIRE)],
        [image("A", 15, "prod"), image("B", 14, "prod1"), image("C", 15, "beta")],
        {"A": ("expire", 1)},
    ),
    "last-pulled-time": (
        [(ANY, since("Pulled", 90), ARCHIVE)],
        [image("A", 200, "x", pulled_at=91), image("B", 200, pulled_at=90), image("C", 91), image("D", 90)],
        {"A": ("transition", 1), "C": ("transition", 1)},
    ),
    "archive-transition-time": (
        [(ANY, since("Transitioned", 365), EXPIRE)],
        [
            image("A", 900, status="ARCHIVED", archived_at=366),
            image("B", 900, status="ARCHIVED", archived_at=365),
            image("C", 900, archived_at=366, activated_at=1),
        ],
        {"A": ("expire", 1)},
    ),
    "image-count": (
        [(UNTAGGED, count(1), EXPIRE)],
        [image("A", 3), image("B", 1), image("C", 2), image("D", 9, "v1")],
        {"A": ("expire", 1), "C": ("expire", 1)},
    ),
    "multiple-rules-a": (
        [(select("prod*"), count(1), EXPIRE), (select("beta*"), count(1), EXPIRE)],
        MULTIPLE_RULES,
        {"A": ("expire", 1)},
    ),
    "multiple-rules-b": (
        [(select("beta*"), count(1), EXPIRE), (select("prod*"), count(1), EXPIRE)],
        MULTIPLE_RULES,
        {"A": ("expire", 1), "B": ("expire", 1)},
    ),
    "multiple-tags-a": (
        [(select("alpha*", "beta*"), since("Pushed", 5), EXPIRE)],
        MULTIPLE_TAGS,
        {"C": ("expire", 1)},
    ),
    "multiple-tags-b": (
        [(select("alpha*", "beta*"), count(1), EXPIRE)],
        [
            image("A", 10, "alpha-1", "beta-1", "gamma-1"),
            image("B", 9, "alpha-2", "beta-2"),
            image("C", 8, "alpha-3", "beta-3", "gamma-2"),
        ],
        {"A": ("expire", 1), "B": ("expire", 1)},
    ),
    "all-images-a": (
        [(ANY, count(1), EXPIRE)],
        [image("A", 4, "alpha-1"), image("B", 3, "beta-1"), image("C", 2), image("D", 1, "alpha-2")],
        {"A": ("expire", 1), "B": ("expire", 1), "C": ("expire", 1)},
    ),
    "all-images-b": (
        [
            (select("alpha*"), count(1), EXPIRE),
            (UNTAGGED, since("Pushed", 1), EXPIRE),
            (ANY, count(1), EXPIRE),
        ],
        EVERY_KIND,
        {"A": ("expire", 1), "B": ("expire", 2), "D": ("expire", 3)},
    ),
    "archiving-old-images": (
        [(select("prod*"), since("Pushed", 30), ARCHIVE)],
        [image("A", 31, "prod-1"), image("B", 30, "prod-2"), image("C", 31, "beta-1")],
        {"A": ("transition", 1)},
    ),
    "archiving-images-not-pulled": (
        [(ANY, since("Pulled", 90), ARCHIVE)],
        [image("A", 91), image("B", 91, pulled_at=2)],
        {"A": ("transition", 1)},
    ),
    "combining-archive-and-expire": (
        [(ANY, since("Pushed", 30), ARCHIVE), (ANY, since("Transitioned", 365), EXPIRE)],
        [image("A", 31), image("B", 29), image("C", 900, status="ARCHIVED", archived_at=366)],
        {"A": ("transition", 1), "C": ("expire", 2)},
    ),
}


@pytest.mark.parametrize(("rules", "images", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_reproduces_the_examples_of_the_user_guide(rules, images, expected):
    assert actions(simulate(rules, images)) == expected


def test_a_pattern_matches_the_whole_tag_and_knows_no_wildcard_but_the_star():
    images = [image("A", 9, "v1"), image("B", 9, "v[1]"), image("C", 9, "xv[1]")]

    assert actions(simulate([(select("v[1]"), since("Pushed", 1), EXPIRE)], images)) == {"B": ("expire", 1)}


def test_a_prefix_is_the_beginning_of_a_tag():
    images = [image("A", 9, "prod"), image("B", 9, "prod-1"), image("C", 9, "xprod")]

    assert list(actions(simulate([(select(prefixes=["prod"]), since("Pushed", 1), EXPIRE)], images))) == ["A", "B"]


def test_a_rule_that_keeps_many_images_shields_them_from_every_later_rule():
    rules = [(select("v*"), count(100), EXPIRE), (ANY, since("Pushed", 30), EXPIRE)]
    simulation = simulate(rules, [image("A", 90, "v1"), image("B", 90, "dev"), image("C", 9, "v2")])
    one, two = simulation.policy.rules

    assert list(simulation.outcomes()) == [
        Outcome(simulation.images[0], "kept", one),
        Outcome(simulation.images[1], "expire", two),
        Outcome(simulation.images[2], "kept", one),
    ]
    assert simulation.shields() == (Shield(one, two, 1),)


def test_an_image_that_an_earlier_rule_takes_still_takes_a_place_in_a_later_count():
    rules = [(select("dev*"), since("Pushed", 1), EXPIRE), (select("*"), count(2), EXPIRE)]
    images = [image("A", 9, "v1"), image("B", 8, "v2"), image("C", 7, "dev-1"), image("D", 6, "dev-2")]

    assert actions(simulate(rules, images)) == {
        "A": ("expire", 2),
        "B": ("expire", 2),
        "C": ("expire", 1),
        "D": ("expire", 1),
    }


def test_a_restored_image_is_as_young_as_its_restoration():
    rules = [(select("v*"), since("Pushed", 30), EXPIRE)]
    images = [image("A", 90, "v1", archived_at=60, activated_at=2), image("B", 90, "v2")]

    assert list(actions(simulate(rules, images))) == ["B"]


@pytest.mark.parametrize(
    ("details", "goes"),
    [
        pytest.param({"pulled_at": 50, "activated_at": 5}, False, id="restored-since-the-pull"),
        pytest.param({"pulled_at": 5, "activated_at": 50}, False, id="pulled-since-the-restoration"),
        pytest.param({"pulled_at": 40, "activated_at": 50}, True, id="neither-lately"),
        pytest.param({"activated_at": 5}, False, id="restored-and-never-pulled"),
    ],
)
def test_an_archived_and_restored_image_is_unpulled_since_the_later_of_both(details, goes):
    simulation = simulate([(ANY, since("Pulled", 30), ARCHIVE)], [image("A", 90, "v1", **details)])

    assert bool(actions(simulation)) is goes


def test_an_image_that_an_index_refers_to_stays_as_long_as_the_index():
    images = [image("index", 3, "v1", media_type=INDEX), image("child", 90), image("orphan", 90)]
    simulation = simulate(
        [(UNTAGGED, since("Pushed", 1), EXPIRE)],
        images,
        children={"index": {"child"}, "an index that is gone": {"orphan"}},
    )

    assert [outcome.verdict for outcome in simulation.outcomes()] == ["unselected", "held", "expire"]
    assert actions(simulation) == {"orphan": ("expire", 1)}
    assert simulation.warnings() == ()


def test_an_archived_index_keeps_none_of_its_images():
    images = [image("index", 3, status="ARCHIVED", archived_at=1, media_type=INDEX), image("child", 90)]
    simulation = simulate([(UNTAGGED, since("Pushed", 1), EXPIRE)], images, children={"index": {"child"}})

    assert actions(simulation) == {"child": ("expire", 1)}


@pytest.mark.parametrize(
    ("children", "action", "end"),
    [
        pytest.param(
            {"old": {"child"}}, EXPIRE, "index old refers to it, and ECR keeps it until the index has gone", id="goes"
        ),
        pytest.param(
            {"old": {"child"}},
            ARCHIVE,
            "index old refers to it, and ECR keeps it until the index is archived",
            id="is-archived",
        ),
        pytest.param(
            {"new": {"child"}, "old": {"child"}},
            EXPIRE,
            "index new refers to it, and ECR keeps it with the index",
            id="another-stays",
        ),
    ],
)
def test_says_when_the_index_that_keeps_an_image_goes_itself(children, action, end):
    rules = [(select("v*"), since("Pushed", 30), action), (UNTAGGED, since("Pushed", 1), EXPIRE)]
    images = [
        *(image("new", 2, "v2", media_type=INDEX), image("old", 90, "v1", media_type=INDEX)),
        image("child", 90),
    ]
    simulation = simulate(rules, images, children=children)

    assert actions(simulation) == {"old": (action["type"], 1)}
    assert simulation.explain(2).endswith(end)


def test_warns_of_an_index_whose_manifest_nobody_has_read():
    images = [image("A", 3, "v1", media_type=INDEX), image("B", 3, "v2", media_type=INDEX), image("C", 3)]
    simulation = simulate([(UNTAGGED, since("Pushed", 1), EXPIRE)], images, children={"A": set()})

    assert simulation.warnings() == (
        warning(
            "simulation-index",
            "should say which images belong to an index: 1 untagged images would go, and ECR keeps those among"
            " them that one of 1 indexes refers to",
        ),
    )


def test_a_referrer_follows_its_subject_and_takes_no_place_in_a_count():
    images = [image("A", 3, "v1"), image("S", 1, subject="A"), image("B", 2, "v2")]
    simulation = simulate([(ANY, count(1), EXPIRE)], images)

    assert [outcome.verdict for outcome in simulation.outcomes()] == ["expire", "referrer", "kept"]


def test_an_image_that_is_being_restored_is_left_alone():
    simulation = simulate([(ANY, since("Pushed", 1), EXPIRE)], [image("A", 9, status="ACTIVATING")])

    assert [outcome.verdict for outcome in simulation.outcomes()] == ["activating"]
    assert [warning.rule for warning in simulation.warnings()] == ["simulation-activating"]


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        pytest.param(
            0,
            "rule 1 (expire images tagged v* beyond the newest 1), number 2 of 2 that it selects",
            id="expired-by-count",
        ),
        pytest.param(
            1,
            "kept by rule 1 (expire images tagged v* beyond the newest 1), number 1 of 2 that it selects;"
            " shielded from rule 3, 4",
            id="kept-and-shielded",
        ),
        pytest.param(
            2, "rule 2 (expire untagged images pushed more than 5 days ago), pushed 7.5 days ago", id="expired-by-age"
        ),
        pytest.param(
            3,
            "kept by rule 2 (expire untagged images pushed more than 5 days ago), pushed 3 days ago",
            id="too-young",
        ),
        pytest.param(
            4,
            "rule 4 (archive images tagged * not pulled for 2 days), not pulled since it came 3 days ago",
            id="archived-never-pulled",
        ),
        pytest.param(
            5, "kept by rule 4 (archive images tagged * not pulled for 2 days), last pulled 1 day ago", id="pulled"
        ),
        pytest.param(
            6, "rule 5 (expire images archived more than 90 days ago), archived 91 days ago", id="expired-from-archive"
        ),
        pytest.param(
            7,
            "kept by rule 5 (expire images archived more than 90 days ago), archived at an unknown time",
            id="archived-at-an-unknown-time",
        ),
        pytest.param(
            8,
            "rule 2 (expire untagged images pushed more than 5 days ago), pushed 9 days ago,"
            " but index I refers to it, and ECR keeps it with the index",
            id="held",
        ),
        pytest.param(9, "it belongs to A and goes within 24 hours after it", id="referrer"),
        pytest.param(
            10, "it is being restored from the archive, and no rule selects it until then", id="being-restored"
        ),
        pytest.param(
            11,
            "kept by rule 3 (expire images tagged r* pushed more than 6 days ago), restored 1 day ago",
            id="restored",
        ),
    ],
)
def test_explains_every_image(index, sentence):
    rules = [
        (select("v*"), count(1), EXPIRE),
        (UNTAGGED, since("Pushed", 5), EXPIRE),
        (select("r*"), since("Pushed", 6), EXPIRE),
        (select("*"), since("Pulled", 2), ARCHIVE),
        (ANY, since("Transitioned", 90), EXPIRE),
    ]
    images = [
        *(image("A", 8, "v1"), image("B", 7, "v2", "r2"), image("C", 7.5), image("D", 3)),
        *(image("E", 3, "x"), image("F", 3, "y", pulled_at=1)),
        *(image("G", 99, status="ARCHIVED", archived_at=91), image("H", 99, status="ARCHIVED")),
        *(image("J", 9), image("K", 9, subject="A"), image("L", 9, status="ACTIVATING")),
        *(image("M", 9, "r1", activated_at=1), image("I", 1, "x2", media_type=INDEX, pulled_at=0)),
    ]

    assert simulate(rules, images, children={"I": {"J"}}).explain(index) == sentence


def test_explains_that_no_rule_selects_an_image():
    assert simulate([(UNTAGGED, count(1), EXPIRE)], [image("A", 1, "v1")]).explain(0) == "no rule selects it"


TIE = "should not end among images of the same moment: which of them rule 1 keeps is not documented, {}"


def test_warns_when_a_count_ends_among_images_of_the_same_moment():
    simulation = simulate([(ANY, count(1), EXPIRE)], [image("A", 2), image("B", 2), image("C", 3)])

    assert list(actions(simulation)) == ["A", "C"]
    assert simulation.warnings() == (
        Finding(
            "policy.rules[0]",
            "simulation-tie",
            TIE.format("the result takes those listed later"),
            severity="warning",
        ),
    )


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([(ANY, count(2), EXPIRE)], id="the-count-ends-between-moments"),
        pytest.param([(UNTAGGED, count(5), EXPIRE), (ANY, count(1), EXPIRE)], id="an-earlier-rule-decides-about-them"),
        pytest.param([(ANY, since("Pushed", 1), EXPIRE)], id="no-count"),
    ],
)
def test_does_not_warn_of_images_of_the_same_moment_when(rules):
    assert simulate(rules, [image("A", 2), image("B", 2), image("C", 3)]).warnings() == ()


def warning(rule, requirement, fix=""):
    return Finding("images", rule, requirement, fix=fix, severity="warning")


@pytest.mark.parametrize(
    ("rules", "images", "finding"),
    [
        pytest.param(
            [(UNTAGGED, since("Pushed", 1), EXPIRE)],
            [image("A", 3, "v1", media_type=INDEX), image("B", 3), image("C", 3)],
            warning(
                "simulation-index",
                "should say which images belong to an index: 2 untagged images would go, and ECR keeps those among"
                " them that one of 1 indexes refers to",
                "simulate the live repository, whose manifests tell",
            ),
            id="children-unknown",
        ),
        pytest.param(
            [(ANY, since("Transitioned", 90), EXPIRE)],
            [image("A", 1)],
            warning(
                "simulation-archived",
                "should include archived images when a rule expires them",
                "list with imageStatus=ANY",
            ),
            id="archived-images-missing",
        ),
        pytest.param(
            [(ANY, since("Transitioned", 90), EXPIRE)],
            [image("A", 1, status="ARCHIVED")],
            warning("simulation-archived", "should have lastArchivedAt, which 1 archived images lack: they stay here"),
            id="archived-at-an-unknown-time",
        ),
        pytest.param(
            [(ANY, count(9), EXPIRE)],
            [image("A", -1)],
            warning("simulation-time", "should be pushed before the time of the simulation", "choose a later time"),
            id="pushed-in-the-future",
        ),
    ],
)
def test_warns_of_what_a_listing_does_not_tell(rules, images, finding):
    assert simulate(rules, images).warnings() == (finding,)


def test_a_live_repository_may_have_no_archived_images():
    simulation = simulate([(ANY, since("Transitioned", 90), EXPIRE)], [image("A", 1)], children={})

    assert simulation.warnings() == ()


def test_an_image_pushed_at_the_time_of_the_simulation_is_no_riddle():
    assert simulate([(ANY, count(9), EXPIRE)], [image("A", 0)]).warnings() == ()


# --- the naive reference: rule by rule, image by image, as the user guide words it ---


def naive(rules, images):
    """Return the number of the rule that acts on each image, None for those that stay."""
    acts = {}
    for position, candidate in enumerate(images):
        for rule in sorted(rules, key=lambda rule: rule.priority):
            if selects(rule, candidate):
                acts[position] = rule.priority if naive_hit(rule, position, images) else None
                break
    return [acts.get(position) for position in range(len(images))]


def selects(rule, candidate):
    if candidate.subject or candidate.status != {"standard": "ACTIVE", "archive": "ARCHIVED"}[rule.storage_class]:
        return False
    if rule.tag_status == "any":
        return True
    if rule.tag_status == "untagged":
        return candidate.tags == ()
    every_pattern = all(
        any(fnmatch.fnmatchcase(tag, pattern) for tag in candidate.tags) for pattern in rule.tag_patterns
    )
    return every_pattern and all(
        any(tag[: len(prefix)] == prefix for tag in candidate.tags) for prefix in rule.tag_prefixes
    )


def naive_hit(rule, position, images):
    candidate = images[position]
    came = candidate.activated_at or candidate.pushed_at
    if rule.count_type == "imageCountMoreThan":
        younger = [
            other
            for place, other in enumerate(images)
            if selects(rule, other) and ((other.activated_at or other.pushed_at), place) > (came, position)
        ]
        return len(younger) >= rule.count_number
    since = {
        "sinceImagePushed": came,
        "sinceImagePulled": max(candidate.pulled_at or 0, came)
        if candidate.activated_at
        else candidate.pulled_at or came,
        "sinceImageTransitioned": candidate.archived_at or NOW,
    }[rule.count_type]
    return NOW - since > rule.count_number * DAY


AGES = st.integers(0, 9).map(lambda days: NOW - days * DAY)
IMAGES = st.lists(
    st.builds(
        Image,
        digest=st.just("x"),
        pushed_at=AGES,
        tags=st.lists(st.text("ab", min_size=1, max_size=3), max_size=3).map(tuple),
        pulled_at=st.none() | AGES,
        status=st.sampled_from(["ACTIVE", "ACTIVE", "ARCHIVED", "ACTIVATING"]),
        archived_at=st.none() | AGES,
        activated_at=st.none() | AGES,
        subject=st.sampled_from([None, None, None, "y"]),
    ),
    max_size=12,
)
NAMED = st.one_of(
    st.lists(st.text("ab*", min_size=1, max_size=3), min_size=1, max_size=2).map(
        lambda patterns: {"tag_status": "tagged", "tag_patterns": tuple(patterns)}
    ),
    st.text("ab", min_size=1, max_size=2).map(lambda prefix: {"tag_status": "tagged", "tag_prefixes": (prefix,)}),
    st.sampled_from([{"tag_status": "untagged"}, {"tag_status": "any"}]),
)
LIMITS = st.sampled_from(
    [
        {"count_type": "imageCountMoreThan"},
        {"count_type": "sinceImagePushed"},
        {"count_type": "sinceImagePulled", "action": "transition"},
        {"count_type": "sinceImageTransitioned", "storage_class": "archive"},
    ]
)
RULES = st.lists(st.tuples(NAMED, LIMITS, st.integers(1, 6)), max_size=6).map(
    lambda drawn: tuple(
        Rule(priority=number, count_number=count_number, **selection, **limit)
        for number, (selection, limit, count_number) in enumerate(drawn, start=1)
    )
)


@given(rules=RULES, images=IMAGES)
def test_agrees_with_the_naive_reference(rules, images):
    simulation = Simulation(LifecyclePolicy(rules), images, now=NOW)

    assert [
        outcome.rule.priority if outcome.verdict in ("expire", "transition") else None
        for outcome in simulation.outcomes()
    ] == naive(rules, images)
    assert [image for image, _, _ in simulation.actions()] == [
        image for image, rule in zip(images, naive(rules, images), strict=True) if rule
    ]


@given(rules=RULES, images=IMAGES)
def test_explains_every_image_and_counts_every_shielded_one(rules, images):
    simulation = Simulation(LifecyclePolicy(rules), images, now=NOW)
    sentences = [simulation.explain(index) for index in range(len(images))]

    shielded = {
        (outcome.rule.priority, later.priority)
        for outcome, position in zip(simulation.outcomes(), range(len(images)), strict=True)
        if outcome.verdict == "kept"
        for later in rules
        if later.priority > outcome.rule.priority
        and selects(later, outcome.image)
        and naive_hit(later, position, images)
    }
    assert {(shield.rule.priority, shield.later.priority) for shield in simulation.shields()} == shielded
    assert all(sentences)


def test_a_rule_of_a_thousand_patterns_does_not_hang():
    patterns = tuple(f"*{number:x}*" for number in range(2_000))
    rule = Rule(priority=1, tag_status="tagged", tag_patterns=patterns, count_type="imageCountMoreThan", count_number=1)
    images = [Image(f"sha256:{n:064}", NOW - n, (f"v{n}", f"sha-{n:040x}")) for n in range(50_000)]
    start = time.process_time()

    assert list(Simulation(LifecyclePolicy((rule,)), images, now=NOW).actions()) == []
    assert time.process_time() - start < 4


def test_takes_linear_time_for_as_many_images_as_a_repository_may_hold():
    rules = [
        Rule(
            priority=number,
            tag_status="tagged",
            tag_patterns=(f"team{number}-*",),
            count_type="imageCountMoreThan",
            count_number=100,
        )
        for number in range(1, 50)
    ]
    rules.append(Rule(priority=50, tag_status="any", count_type="sinceImagePushed", count_number=30))
    images = [Image(f"sha256:{n:064}", NOW - n * 60.0, (f"team{n % 60}-{n}",)) for n in range(100_000)]
    start = time.process_time()
    gone = sum(1 for _ in Simulation(LifecyclePolicy(tuple(rules)), images, now=NOW).actions())

    assert gone > 0
    assert time.process_time() - start < 10  # a second on an idle machine, see benchmarks/
