"""Write what mends a resource into its properties, as the SDK hands them over for that."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from secure_ecr_policies.pack.decoding import DEFAULTS


def mend(props: MutableMapping[str, Any], remedy: Mapping[str, object]) -> None:
    """
    Write *remedy* into *props*; objects are mended key by key, and whatever else is in them stays.

    What has been written is no default of the provider any more: the next preview would put the default back.
    """
    for name, value in remedy.items():
        inner = props[name] if name in list(props) else None
        if isinstance(value, Mapping) and isinstance(inner, Mapping):
            # proxies of the SDK can be written to, although they do not say so
            mend(inner, value)  # type: ignore[arg-type]
        else:
            props[name] = value
    if DEFAULTS in list(props):
        props[DEFAULTS] = [name for name in props[DEFAULTS] if name not in remedy]
