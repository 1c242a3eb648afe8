"""Names for groups of code that no package names: out of the code's own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ..model.boundary import SHARED
from .structure import label
from .survey import Survey
from .tree import Candidates
from .words import (
    DATA_LAYERS,
    common,
    domain_words,
    is_container,
    is_layer,
    is_utility,
    last,
    slug,
    words_apart,
)

_TABLE = 100
"""How many lines of code a table's name weighs as much as."""


class Namer:
    """Names parts of a project. `domain` are the candidate packages that the parts are made of."""

    def __init__(self, survey: Survey, found: Candidates, domain: Mapping[str, Sequence[str]]) -> None:
        self._survey = survey
        self._found = found
        self._home = {unit: name for name, units in domain.items() for unit in units}
        self._label = {name: slug(last(label(survey, name, units))) for name, units in domain.items()}
        self._units = domain
        self._size = {name: survey.lines(units) for name, units in domain.items()}

    def names(self, parts: Sequence[Sequence[str]]) -> list[str]:
        """A name for each part, in the order of the parts; the largest chooses first, none comes twice."""
        weights = [self._words(part) for part in parts]
        totals = Counter[str]()
        for counts in weights:
            totals.update(counts)
        names = [""] * len(parts)
        taken = {SHARED}
        order = sorted(range(len(parts)), key=lambda i: (-self._survey.lines(parts[i]), parts[i]))
        for index in order:
            options = list(self._options(parts[index], weights[index], totals))
            name, number = next((option for option in options if option not in taken), ""), 2
            while not name or name in taken:
                name, number = f"{options[0]}_{number}", number + 1
            taken.add(name)
            names[index] = name
        return names

    def _options(self, part: Sequence[str], counts: Counter[str], totals: Counter[str]) -> Iterable[str]:
        """Best first: the package that the part is, a package that it lies in, its words."""
        yield from self._packages(part)
        below = common(part)
        units = self._survey.units
        package = below not in units or units[below].package
        if below in self._label and last(below) not in DATA_LAYERS:
            yield self._label[below]
        elif below and package and below not in self._found.opened and not is_layer(below):
            yield slug(last(below))
            yield slug("_".join(below.split(".")[-2:]))
        ranked = sorted(counts, key=lambda word: (-counts[word] * counts[word] / totals[word], word))
        most = self._most(part)
        if most:
            yield slug(last(most))
        for word in ranked[:5]:
            # One piece out of many says nothing about the rest: then the package stands in front.
            piece = most and 3 * sum(word in unit.lower().split(".") for unit in part) < len(part)
            yield slug(f"{last(most)}_{word}" if piece else word)
        yield slug(last(below) or last(part[0]))
        yield slug("_".join((below or part[0]).split(".")[-2:]))

    def _most(self, part: Sequence[str]) -> str:
        """The innermost package that holds most modules of a part but is not just one of its pieces."""
        inside = Counter[str]()
        for unit in part:
            above = self._survey.units[unit].module.rpartition(".")[0]
            while above:
                inside[above] += 1
                above = above.rpartition(".")[0]
        telling = [
            name
            for name, count in inside.items()
            if 2 * count > len(part) > 1
            and name not in self._found.opened
            and not is_layer(name)
            and not is_utility(name)
            and not is_container(name)
        ]
        return max(telling, key=lambda name: (name.count("."), name), default="")

    def _packages(self, part: Sequence[str]) -> Iterable[str]:
        """Candidates that make up a third of a part or more, if the part in turn holds half of them."""
        inside = Counter[str]()
        for unit in part:
            inside[self._home[unit]] += self._survey.units[unit].lines
        whole = sum(inside.values())
        for name, lines in sorted(inside.items(), key=lambda pair: (-pair[1], pair[0])):
            telling = last(name) not in DATA_LAYERS and name not in self._found.loose
            telling &= not is_utility(name) or any(
                self._survey.units[unit].tables for unit in self._units[name]
            )
            if telling and 2 * lines >= self._size[name] and 3 * lines >= whole:
                yield self._label[name]

    def _words(self, part: Sequence[str]) -> Counter[str]:
        """Words, as the code spells them, by the lines of code (or the tables) that they name."""
        counts = Counter[str]()
        tops = {last(name).lower() for name in self._found.opened}  # the project's own name tells no part
        for unit in part:
            opened = max(
                (len(name) for name in self._found.opened if unit.startswith(f"{name}.")), default=-1
            )
            components = unit[opened + 1 :].split(".")
            spelled = {component.lower(): _spelled(component) for component in components}
            for component in set(spelled.values()):
                if domain_words(component):
                    counts[component] += self._survey.units[unit].lines
            for table in self._survey.units[unit].tables:
                pieces = set(re.split(r"[._]", table.partition(":")[2]))
                told = {spelled.get(piece) or _spelled(piece) for piece in pieces}
                counts.update({piece: _TABLE for piece in told - tops if domain_words(piece)})
        return counts


def _spelled(component: str) -> str:
    """`EntityManagementModel` -> entity_management, `entitymodel` -> entity; others in small letters."""
    if component.islower():
        return component.removesuffix("model") or component
    parts = words_apart(component)
    return "_".join(parts[:-1] if len(parts) > 1 and parts[-1] == "model" else parts)
