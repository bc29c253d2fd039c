from __future__ import annotations

import pytest

from sandbox import choices, layout
from sandbox.choices import Choice, SetUpError, Unavailable


def refusing(reason):
    def candidate():
        raise Unavailable(reason)

    return candidate


def test_the_first_that_can_be_had_is_taken_with_the_reasons_of_those_before():
    taken = choices.first_available(
        "engine",
        [refusing("too old"), refusing("no network"), lambda: Choice("third", "1.0", "built"), refusing("never")],
    )

    assert taken == Choice("third", "1.0", "too old; no network; built")
    assert str(taken) == "third, 1.0 (too old; no network; built)"


def test_none_is_an_error_with_every_reason():
    with pytest.raises(SetUpError, match=r"^engine: cannot be had here: too old; no network$"):
        choices.first_available("engine", [refusing("too old"), refusing("no network")])


def test_records_by_part(home):
    choices.write("engine", Choice("a", "1"))
    choices.write("aws provider", Choice("b", "2", "because", "key"))

    assert choices.read() == {"engine": Choice("a", "1"), "aws provider": Choice("b", "2", "because", "key")}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"engine": 3}', '{"engine": {"x": 1}}'], ids=str)
def test_a_damaged_record_means_to_choose_again(home, text):
    layout.HOME.mkdir()
    layout.CHOICES.write_text(text, encoding="utf-8")

    assert choices.read() == {}
