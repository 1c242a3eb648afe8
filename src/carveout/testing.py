"""For the tests of a project: a test that fails where the code does not keep to its boundary.

from carveout.testing import assert_boundaries

def test_boundaries():
    assert_boundaries()

No plugin is loaded: only the tests that call it pay for it.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path


def assert_boundaries(
    root: str | PathLike[str] | None = None,
    *,
    since: str | None = None,
    strict: bool = False,
    workers: int | None = None,
    cache: bool = True,
) -> None:
    """Raise AssertionError, with what `carveout check` would print, unless the agreed boundary holds.

    `root` is the folder of the project (default: that around the current folder). Debt in
    `carveout-baseline.json` does not fail; `strict` fails where it is paid off, `since` asks only for what
    came since a revision of git. A file of the application that cannot be read fails as well. Where nothing
    changed since the last check, its answer is used again. Raises
    CarveoutError for mistakes in `carveout.toml` or the baseline.
    """
    __tracebackhide__ = True  # pytest shows the caller, and the violations
    from .analyzer.project.config import find_root
    from .cli.again import Asked
    from .cli.answering import answer

    folder = find_root(Path()) if root is None else Path(root)
    asked = Asked(folder, "text", every=False, strict=strict, since=since)
    found = answer(asked, asked.question() if cache else None, workers=workers, cache=cache)
    if found.code:
        raise AssertionError("\n" + found.output.decode("utf-8"))
