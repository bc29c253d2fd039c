"""The `secure-ecr` command: what operators run after a registry is deployed."""
