"""Where the sandbox keeps its things, and the environment in which programs use it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
VENV: Final = ROOT / ".venv"
HOME: Final = ROOT / ".sandbox"
"""Everything the sandbox writes; `make clean` removes it whole."""

BIN: Final = HOME / "bin"
CACHE: Final = Path(os.environ.get("SECURE_ECR_CACHE") or HOME / "cache")
"""What is expensive to make again. SECURE_ECR_CACHE shares it between checkouts, e.g. in CI."""

AWS: Final = HOME / "aws"
LOGS: Final = HOME / "logs"
CHOICES: Final = HOME / "choices.json"
PULUMI_HOME: Final = HOME / "pulumi"
STATE: Final = HOME / "state"

PROJECT: Final = "secure-ecr"
STACK: Final = "local"
PASSPHRASE: Final = "secure-ecr-local"  # noqa: S105  # published: it protects nothing but the sandbox's own state
REGION: Final = "eu-central-1"

# A person's own credentials, profiles and endpoints must never be what a program in the sandbox finds.
_FORGOTTEN: Final = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "PULUMI_ACCESS_TOKEN",
)
_ENDPOINT_OF_ONE_SERVICE: Final = "AWS_ENDPOINT_URL_"
_UNPROXIED: Final = ("NO_PROXY", "no_proxy")
"""Both spellings: Python's library heeds the small letters first, Go's the capitals."""


def forgotten() -> list[str]:
    """Return the variables of this process's environment that no program in the sandbox may find, set or not."""
    # An endpoint of one service goes before AWS_ENDPOINT_URL.
    return [*_FORGOTTEN, *sorted(name for name in os.environ if name.startswith(_ENDPOINT_OF_ONE_SERVICE))]


def unproxied() -> str:
    """Return the hosts that no proxy is asked for: those of the person's, and this machine, which a proxy is not on."""
    said = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    hosts = [host.strip() for host in said.split(",") if host.strip()]
    return said if said == "*" else ",".join(dict.fromkeys([*hosts, "127.0.0.1", "localhost"]))


def variables(endpoint: str, *, home: Path = PULUMI_HOME, state: Path = STATE) -> dict[str, str]:
    """Return the variables with which `pulumi`, `aws` and `secure-ecr` work against *endpoint*."""
    return {
        "VIRTUAL_ENV": str(VENV),
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        **dict.fromkeys(_UNPROXIED, unproxied()),
    }


def outside() -> dict[str, str]:
    """Return this process's environment as it was before the sandbox was put into it."""
    ours = variables("").keys() - set(_UNPROXIED)  # in which the person's own hosts are
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    path = [part for part in kept.get("PATH", os.defpath).split(os.pathsep) if not Path(part).is_relative_to(ROOT)]
    return kept | {"PATH": os.pathsep.join(path)}


def environment(endpoint: str, *, home: Path = PULUMI_HOME, state: Path = STATE) -> dict[str, str]:
    """Return this process's environment turned towards the sandbox."""
    kept = {name: value for name, value in os.environ.items() if name not in forgotten()}
    path = os.pathsep.join([str(VENV / "bin"), str(BIN), kept.get("PATH", os.defpath)])
    return kept | variables(endpoint, home=home, state=state) | {"PATH": path}
