"""The `aws` provider plugin: the official one, or the stand-in of this folder."""
