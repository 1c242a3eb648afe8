"""Changes to files: what a generator proposes and `generators/write.py` alone carries out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Owner = Literal["generated", "user"]


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One file before and after.

    `path` is relative to the project; `old` is None for a file that must not exist yet, `new` is None
    for one that goes away. Files owned by `generated` are written again whenever the generator runs;
    files owned by `user` are written once. `mode` holds the permission bits; `origin` is the path of
    the file that this one is a copy of, "" for none.
    """

    path: str
    new: str | None
    old: str | None = None
    owner: Owner = "generated"
    mode: int = 0o644
    origin: str = ""
