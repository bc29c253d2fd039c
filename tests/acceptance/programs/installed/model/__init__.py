"""What this project calls a model."""
