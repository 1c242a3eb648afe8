"""Transactions that span the call: over the network the callee commits by itself."""

from __future__ import annotations

from collections.abc import Iterable

from ...graph.transactions import Transaction, lines_of, transactions
from ...model.evidence import Evidence, Place
from ...model.findings import Hazard
from ..survey import Survey, places

_LIMIT = 5_000


class TransactionSpans:
    """See the module."""

    id = "transaction-spans"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """One for each function that changes something within a transaction of a caller."""
        foreign = [
            each
            for each in transactions(survey.graph)
            if each.node.path and not survey.owns(each.node.id) and not survey.is_test(each.node.path)
        ]
        for offered in survey.interface.offered:
            if not offered.impure or not offered.crosses:
                continue
            reaching = _reaching(survey, f"function:{offered.dotted}")
            spanning = [each for each in foreign if _covers(survey, each, reaching)]
            if spanning:
                names = sorted({each.owner.partition(":")[2] for each in spanning})
                more = f" and {len(names) - 3} more" if len(names) > 3 else ""
                yield Hazard(
                    id=self.id,
                    subject=offered.dotted,
                    title=f"{offered.dotted} runs inside transactions of {', '.join(names[:3])}{more}",
                    severity="error",
                    evidence=(
                        Evidence(offered.place),
                        *places(Place(each.node.path or "", each.node.line) for each in spanning[:5]),
                    ),
                    consequence=f"what it changes ({offered.impure}) stays when the caller rolls back, and "
                    "is seen by others before the caller commits",
                    help="call it after the commit, through an outbox, or as a saga with a compensation",
                )


def _reaching(survey: Survey, id: str) -> set[str]:
    """A function, and those that call it, directly or not."""
    seen, waiting = {id}, [id]
    while waiting and len(seen) < _LIMIT:
        for edge in survey.graph.into(waiting.pop(), "calls"):
            if edge.confidence != "possible" and edge.source not in seen:
                seen.add(edge.source)
                waiting.append(edge.source)
    return seen


def _covers(survey: Survey, transaction: Transaction, reaching: set[str]) -> bool:
    """Whether a call that leads to the function stands inside of a transaction."""
    lines = lines_of(dict(transaction.node.attributes).get("lines", ""))
    for edge in survey.graph.out(transaction.owner, "calls", "handles"):
        if edge.target in reaching and edge.confidence != "possible":
            at = [evidence.place.line for evidence in edge.evidence]
            if not lines or any(first <= line <= last for line in at for first, last in lines):
                return True
    return False


hazard = TransactionSpans()
