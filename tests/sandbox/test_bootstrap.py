"""The environment of everything else: made once for what it depends on, by one run at a time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox import bootstrap

WAITING = "• another run of make uses the sandbox: waiting for it"
INSTALLING = "• Python environment: installing the locked packages into .venv, about half a minute"


@pytest.fixture
def installs(tmp_path, monkeypatch):
    """Move the environment to a temporary folder, and keep what is done to it; an installation takes a while."""
    environment = tmp_path / ".venv"
    monkeypatch.setattr(bootstrap, "HOME", tmp_path / ".sandbox")
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", environment)
    monkeypatch.setattr(bootstrap, "PYTHON", environment / "bin" / "python")
    monkeypatch.setattr(bootstrap, "STAMP", environment / "installed")
    done = []

    def create(folder, **_options):
        done.append("create")
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").touch()

    def install():
        done.append("install")
        time.sleep(0.3)

    monkeypatch.setattr(bootstrap.venv, "create", create)
    monkeypatch.setattr(bootstrap, "install", install)
    return done


def test_makes_the_environment_once(installs, capsys):
    bootstrap.main()
    bootstrap.main()

    assert installs == ["create", "install"]
    assert capsys.readouterr().out.splitlines() == [INSTALLING]


def test_two_runs_at_once_make_it_once(installs, capsys):
    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(bootstrap.main) for _ in range(2)]:
            future.result()

    assert installs == ["create", "install"]
    assert sorted(capsys.readouterr().out.splitlines()) == sorted([INSTALLING, WAITING])


def test_an_interrupted_run_is_gone_on_with(installs, monkeypatch):
    finish = bootstrap.install

    def interrupted():
        finish()
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.main()
    monkeypatch.setattr(bootstrap, "install", finish)
    bootstrap.main()

    assert installs == ["create", "install", "install"]


def test_another_lock_leaves_nothing_of_the_old_environment(installs, monkeypatch):
    bootstrap.main()
    (bootstrap.ENVIRONMENT / "old").touch()
    monkeypatch.setattr(bootstrap, "content_key", lambda: "another")
    bootstrap.main()

    assert installs == ["create", "install"] * 2
    assert not (bootstrap.ENVIRONMENT / "old").exists()


def test_takes_the_pin_of_a_package_with_its_hashes():
    pin = "uv==0.9 ; python_version > '3' \\\n    --hash=sha256:2 \\\n    --hash=sha256:3\n"

    assert bootstrap.locked("uv", f"aa==1 \\\n    --hash=sha256:1\n{pin}zz==1\n") == pin


def test_a_lock_without_the_package_is_one_line():
    with pytest.raises(SystemExit) as refused:
        bootstrap.locked("uv", "aa==1\n")

    assert refused.value.code == "make: requirements.lock must pin uv; run `make lock`"
