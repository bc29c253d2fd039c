"""Make names that a service wants unique and the program does not give."""

from __future__ import annotations

import time


def unique(prefix: str) -> str:
    """Return *prefix* followed by the time, to the nanosecond. Source: Terraform, `create.Name` (26 digits)."""
    return f"{prefix}{time.strftime('%Y%m%d%H%M%S', time.gmtime())}{time.time_ns() % 10**12:012d}"
