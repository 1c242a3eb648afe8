"""Python's own parser of regular expressions, behind one typed function."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from re import _parser  # type: ignore[attr-defined]  # what `re` itself compiles from; there is no public one
from typing import Any

Tree = Sequence[tuple[Any, Any]]


def parse(pattern: str) -> tuple[Tree, int]:
    """The tree of an expression and its flags. Raises re.error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the analysed code's own style
        tree = _parser.parse(pattern)
    return list(tree), int(tree.state.flags)
