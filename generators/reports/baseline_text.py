"""The burn-down of accepted debt for a reader at a terminal."""

from __future__ import annotations

from ...analyzer.model.results import BaselineResult
from .debts import paid, tally
from .plain import columns, count, encode

_SHOWN = 10


class BaselineText:
    """Per service and rule: accepted, still there, paid off, and what is new beside it."""

    name = "text"
    accepts = BaselineResult

    def render(self, result: BaselineResult) -> bytes:
        """Lines of at most 80 columns."""
        accepted, gone = len(result.accepted), len(result.stale)
        share = f", {100 * gone // accepted} % paid off" if gone else ""
        lines = [f"{count(accepted, 'violation')} accepted as debt, {accepted - gone:,} still there{share}"]
        rows = [["service", "rule", "accepted", "now", "paid off", "new"]]
        last: str | None = None
        for (service, rule), numbers in tally(result).items():
            rows.append(
                ["" if service == last else service or "no service", rule, *(f"{n:,}" for n in numbers)]
            )
            last = service
        total = [sum(numbers) for numbers in zip(*tally(result).values(), strict=True)] or [0, 0, 0, 0]
        rows.append(["all", "", *(f"{n:,}" for n in total)])
        lines += ["", *columns(rows, (20, 20, -8, -7, -8, -7))]
        if gone:
            lines += ["", f"paid off, still in the file: carveout baseline prune takes {gone:,} out"]
            lines += paid(result.stale, _SHOWN, " (--format json)")
        if total[3]:
            lines += ["", f"{count(total[3], 'violation')} not accepted: carveout check shows them"]
        return encode(lines)


report = BaselineText()
