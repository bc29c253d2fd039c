"""What the engine said, read as facts; and what is no such thing, refused in a line."""

import json

import pytest
from secure_ecr_ops.output import Failure
from secure_ecr_ops.report.events import Events, Place, State, Step, Urn, Violation, plain, read_events

REPOSITORY = "urn:pulumi:prod::shop::aws:ecr/repository:Repository::api"
DIGEST = {"steps": [{"op": "same", "urn": REPOSITORY, "newState": {"sourcePosition": "project:///__main__.py#7"}}]}


def read(text):
    return read_events([("events", text if isinstance(text, bytes) else text.encode())])


def position(*places):
    first, *frames = places
    state = {"sourcePosition": first, "stackTrace": [{"sourcePosition": frame} for frame in frames]}
    return json.dumps({"steps": [{"op": "create", "urn": REPOSITORY, "newState": state}]})


def test_reads_every_fact(run):
    run.finds("<{%fg 1%}>too long\n", severity="low").passes("ecr-repository-encryption")
    run.does("replace", old={"name": "a"}, new={"name": "b"}, keys=["name"], id="a", protect=True, retainOnDelete=True)
    run.fails("error: \x1b[31mno such file\x1b[0m\n").fails("preview failed\n")

    assert read(run.text + json.dumps(DIGEST, indent=1)) == Events(
        violations=[Violation(REPOSITORY, "secure-ecr", "ecr-repository-name", "too long", "mandatory", "low")],
        passed={REPOSITORY: ["ecr-repository-encryption"]},
        steps={
            REPOSITORY: [
                Step(
                    "replace",
                    REPOSITORY,
                    State("a", {"name": "a"}, protect=True, retain=True),
                    State("a", {"name": "b"}, protect=True, retain=True),
                    ("name",),
                ),
                Step("same", REPOSITORY, None, State()),
            ]
        },
        places={REPOSITORY: Place("__main__.py", 7)},
        packs={"secure-ecr": "0.1.0"},
        errors=["error: no such file"],
        configuration={"aws:region": "eu-central-1"},
        time=60,
        is_complete=True,
        has_failed=True,
    )


def test_events_and_digest_may_be_two_files(run):
    both = read_events([("events", run.text.encode()), ("steps", json.dumps(DIGEST).encode())])

    assert both == read(run.text + json.dumps(DIGEST))


@pytest.mark.parametrize(
    ("before", "after", "keys"),
    [
        pytest.param({"a": "MUTABLE", "b": 1}, {"a": "IMMUTABLE", "b": 1}, "a", id="changed"),
        pytest.param({"a": 1}, {"b": 1}, "a, b", id="removed-and-added"),
        pytest.param({}, {"a": "secret"}, "a", id="from-nothing"),
        pytest.param({"a": 1}, {"a": 1}, "nothing", id="the-same"),
    ],
)
def test_what_the_pack_changed_is_told_without_its_values(run, before, after, keys):
    body = {"resourceUrn": REPOSITORY, "policyName": "ecr-repository-tag-immutability", "policyPackName": "secure-ecr"}
    run.events.append({"policyRemediationEvent": {**body, "before": before, "after": after}})
    said = f"{keys}: changed by the policy pack; write it in the program, to see what is deployed"

    assert read(run.text).violations == [
        Violation(REPOSITORY, "secure-ecr", "ecr-repository-tag-immutability", said, "advisory", "")
    ]


def test_what_two_runs_repeat_is_said_once(run):
    run.finds("too long")

    assert read(run.text * 2) == read(run.text)


