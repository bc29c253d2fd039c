"""What this project calls a policy: who answers for what."""

OWNER = "team"
