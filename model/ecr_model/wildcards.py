"""
Patterns in which `*` stands for any run of characters, also none, and everything else for itself.

`fnmatch` would not do: it reads `?` and `[ ]` as well, which ECR takes literally.
"""

from __future__ import annotations

from collections import deque

_DIGITS = "0123456789"


def is_match(pattern: str, text: str) -> bool:
    """
    Tell whether *pattern* matches the whole of *text*.

    Source: ECR user guide, "Lifecycle policy properties" and "Preventing image tags from being overwritten".
    """
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    *middle, last = rest
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    position, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


def common_example(first: str, second: str) -> str | None:
    """
    Return a shortest text that both patterns match, None when no text does.

    In both patterns `#` stands for one or more digits (neither tags nor repository names contain it),
    so that `v#.#.#` describes release tags: `v1.*` and `v#.#.#` have `v1.0.0` in common.
    """
    one, two = _tokens(first), _tokens(second)
    queue = deque([((0, 0), "")])
    seen = set()
    while queue:
        state, text = queue.popleft()
        if state == (len(one), len(two)):
            return text
        if state in seen:
            continue
        seen.add(state)
        for letter, following in _steps(one, two, state):
            # A step that adds no letter is looked at first, so that the first text found is a shortest one.
            (queue.append if letter else queue.appendleft)((following, text + letter))
    return None


_Token = tuple[str, bool]
"""The characters that may stand here ("" for every one), and whether they may repeat or be absent."""


def _tokens(pattern: str) -> tuple[_Token, ...]:
    tokens: list[_Token] = []
    for letter in pattern:
        if letter == "*":
            tokens.append(("", True))
        elif letter == "#":
            tokens += [(_DIGITS, False), (_DIGITS, True)]
        else:
            tokens.append((letter, False))
    return tuple(tokens)


def _steps(
    one: tuple[_Token, ...], two: tuple[_Token, ...], state: tuple[int, int]
) -> list[tuple[str, tuple[int, int]]]:
    """Return the ways on from *state*: the letter that both patterns take, and the state after it."""
    i, j = state
    steps = []
    if i < len(one) and one[i][1]:
        steps.append(("", (i + 1, j)))
    if j < len(two) and two[j][1]:
        steps.append(("", (i, j + 1)))
    if i < len(one) and j < len(two) and (letter := _common_letter(one[i][0], two[j][0])):
        steps.append((letter, (i if one[i][1] else i + 1, j if two[j][1] else j + 1)))
    return steps


def _common_letter(one: str, two: str) -> str:
    if not one or not two:
        return (one or two)[:1]
    return next((letter for letter in one if letter in two), "")
