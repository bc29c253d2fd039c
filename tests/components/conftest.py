"""Programs under recorded mocks, for the tests of the components."""

from tests.components.recording import deploy, refusal

__all__ = ["deploy", "refusal"]
