"""
How a wrong declaration ends a program: with its findings, one line each, and no traceback.

    pulumi.RunError
      DeclarationError    raised before anything of the declaration is registered
        .findings         all errors of the declaration, never only the first
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pulumi
from ecr_model.findings import Finding, ModelError, errors

EXIT_AFTER_MESSAGE = 32
"""
Exit code of a program whose message the operator has seen; any other one adds a line about the code itself.

Source: `pulumi-language-python-exec` of the Pulumi SDK, "an error message was displayed to the user".
"""


_SHOWN: set[tuple[str, str, str | None]] = set()


class DeclarationError(pulumi.RunError):
    """A declaration that cannot be deployed; `findings` holds every reason."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


def refuse(findings: Iterable[Finding]) -> None:
    """
    Raise DeclarationError with all errors among *findings*.

    When there is none, show each warning, once in the life of a program whatever path it comes with.
    """
    found = {str(finding): finding for finding in findings}.values()  # two rules may say the same
    if refused := errors(found):
        raise DeclarationError(refused)
    for finding in found:
        # A hundred repositories in one doubtful Region need one warning
        doubt = (finding.rule, finding.requirement, finding.got)
        if doubt not in _SHOWN:
            _SHOWN.add(doubt)
            pulumi.log.warn(str(finding))


@contextmanager
def reported() -> Iterator[None]:
    """
    End the program after the findings of a wrong declaration, with nothing else on the terminal.

    Without it the engine adds a line of its own, `Program exited with non-zero exit code: 1`.
    """
    try:
        yield
    except (DeclarationError, ModelError) as error:
        pulumi.log.error(str(error))
        sys.exit(EXIT_AFTER_MESSAGE)
