"""What a guide says is done, and what it shows is what was said."""

from __future__ import annotations

import os

import pytest

from sandbox.guides import Shell, blocks, commands, pictures, replayed, shown

GUIDE = """\
# Title

```sh
cd inner
export GREETING=hello
```

```console
$ cat settings.yaml
old answer
$ echo $GREETING
```

```diff
--- inner/settings.yaml
 a: 1
-b: 2
+b: 3
```

```console
$ cat settings.yaml; echo failed >&2; false
```
"""

FOLLOWED = """\
# Title

```sh
cd inner
export GREETING=hello
```

```console
$ cat settings.yaml
a: 1
b: 2
$ echo $GREETING
hello
```

```diff
--- inner/settings.yaml
 a: 1
-b: 2
+b: 3
```

```console
$ cat settings.yaml; echo failed >&2; false
a: 1
b: 3
failed
```
"""


@pytest.fixture
def shell(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "settings.yaml").write_text("a: 1\nb: 2\n", encoding="utf-8")
    return Shell(tmp_path, {"PATH": os.defpath})


def test_follows_a_guide_from_its_first_line_to_its_last(shell):
    assert replayed(GUIDE, shell) == FOLLOWED


def test_only_asks_where_nothing_is_to_be_done(shell):
    guide = "```sh\nfalse\n```\n\n```console\n$ cat inner/settings.yaml\n```\n"

    assert shown(guide, shell) == "```sh\nfalse\n```\n\n```console\n$ cat inner/settings.yaml\na: 1\nb: 2\n```\n"


def test_leaves_out_what_the_engine_says_twice(shell):
    said = r"    pulumi:pulumi:Stack a-b  error: x\nerror: x\nmake: *** [Makefile:21: up] Error 1\n"
    guide = f"```console\n$ printf '{said}'\n```\n"

    assert shown(guide, shell).splitlines()[2:] == ["error: x", "```"]


def test_a_command_without_an_answer_must_succeed(shell):
    with pytest.raises(RuntimeError) as refused:
        replayed("```sh\necho why; exit 3\n```\n", shell)

    assert str(refused.value) == "echo why; exit 3: must succeed, got status 3:\nwhy\n"


@pytest.mark.parametrize(
    ("content", "count"), [pytest.param("b: 7\n", 0, id="gone"), pytest.param("b: 2\nb: 2\n", 2, id="twice")]
)
def test_an_edit_must_fit_once(shell, content, count):
    (shell.folder / "inner" / "settings.yaml").write_text(content, encoding="utf-8")

    with pytest.raises(RuntimeError) as refused:
        shell.edit("--- inner/settings.yaml\n-b: 2\n+b: 3\n")

    assert str(refused.value) == (
        f"--- inner/settings.yaml: the lines that stay and go must be there once, got {count}"
    )


def test_finds_the_commands_that_draw():
    guide = "```sh\ndraw --svg docs/images/a.svg\ndraw --svg mine.svg\n```\n"

    assert pictures(guide) == ["draw --svg docs/images/a.svg"]
    assert [commands(block) for block in blocks(guide)] == [["draw --svg docs/images/a.svg", "draw --svg mine.svg"]]
