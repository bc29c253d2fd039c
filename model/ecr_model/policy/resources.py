"""Resources of policy statements: what an ARN pattern stands for."""

from __future__ import annotations

from ecr_model.actions import is_like
from ecr_model.policy.limits import is_literal
from ecr_model.policy.statements import Statement

_ARN_ELEMENTS = 6


def covers(statement: Statement, arn: str) -> bool:
    """
    Tell whether *statement* is about the resource *arn*; one without resources is about whatever it is attached to.

    Source: IAM user guide, "IAM JSON policy elements: Resource" and "NotResource".
    """
    if statement.not_resources is not None:
        return not any(is_like(pattern, arn) for pattern in statement.not_resources)
    return statement.resources is None or any(is_like(pattern, arn) for pattern in statement.resources)


def can_be_of_ecr(pattern: str) -> bool:
    """Tell whether some ARN of ECR matches *pattern*."""
    elements = pattern.split(":", _ARN_ELEMENTS - 1)
    if len(elements) < _ARN_ELEMENTS:
        return "*" in pattern
    return elements[2].lower() == "ecr" or not is_literal(elements[2])


def is_every_repository(pattern: str) -> bool:
    """
    Tell whether *pattern* stands for every repository of a registry, however it is dressed.

    Source: Service Authorization Reference, "Resource types defined by Amazon Elastic Container Registry".
    """
    if not can_be_of_ecr(pattern):
        return False
    elements = pattern.split(":", _ARN_ELEMENTS - 1)
    if len(elements) < _ARN_ELEMENTS:
        return True  # the wildcard spans what is missing
    kind, slash, name = elements[-1].partition("/")
    return not name.strip("*?/") if slash else "*" in kind
