"""Every blind spot and every problem while reading, a line each: where to look by hand."""

from __future__ import annotations

from collections import defaultdict

from ...analyzer.graph.roles import role_of
from ...analyzer.model.evidence import Place
from ...analyzer.model.results import AnalysisResult
from .plain import clean, encode
from .unseen import rank


class BlindSpots:
    """`path:line: kind: text`, which editors and grep understand, below a `# kind: number` for each kind.

    Problems while reading come first, then the kinds that can hide most; code comes before tests.
    """

    name = "blind-spots"
    accepts = AnalysisResult

    def render(self, result: AnalysisResult) -> bytes:
        """One line each, as long as it takes; no line at all when everything was seen."""
        problems: dict[str, list[tuple[Place, str]]] = defaultdict(list)
        for kind, place, message in result.graph.diagnostics:
            problems[kind].append((place, message))
        spots: dict[str, list[tuple[Place, str]]] = defaultdict(list)
        for kind, place, text in result.graph.blind_spots:
            spots[kind].append((place, text))
        lines: list[str] = []
        for groups, kinds in ((problems, sorted(problems)), (spots, sorted(spots, key=rank))):
            for kind in kinds:
                lines.append(clean(f"# {kind}: {len(groups[kind]):,}"))
                ordered = sorted(groups[kind], key=lambda row: (role_of(row[0].path) != "code", row))
                lines += [clean(f"{place}: {kind}: {text}") for place, text in ordered]
        return encode(lines)


report = BlindSpots()
