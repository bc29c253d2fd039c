"""
What the last deployment of this stack left behind: a few mistakes show nowhere else.

A component runs before the engine compares anything and is shown no state. But the engine reads the outputs of any
stack for a program that asks, and so those of the very stack that it deploys.

Source: Pulumi's engine, `pkg/resource/deploy/builtins.go`, `readStackResourceOutputs`.
"""

from asyncio import Task, ensure_future
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_monitor

_READ = "pulumi:pulumi:readStackResourceOutputs"

Outputs = Mapping[str, Mapping[str, Any]]
"""From the URN of a resource to its outputs, as they are on the wire."""

_READING: WeakKeyDictionary[object, Task[Outputs]] = WeakKeyDictionary()
"""By the engine that is asked: hundreds of repositories of one program wait for one answer."""


def read_outputs() -> Outputs:
    """Return the outputs of every resource of this stack, none where the engine does not tell them."""
    try:
        return _outputs(pulumi.runtime.invoke(_READ, _stack()).value)
    except Exception:  # noqa: BLE001 -- the SDK raises nothing narrower, and an answer is not worth a failed deployment
        return {}


async def last_outputs() -> Outputs:
    """Return the same while resources are being registered; all who ask in one deployment get one answer."""
    monitor = get_monitor()
    if monitor not in _READING:
        _READING[monitor] = ensure_future(_read())
    return await _READING[monitor]


async def _read() -> Outputs:
    try:
        return _outputs(await pulumi.runtime.invoke_async(_READ, _stack()))
    except Exception:  # noqa: BLE001 -- as above
        return {}


def _stack() -> dict[str, str]:
    return {"stackName": f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"}


def _outputs(answer: Any) -> Outputs:
    found = (answer or {}).get("outputs") or {}
    return {urn: resource.get("outputs") or {} for urn, resource in found.items()}
