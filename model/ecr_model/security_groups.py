"""Inbound rules of security groups: what traffic they are about, and whether it is that of an endpoint."""

from __future__ import annotations

import re
from typing import NamedTuple


class Traffic(NamedTuple):
    """
    What an inbound rule of a security group is about.

    Attributes:
        protocol: A name or a number in text; `-1` is every protocol.
        from_port: The first port; of no account for every protocol.
        to_port: The last port.

    Source: EC2 API reference, `IpPermission`.
    """

    protocol: object
    from_port: object
    to_port: object

    @property
    def is_https(self) -> bool:
        """Whether it is HTTPS and nothing else."""
        return self._is_tcp and (_port(self.from_port), _port(self.to_port)) == (_HTTPS, _HTTPS)

    @property
    def includes_https(self) -> bool:
        """Whether clients of an endpoint come in by it."""
        if str(self.protocol).lower() in _EVERY_PROTOCOL:
            return True
        first, last = _port(self.from_port), _port(self.to_port)
        return self._is_tcp and first is not None and last is not None and first <= _HTTPS <= last

    @property
    def _is_tcp(self) -> bool:
        return str(self.protocol).lower() in _TCP

    def __str__(self) -> str:
        protocol = str(self.protocol).lower()
        if protocol in _EVERY_PROTOCOL:
            return "every protocol"
        ports = f"{self.from_port}" if self.from_port == self.to_port else f"{self.from_port} to {self.to_port}"
        return f"{protocol} {ports}"[:_LONGEST_SHOWN]


_HTTPS = 443
_TCP = ("tcp", "6")
_EVERY_PROTOCOL = ("-1", "all")  # `all` is the provider's word
_LONGEST_SHOWN = 80  # characters of a rule that a message repeats


def _port(value: object) -> int | None:
    """Return the port that *value* is, None when it is none."""
    return int(value) if isinstance(value, (int, str)) and re.fullmatch(r"[0-9]{1,5}", str(value)) else None
