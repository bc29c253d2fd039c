"""A sandbox of its own for each test: nothing of the checkout's is read or written."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import layout
from sandbox.engine import build, chooser, toolchain


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Move the sandbox's folder to a temporary one and return it."""
    folder = tmp_path / "sandbox"
    monkeypatch.setattr(layout, "HOME", folder)
    monkeypatch.setattr(layout, "BIN", folder / "bin")
    monkeypatch.setattr(layout, "CACHE", folder / "cache")
    monkeypatch.setattr(layout, "CHOICES", folder / "choices.json")
    monkeypatch.setattr(layout, "PULUMI_HOME", folder / "pulumi")
    monkeypatch.setattr(build, "GO_CACHE", folder / "cache" / "go")
    monkeypatch.setattr(chooser, "OFFICIAL", folder / "official")
    monkeypatch.setattr(toolchain, "ENVIRONMENT", folder / "cache" / "go-toolchain")
    return folder
