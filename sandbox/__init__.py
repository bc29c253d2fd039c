"""The embedded AWS: server, engine and provider for machines without an AWS account or a download site."""
