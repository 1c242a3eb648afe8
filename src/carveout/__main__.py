"""`python -m carveout` is the command `carveout`; both begin here."""

from __future__ import annotations

import sys


def run() -> int:
    """Run the command line of the process and return its exit code.

    The rest is imported inside, so that Ctrl-C is no traceback while it is loaded, either.
    """
    try:
        from .cli.main import main

        code = main()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; nothing was left half-written\n")
        code = 130
    # `python -m` kills itself with SIGINT once a Ctrl-C left a string that was executed (as dataclasses do),
    # even where it was caught afterwards; executing another string makes it forget that.
    exec("")  # noqa: S102
    return code


if __name__ == "__main__":
    sys.exit(run())
