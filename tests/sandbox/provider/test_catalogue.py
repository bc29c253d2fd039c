from __future__ import annotations

from sandbox.provider.catalogue import FILE, catalogue


def test_the_committed_catalogue_is_the_one_of_the_table():
    assert FILE.read_text(encoding="utf-8") == catalogue(), "run `python -m sandbox.provider.catalogue`"
