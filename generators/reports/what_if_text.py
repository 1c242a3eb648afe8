"""What a change would do: the figures before and after, and the edges that come and go."""

from __future__ import annotations

from collections.abc import Iterator

from ...analyzer.model.measures import MEASURES, Measure
from ...analyzer.model.results import WhatIfResult
from .cut_text import cut_lines
from .plain import clean, columns, count, encode, wrap
from .proposals_text import figure


class WhatIfText:
    """What was done, what it is worth, what it costs and saves."""

    name = "text"
    accepts = WhatIfResult

    def render(self, result: WhatIfResult) -> bytes:
        """Lines of at most 80 columns, but for long paths."""
        lines = wrap("", f"{clean(result.project)}: what if, against {clean(result.base)}", 0)
        for said in result.said:
            lines += wrap("  -", said, 4)
        lines += ["", *_figures(result), ""]
        for label, edges in (("no longer cut", result.gone), ("newly cut", result.come)):
            lines.append(f"{label}: {count(len(edges), 'edge')}")
            lines += cut_lines(edges, result.every)
            lines.append("")
        return encode(lines[:-1])


def _figures(result: WhatIfResult) -> Iterator[str]:
    rows = [["", "before", "after", ""]]
    before, after = result.before, result.after
    was, now = len(before.cut), len(after.cut)
    rows.append(["edges that are cut", f"{was:,}", f"{now:,}", _word(float(was), float(now), "low")])
    for measure in MEASURES:
        one, two = before.metrics.get(measure.name), after.metrics.get(measure.name)
        if one is not None and two is not None and one != two:
            rows.append([measure.name, *_pair(measure, one, two), _word(one, two, measure.better)])
    yield from columns(rows, (24, -10, -10, 12))
    if len(rows) == 2:
        yield "the metrics are as before"


def _pair(measure: Measure, one: float, two: float) -> tuple[str, str]:
    """Two figures, with more digits where two do not tell them apart."""
    was, now = figure(measure, one), figure(measure, two)
    return (was, now) if was != now else (f"{one:.4f}", f"{two:.4f}")


def _word(one: float, two: float, better: str) -> str:
    if one == two or not better:
        return ""
    return "better" if (two > one) == (better == "high") else "worse"


report = WhatIfText()
