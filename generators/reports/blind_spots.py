"""Every blind spot and every problem while reading, a line each: where to look by hand."""

from __future__ import annotations

from ...analyzer.model.results import AnalysisResult
from .plain import clean, encode


class BlindSpots:
    """`path:line: kind: text`, which editors and grep understand; sorted by place."""

    name = "blind-spots"
    accepts = AnalysisResult

    def render(self, result: AnalysisResult) -> bytes:
        """One line each, as long as it takes; no line at all when everything was seen."""
        rows = [(place, kind, text) for kind, place, text in result.graph.blind_spots]
        rows += [(place, kind, message) for kind, place, message in result.graph.diagnostics]
        return encode(clean(f"{place}: {kind}: {text}") for place, kind, text in sorted(rows))


report = BlindSpots()
