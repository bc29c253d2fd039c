"""
What goes wrong and why an operator is told.

    ProviderError       what was asked cannot be done; the message is one line
      AwsError          a call that AWS refused, or that did not reach it (clients.py)

Anything else is a mistake of the stand-in's own, and ends as a traceback in the engine's log.
"""

from __future__ import annotations


class ProviderError(Exception):
    """What was asked cannot be done; the message is one line: field, rule, value got, and what to do."""
