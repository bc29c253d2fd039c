"""
Run the stand-in as a plugin: started by the engine, it prints its port and serves until the engine is gone.

Nothing else may appear on standard output: the engine reads its first line as the port.
"""

from __future__ import annotations

from sandbox.provider.startup import skip_the_sdk

if __name__ == "__main__":
    skip_the_sdk()

from sandbox.provider.plugin import serve

if __name__ == "__main__":
    serve()
