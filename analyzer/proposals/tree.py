"""Packages and modules as they lie in each other, and the candidates that they offer."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from .survey import Survey


@dataclass(slots=True)
class Candidates:
    """`groups` maps a candidate's name (a package, a module or a word) to its units; `opened` are the
    packages that were opened; `loose` are the units of groups that are one module in an opened package,
    `nested` are packages that stand for themselves as they define tables beside those of the one around;
    `models` is the package with the models of all others, "" if there is none; `mirrors` are layers with a
    piece for each of the packages beside them; `layers` those by which
    the project is cut; `grouped` whether modules were grouped by words, as no packages are there to go by.
    """

    groups: dict[str, list[str]] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)
    models: str = ""
    mirrors: list[str] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    grouped: bool = False


class Tree:
    """Packages and modules by name, with how much lies under each."""

    def __init__(self, survey: Survey) -> None:
        self.below: defaultdict[str, list[str]] = defaultdict(list)
        self.children: defaultdict[str, set[str]] = defaultdict(set)
        self.lines: Counter[str] = Counter()
        self.domain: Counter[str] = Counter()
        self.tables: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        for name, unit in sorted(survey.units.items()):
            place = unit.module
            while place:
                above = place.rpartition(".")[0]
                self.below[place].append(name)
                self.lines[place] += unit.lines
                self.domain[place] += unit.data + unit.entries
                self.tables[place] += len(unit.tables)
                self.answers[place] += unit.answers
                self.children[above].add(place)
                place = above

    def is_package(self, name: str) -> bool:
        """Whether something lies below that name."""
        return bool(self.children.get(name))
