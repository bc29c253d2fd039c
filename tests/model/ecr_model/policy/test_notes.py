"""What a reader keeps beside the values."""

from ecr_model.findings import Finding
from ecr_model.policy.kinds import REPOSITORY_POLICY
from ecr_model.policy.notes import UNKNOWN, Notes, entries_at, read_texts


def test_yields_one_value_or_a_list_with_their_paths():
    assert list(entries_at("x", "p")) == [("p", "x")]
    assert list(entries_at(["x", 1], "p")) == [("p[0]", "x"), ("p[1]", 1)]


def test_reads_texts_and_notes_the_rest():
    notes = Notes(REPOSITORY_POLICY)

    assert list(read_texts(["x", 1, UNKNOWN, ""], "p", notes, "r")) == [("p[0]", "x")]
    assert notes.findings == [
        Finding("p[1]", "r", "must be a text", "1"),
        Finding("p[3]", "r", "must be a text", "''"),
    ]
    assert notes.unknown == ["p[2]"]


def test_finds_the_nearest_word_in_any_case():
    notes = Notes(REPOSITORY_POLICY)

    assert notes.nearest("stringequal", ["StringLike", "StringEquals"]) == "StringEquals"
    assert notes.nearest("x", ["StringLike"]) is None
    assert notes.nearest(7, ["StringLike"]) is None


def test_unknown_shows_what_it_is():
    assert repr(UNKNOWN) == "UNKNOWN"
