"""Start in a fraction of a second: import Pulumi's protocol without the SDK around it."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from types import ModuleType
from typing import Final

_PACKAGES: Final = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


def skip_the_sdk() -> None:
    """
    Let `pulumi.runtime.proto.…_pb2` be imported without the `__init__` of the packages around it.

    Those import the whole SDK, the Automation API included: over half a second at each start, which every
    deployment would wait for. Only for a process that uses nothing else of the SDK: the packages stay empty.
    """
    places = None
    for name in _PACKAGES:
        spec = importlib.machinery.PathFinder.find_spec(name, places)
        if spec is None or spec.submodule_search_locations is None:
            return  # not laid out as expected: the ordinary import works too, only slower
        places = spec.submodule_search_locations
        package = ModuleType(name)
        package.__path__ = list(places)
        package.__spec__ = spec
        sys.modules[name] = package
