"""What the commands behind `make` say and where; the whole of them runs in the acceptance tests."""

from __future__ import annotations

from sandbox import cli, console, layout
from sandbox.aws import server


def test_env_sets_up_what_is_missing_and_writes_for_the_shell_nothing_but_exports(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(layout, "HOME", tmp_path)
    monkeypatch.setattr(layout, "STATE", tmp_path / "state")
    monkeypatch.setattr(cli, "set_up", lambda *, again: console.step(f"engine: built, again={again}"))
    monkeypatch.setattr(server, "ensure", lambda *_: server.Server(1, 4566, "identity"))

    cli.main(["env"], standalone_mode=False)
    written = capsys.readouterr()

    assert written.err == "• engine: built, again=False\n"
    assert [line.split(maxsplit=1)[0] for line in written.out.splitlines()] == [
        *["unset"] * len(layout.forgotten()),
        *["export"] * (len(layout.variables("")) + 1),
    ]
