"""Lifecycle policies: which images of a repository expire or are archived, and by which rule."""

from ecr_model.lifecycle.declaration import DEFAULT, check_lifecycle, parse_lifecycle
from ecr_model.lifecycle.document import check_lifecycle_document, parse_lifecycle_document
from ecr_model.lifecycle.rules import LifecyclePolicy, Rule, describe, render_lifecycle
from ecr_model.lifecycle.safety import check_lifecycle_safety, check_rule_safety

__all__ = [
    "DEFAULT",
    "LifecyclePolicy",
    "Rule",
    "check_lifecycle",
    "check_lifecycle_document",
    "check_lifecycle_safety",
    "check_rule_safety",
    "describe",
    "parse_lifecycle",
    "parse_lifecycle_document",
    "render_lifecycle",
]
