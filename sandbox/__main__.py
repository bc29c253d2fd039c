"""Run the sandbox's commands: `python -m sandbox up`, from the repository's root."""

from sandbox.cli import entry

if __name__ == "__main__":
    entry()
