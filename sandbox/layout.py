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

# A person's own credentials and profiles must never be what a program in the sandbox finds.
FORGOTTEN: Final = (
    "AWS_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "PULUMI_ACCESS_TOKEN",
)


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
    }


def outside() -> dict[str, str]:
    """Return this process's environment as it was before the sandbox was put into it."""
    kept = {name: value for name, value in os.environ.items() if name not in variables("")}
    path = [part for part in kept.get("PATH", os.defpath).split(os.pathsep) if not Path(part).is_relative_to(ROOT)]
    return kept | {"PATH": os.pathsep.join(path)}


def environment(endpoint: str, *, home: Path = PULUMI_HOME, state: Path = STATE) -> dict[str, str]:
    """Return this process's environment turned towards the sandbox."""
    kept = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
    path = os.pathsep.join([str(VENV / "bin"), str(BIN), kept.get("PATH", os.defpath)])
    return kept | variables(endpoint, home=home, state=state) | {"PATH": path}
