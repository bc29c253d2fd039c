"""Programs under recorded mocks, for the blocks of the guides."""

from tests.components.recording import deploy

__all__ = ["deploy"]
