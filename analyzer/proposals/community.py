"""Services as the ties draw them: modules and tables that belong together, whatever package they are in.

Leiden on units and tables, tied by writes, reads, keys, calls, imports, packages and words (see
`coupling.py`); a consensus over several seeds, so that the order of files does not matter. Library
code is set aside first, as for `packages`: it is tied to everything and would glue it all together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..model.boundary import Boundary, Wishes
from ..model.graph import Graph
from .assemble import assemble
from .consensus import communities
from .coupling import combined
from .naming import Namer
from .settle import most_services, settle
from .shared import sorted_parts
from .survey import Survey, survey

_RESOLUTION = 1.4
"""Above that of plain modularity (1), which joins small parts into what they touch most; from 1.3 to 1.44
none of flack, dd-python and oscar loses anything."""
_FEWEST = 3


class Community:
    """Communities of modules and tables."""

    name = "community"

    def propose(self, graph: Graph, wishes: Wishes) -> Iterable[Boundary]:
        """One boundary; none when nothing is tied."""
        known = survey(graph)
        found, apart = sorted_parts(known)
        units = {unit for group in apart.domain.values() for unit in group}
        weights = combined(known, units)
        if not weights:
            return
        parts = _parts(known, units, weights, wishes.granularity)
        names = Namer(known, found, apart.domain).names(parts)
        settled = settle(known, dict(zip(names, parts, strict=True)), most_services(wishes.granularity))
        yield assemble(known, settled.groups, {**apart.kernel, **settled.kernel}, settled.notes)


def _parts(
    known: Survey, units: set[str], weights: Mapping[tuple[str, str], float], granularity: float
) -> Sequence[tuple[str, ...]]:
    """Communities of units; a finer resolution is tried while there are next to none."""
    start = _RESOLUTION * 4 ** (2 * granularity - 1)
    parts: list[tuple[str, ...]] = []
    for factor in (1, 1.5, 2, 3):
        groups = communities(weights, start * factor)
        parts = [tuple(name for name in group if name in units) for group in groups]
        parts = [part for part in parts if part]
        if sum(1 for part in parts if _telling(known, part)) >= _FEWEST:
            break
    tied = {unit for part in parts for unit in part}
    return [*parts, *((unit,) for unit in sorted(units - tied))]


def _telling(known: Survey, part: Sequence[str]) -> bool:
    return len(part) > 1 or any(known.units[unit].data or known.units[unit].entries for unit in part)


strategy = Community()
