"""
Make `.venv` with every locked dependency, so that the rest of the set-up can use them.

Runs before anything is installed: the standard library only, on whatever Python the person has. A run that was
interrupted leaves no stamp, so the next one goes on where it stopped.
"""

import sys

OLDEST = (3, 11)

if sys.version_info < OLDEST:
    # No f-string: this line must run, and be understood, on the Python that is too old.
    sys.exit("make: Python must be 3.11 or newer, got {}.{}; try `make PYTHON=python3.12`".format(*sys.version_info))

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOCK = ROOT / "requirements.lock"
STAMP = ENVIRONMENT / "installed"
HOME = ROOT / ".sandbox"
CACHE = HOME / "cache"
IN_USE = "another run of make uses the sandbox: waiting for it"


@contextmanager
def hold(lock: Path, wait: Callable[[], None]) -> Iterator[None]:
    """Hold the file *lock* for this process; while another one has it, say so by *wait*, and wait."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def content_key() -> str:
    """Return what the environment depends on: the lock, the project's metadata and the interpreter."""
    parts = [
        LOCK.read_bytes(),
        (ROOT / "pyproject.toml").read_bytes(),
        sys.version.encode(),
        str(ROOT).encode(),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def locked(package: str, lock: str) -> str:
    """Return the lines of *lock* that pin *package* with its hashes."""
    found = re.search(rf"^{re.escape(package)}==.*(?:\n    --hash=.*)+", lock, re.MULTILINE)
    if not found:
        sys.exit(f"make: requirements.lock must pin {package}; run `make lock`")
    return found.group(0) + "\n"


def run(*command: object) -> bool:
    """Run *command* with caches inside the checkout; return whether it succeeded."""
    environment = os.environ | {
        "PIP_CACHE_DIR": str(CACHE / "pip"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_CACHE_DIR": str(CACHE / "uv"),
        "UV_PYTHON_DOWNLOADS": "never",
        "VIRTUAL_ENV": str(ENVIRONMENT),
    }
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=environment, check=False)
    return done.returncode == 0


def install() -> None:
    """Install exactly what the lock names, then this project in editable form."""
    uv_lock = CACHE / "uv.lock.txt"
    uv_lock.parent.mkdir(parents=True, exist_ok=True)
    uv_lock.write_text(locked("uv", LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    pip = [PYTHON, "-m", "pip", "install", "--quiet"]
    if not run(*pip, "--require-hashes", "-r", uv_lock):
        sys.exit("make: `uv` could not be had from the package index; check the network and pip's configuration")
    # uv does not read pip's own configuration, where a company names its index: pip is what always works there.
    uv = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--python", PYTHON]
    if not run(*uv, "--require-hashes", "-r", LOCK) and not run(*pip, "--require-hashes", "-r", LOCK):
        sys.exit("make: the locked dependencies could not be installed; the lines above say which and why")
    if not run(*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT):
        sys.exit("make: this project could not be installed in .venv; the lines above say why")


def is_installed(key: str) -> bool:
    """Return whether `.venv` holds everything that *key* stands for."""
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8") == key


def main() -> None:
    """Bring `.venv` up to date; say so only when there was something to do."""
    key = content_key()
    if is_installed(key):
        return
    # The lock of the commands: none of them may run in an environment that is made anew.
    with hold(HOME / "lock", lambda: print(f"• {IN_USE}", flush=True)):
        if not is_installed(key):
            renew(key)


def renew(key: str) -> None:
    """Make `.venv` what *key* stands for, going on from what an interrupted run has left."""
    print("• Python environment: installing the locked packages into .venv, about half a minute", flush=True)
    if not PYTHON.exists() or STAMP.is_file():
        # A stamp that differs means another lock or interpreter: what the old one installed must not linger.
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        try:
            venv.create(ENVIRONMENT, with_pip=True)
        except (subprocess.CalledProcessError, OSError) as error:
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
            sys.exit(f"make: .venv cannot be made ({error}); Debian and Ubuntu need `apt install python3-venv`")
    install()
    STAMP.write_text(key, encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nmake: interrupted; the next run goes on from here")
    except OSError as error:
        sys.exit(f"make: set-up stopped: {error}; free some disk space or mend the permission, then run it again")
