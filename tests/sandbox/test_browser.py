"""The browser of the tests: found on PATH, or installed where that is allowed, and said."""

from __future__ import annotations

import pytest

from sandbox import browser
from sandbox.choices import SetUpError

FIX = "install Chromium or Chrome, on Debian and Ubuntu with `apt install chromium`"


@pytest.fixture
def alone(programs, monkeypatch, tmp_path):
    """Leave nothing on PATH but what a test adds, and be root."""
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    return programs


@pytest.mark.parametrize("name", browser.PROGRAMS)
def test_takes_what_is_on_path(alone, name, capsys):
    program = alone(name, "")

    assert browser.ensure() == str(program)
    assert capsys.readouterr().out == ""


def test_prefers_chromium(alone):
    alone("google-chrome", "")

    chromium = alone("chromium", "")

    assert browser.find() == str(chromium)


def test_installs_debian_s_and_says_so(alone, capsys, tmp_path):
    chromium = tmp_path / "programs" / "chromium"
    log = tmp_path / "log"
    install = f'[ "$2" = update ] || {{ echo "#!/bin/sh" > {chromium}; /bin/chmod +x {chromium}; }}'
    alone("apt-get", f'echo "$@" >> {log}\n{install}')

    assert browser.ensure() == str(chromium)
    assert "browser: installing Debian's chromium, about a minute" in capsys.readouterr().out
    assert log.read_text(encoding="utf-8").splitlines() == [
        "--quiet update",
        "--quiet install --yes --no-install-recommends chromium",
    ]


@pytest.mark.parametrize(
    ("user", "script", "message"),
    [
        pytest.param(
            1000, "", f"none of chromium, chromium-browser, google-chrome, google-chrome-stable is on PATH; {FIX}",
            id="not-root",
        ),
        pytest.param(
            0, None, f"none of chromium, chromium-browser, google-chrome, google-chrome-stable is on PATH; {FIX}",
            id="no-apt",
        ),
        pytest.param(0, "echo first; echo no network; exit 100", f"apt-get update failed: no network; {FIX}", id="apt"),
        pytest.param(0, "", f"the package chromium brought none; {FIX}", id="empty-package"),
    ],
)  # fmt: skip
def test_what_cannot_be_had_is_one_line(alone, monkeypatch, user, script, message):
    monkeypatch.setattr("os.geteuid", lambda: user)
    if script is not None:
        alone("apt-get", script)

    with pytest.raises(SetUpError) as refused:
        browser.ensure()

    assert str(refused.value) == f"browser: {message}"
