"""For the tests of a project: a test that fails where the code does not keep to its boundary.

from carveout.testing import assert_boundaries

def test_boundaries():
    assert_boundaries()

No plugin is loaded: only the tests that call it pay for it.
"""

from __future__ import annotations

from datetime import date
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
    came since a revision of git. A file of the application that cannot be read fails as well. Raises
    CarveoutError for mistakes in `carveout.toml` or the baseline.
    """
    __tracebackhide__ = True  # pytest shows the caller, and the violations
    from .analyzer.model.results import CheckResult
    from .analyzer.pipeline import gate
    from .analyzer.project.config import find_root
    from .generators.reports import choose
    from .generators.reports.unseen import unread

    folder = find_root(Path()) if root is None else Path(root)
    result = gate(folder, since=since, strict=strict, today=date.today(), workers=workers, cache=cache)
    if result.failed or unread(result.graph):
        raise AssertionError("\n" + choose(CheckResult, "text").render(result).decode("utf-8"))
