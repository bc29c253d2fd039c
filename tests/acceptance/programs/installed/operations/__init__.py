"""What this project calls an operation."""
