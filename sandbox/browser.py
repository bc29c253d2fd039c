"""The browser in which the tests open the report's page: one on PATH, else Debian's chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Final

from sandbox import console
from sandbox.choices import SetUpError

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

FLAGS: Final = (
    "--no-sandbox",  # the tests may run as root, where Chromium's own sandbox does not work
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
"""With these it asks nothing of a network."""


def find() -> str | None:
    """Return the path of a browser on PATH, None when there is none."""
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


def ensure() -> str:
    """
    Return the path of a browser; where there is none and it may, install Debian's chromium, and say so.

    Raises:
        SetUpError: There is none, and it cannot be installed here.
    """
    if path := find():
        return path
    fix = "install Chromium or Chrome, on Debian and Ubuntu with `apt install chromium`"
    if os.geteuid() or not shutil.which("apt-get"):
        raise SetUpError(f"browser: none of {', '.join(PROGRAMS)} is on PATH; {fix}")
    console.step("browser: installing Debian's chromium, about a minute")
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        done = subprocess.run(
            ["apt-get", "--quiet", *command],
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            said = " ".join(done.stdout.splitlines()[-1:])
            raise SetUpError(f"browser: apt-get {command[0]} failed: {said}; {fix}")
    if path := find():
        return path
    raise SetUpError(f"browser: the package chromium brought none; {fix}")
