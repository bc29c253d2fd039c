"""Policy documents of AWS: their grammar, and what they let whom do."""
