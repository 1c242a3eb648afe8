"""Where a tree of URL patterns stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .leaves import Entries
from .trees import Tree


class Handed(NamedTuple):
    """What a parameter holds: a text, or a view with where it stands."""

    text: str | None
    tree: Tree
    at: At


class At(NamedTuple):
    """Where a tree stands: its file and scope, the class of `self`, what parameters were handed."""

    path: str
    scope: str
    receiver: str
    given: tuple[tuple[str, Entries], ...]
    named: bool = False
    """Whether a namespace was given to what stands here, so that `app_name` does not count."""
    handed: Mapping[str, Handed] = {}
    flags: Mapping[str, bool] = {}
    """Which parameters are true."""
