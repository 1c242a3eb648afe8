"""`python -m carveout` is the command `carveout`; both begin here."""

from __future__ import annotations

import sys


def run() -> int:
    """Run the command line of the process and return its exit code.

    The rest is imported inside, so that Ctrl-C is no traceback while it is loaded, either.
    """
    try:
        from .cli.main import main

        return main()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; nothing was left half-written\n")
        return 130


if __name__ == "__main__":
    sys.exit(run())