@pytest.mark.parametrize(
    ("positions", "place"),
    [
        pytest.param(["project:///stacks/a.py#3"], Place("stacks/a.py", 3), id="line"),
        pytest.param(["project:///a.py#3,14"], Place("a.py", 3), id="column"),
        pytest.param(["project:///a.py#0"], Place("a.py", 1), id="no-line"),
        pytest.param(["project:///../lib.py#3", "project:///a.py#9"], Place("a.py", 9), id="outside"),
        pytest.param(["project:///.venv/site-packages/l.py#3", "project:///a.py#9"], Place("a.py", 9), id="library"),
        pytest.param(["", "project:///../lib.py#3"], None, id="nowhere"),
    ],
)
def test_a_place_is_the_first_line_of_the_project_itself(run, positions, place):
    assert read(run.text + position(*positions)).places.get(REPOSITORY) == place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a <{%fg 13%}>b<{%reset%}>", "a b", id="directives"),
        pytest.param("\x1b[1;31mred\x1b[0m \x1b[2J", "red", id="terminal"),
        pytest.param(" a \n\n  b\r\n", "a\nb", id="lines"),
        pytest.param("\x07 \u202e \ud800 \x9b", "\\x07 \\u202e \\ud800 \\x9b", id="controls"),
        pytest.param("é 🐳 <b>", "é 🐳 <b>", id="letters"),
        pytest.param("<{%", "<{%", id="half"),
    ],
)
def test_text_is_data(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("urn", "parts"),
    [
        pytest.param(REPOSITORY, Urn("prod", "shop", "aws:ecr/repository:Repository", "api"), id="resource"),
        pytest.param(
            "urn:pulumi:p::s::a:b:C$aws:ecr/repository:Repository::x::y",
            Urn("p", "s", "aws:ecr/repository:Repository", "x::y"),
            id="child",
        ),
        pytest.param("", Urn("", "", "", ""), id="stack"),
        pytest.param("nonsense", Urn("", "", "", "nonsense"), id="none"),
    ],
)
def test_parts_of_a_urn(urn, parts):
    assert Urn.parse(urn) == parts


EVENT = '{"sequence": 0, "timestamp": 1, '


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            "",
            "must have events of pulumi, got an empty file;"
            " write PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json > EVENTS",
            id="empty",
        ),
        pytest.param(b"\xff\xfe{", "must be UTF-8 text, got byte 0xff", id="utf-16"),
        pytest.param(
            EVENT + '"cancelEvent": {}}\n' + EVENT + '"policyEv',
            "must be whole, got an event that is cut off, at line 2; write the events anew",
            id="cut",
        ),
        pytest.param(
            "warning: \x1b[1mnew\nversion\n",
            "must be JSON events of pulumi, at line 1, got 'warning: \\\\x1b[1mnew';"
            " keep standard error out of the file",
            id="not-json",
        ),
        pytest.param(
            '{"a":' * 100_000,
            "must be JSON events of pulumi, at line 1, got '" + '{"a":' * 8 + "'; keep standard error out of the file",
            id="deep",
        ),
        pytest.param('\n{"a": 1}', "must be events of pulumi, at line 2: got an object with a", id="other-object"),
        pytest.param("[]", "must be events of pulumi, at line 1: got a list", id="list"),
        pytest.param(
            EVENT + '"policyEvent": {"message": "m", "enforcementLevel": "mandatory"}}',
            "must be events of pulumi, at line 1: got an object with sequence, timestamp, policyEvent",
            id="no-policy-name",
        ),
        pytest.param(
            EVENT + '"policyEvent": 3}',
            "must be events of pulumi, at line 1: got an object with sequence, timestamp, policyEvent",
            id="event-of-another-shape",
        ),
        *(
            pytest.param(
                f'{{"sequence": 0, "timestamp": {time}, "preludeEvent": {{}}}}',
                "must be events of pulumi, at line 1: got an object with sequence, timestamp, preludeEvent",
                id=f"time-{name}",
            )
            for name, time in (
                ("in-words", '"today"'),
                ("without-end", "1e400"),
                ("after-all-years", str(10**15)),
                ("before-pulumi", "-1"),
            )
        ),
        pytest.param(
            EVENT + '"preludeEvent": {}}',
            "must have all events of a run, got no summary at their end; write them anew",
            id="no-summary",
        ),
        pytest.param(
            json.dumps(DIGEST),
            "must have events of policies, got the digest of a preview alone;"
            " write PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json > EVENTS",
            id="digest-alone",
        ),
        pytest.param(
            EVENT + '"summaryEvent": {"PolicyPacks": {}}}',
            "must come from a run under the policy pack, got one without any;"
            ' add --policy-pack "$(secure-ecr pack path)"',
            id="no-pack",
        ),
    ],
)
def test_refuses_what_is_no_whole_run(content, message):
    with pytest.raises(Failure) as refused:
        read(content)

    assert refused.value.message == f"events: {message}"


def test_a_second_run_that_is_cut_off_makes_the_file_incomplete(run):
    with pytest.raises(Failure, match="got no summary at their end"):
        read(run.text + EVENT + '"preludeEvent": {}}')
