"""What is true of Amazon ECR: its grammars, limits and semantics, as pure values and functions."""

__version__ = "0.1.0"
