"""Programs under recorded mocks, for the tests of the stacks."""

from tests.components.recording import deploy

__all__ = ["deploy"]
