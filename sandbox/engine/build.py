"""
Build the engine from Go modules, with the language hosts of this folder.

The result is cached by the content it was built from; an interrupted build goes on from Go's own cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sandbox import console, layout
from sandbox.choices import Choice, SetUpError
from sandbox.engine import toolchain

MODULE: Final = Path(__file__).parent
GO_CACHE: Final = layout.CACHE / "go"
ENGINE: Final = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
YAML_HOST: Final = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
HOSTS: Final = ("./pulumi-language-python", "./pulumi-language-nodejs")
PROGRAMS: Final = (ENGINE, YAML_HOST, *HOSTS)
SDK: Final = "github.com/pulumi/pulumi/sdk/v3"
DISK_BYTES: Final = 6 * 10**9
"""Module cache, build cache and binaries together, with a margin."""


def is_source(path: Path) -> bool:
    """Return whether a change of the file *path* makes another engine."""
    is_go = path.suffix == ".go" and not path.name.endswith("_test.go")
    return is_go or path.name in {"go.mod", "go.sum", "build.py"}


def content_key() -> str:
    """Return what a build depends on: the module files, the hosts' source, this builder and the platform."""
    digest = hashlib.sha256(f"{platform.system()} {platform.machine()}".encode())
    for path in sorted(filter(is_source, MODULE.rglob("*"))):
        digest.update(path.relative_to(MODULE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def place(binaries: Path) -> None:
    """Make `.sandbox/bin` stand for *binaries*, in one step."""
    layout.HOME.mkdir(parents=True, exist_ok=True)
    fresh = layout.HOME / "bin.partial"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(binaries)
    fresh.replace(layout.BIN)


def go_environment() -> dict[str, str]:
    """Return the environment of every `go` call: nothing is written outside the sandbox."""
    return os.environ | {
        "GOMODCACHE": str(GO_CACHE / "modules"),
        "GOCACHE": str(GO_CACHE / "build"),
        "GOFLAGS": "-mod=readonly -modcacherw -buildvcs=false",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }


def lines_of(command: list[str]) -> Iterator[str]:
    """
    Run *command* in the module's folder and yield its lines, errors among them.

    Raises:
        SetUpError: It failed; the message holds its last lines.
    """
    last: list[str] = []
    with subprocess.Popen(
        command, cwd=MODULE, env=go_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            last = [*last[-4:], line.rstrip()]
            yield line
    if process.returncode:
        raise SetUpError("\n".join(["engine: the build from Go modules failed; Go's last lines:", *last]))


def required_modules() -> int:
    """Return how many modules `go.mod` requires."""
    return sum("/" in line and " v" in line for line in (MODULE / "go.mod").read_text(encoding="utf-8").splitlines())


def compile_into(folder: Path, go: str) -> None:
    """Compile the engine and the hosts into *folder*, with progress on the terminal."""
    packages: list[str] = []

    def downloads() -> Iterator[str]:
        for line in lines_of([go, "list", "-deps", *PROGRAMS]):
            if line.startswith("go: downloading"):
                yield line
            else:
                packages.append(line)

    console.progress("downloading Go modules", required_modules(), downloads())
    module = json.loads("".join(lines_of([go, "list", "-m", "-json", SDK])))
    flags = f"-s -w -X {SDK}/go/common/version.Version={module['Version']}"
    # Debug information is a tenth of the compiling, and nobody debugs the engine here.
    build = [go, "build", "-v", "-trimpath", "-gcflags=all=-dwarf=false", "-ldflags", flags]
    build += ["-o", f"{folder}{os.sep}", *PROGRAMS]
    console.progress("compiling the engine (minutes, once)", len(packages), lines_of(build))
    # What runs programs and dynamic providers belongs to the SDK's release: taken from it, never committed.
    for runner in ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python"):
        copy = shutil.copy(Path(module["Dir"]) / "python" / runner, folder)
        Path(copy).chmod(0o755)


def require_disk() -> None:
    """Raise SetUpError when the disk has no room for a build."""
    GO_CACHE.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(GO_CACHE).free
    if free < DISK_BYTES:
        raise SetUpError(
            f"engine: building it needs {DISK_BYTES / 1e9:.0f} GB of disk, {free / 1e9:.1f} GB are free;"
            " free some, or put a pulumi of 3.249 or newer on PATH"
        )


def built() -> Choice:
    """
    Take the engine built from Go modules, building it when its content key has not been built before.

    Raises:
        SetUpError: There is no Go toolchain, no disk space, or the build fails.
    """
    key = content_key()
    folder = layout.CACHE / "engine" / key
    reason = "from the cache"
    if not folder.is_dir():
        require_disk()
        go = toolchain.choose()
        reason = f"with {go}"
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        compile_into(partial, go.key)
        partial.rename(folder)
    place(folder)
    version = next(
        line.split()[-1] for line in (MODULE / "go.mod").read_text(encoding="utf-8").splitlines() if SDK in line
    )
    return Choice("built from Go modules", version.removeprefix("v"), reason, key)
