"""What this project calls a component: not what secure-ecr does."""

REPOSITORY = "team/app"
