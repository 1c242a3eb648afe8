"""What both readers of other tools' files share: the result, names of modules and of services."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ..model.boundary import MONOLITH, SHARED, Boundary

NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


class TakenOver(NamedTuple):
    """A boundary, the paths that are not read, sentences about what could not be taken over, import roots."""

    boundary: Boundary
    exclude: tuple[str, ...]
    left: tuple[str, ...]
    roots: tuple[str, ...] = ()


def words(value: object) -> list[str]:
    """The elements of a list, whatever it is written as; comments and blank ones are none."""
    items = [value] if isinstance(value, str) else list(value) if isinstance(value, Iterable) else []
    texts = (str(item).partition("#")[0].strip() for item in items)
    return [text for text in texts if text]


def names_of(modules: Iterable[str]) -> dict[str, str]:
    """Names of services: the last words of the module's that are its own alone, also as variables are."""
    names: dict[str, str] = {}
    taken = {SHARED.upper(), MONOLITH.upper()}
    for module in modules:
        words = module.split(".")
        endings = ["-".join(words[start:]) for start in range(len(words) - 1, -1, -1)]
        endings += [f"{endings[-1]}-{number}" for number in range(2, len(names) + 4)]
        names[module] = next(each for each in endings if _variable(each) not in taken)
        taken.add(_variable(names[module]))
    return names


def _variable(name: str) -> str:
    return name.upper().replace("-", "_")
