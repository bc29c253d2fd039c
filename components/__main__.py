"""The entry point of the plugin: the engine runs this folder when a program of any language uses a component."""

import sys

from pulumi.provider import main
from secure_ecr.plugin import SecureEcrProvider

if __name__ == "__main__":
    main(SecureEcrProvider(), sys.argv[1:])
