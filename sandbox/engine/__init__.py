"""The Pulumi engine: the one on PATH, the official one, or one built from Go modules."""
