"""Parameters and results without a declared type: what crosses is told only when it does."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import Evidence
from ...model.findings import Hazard
from ..survey import Survey


class UntypedValue:
    """See the module."""

    id = "untyped-value"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """An error for a result that may be anything, a warning for parameters."""
        for offered in survey.interface.offered:
            if offered.crosses and offered.result.why:
                yield Hazard(
                    id="untyped-result",
                    subject=offered.dotted,
                    title=f"nothing says what {offered.dotted} returns",
                    severity="error",
                    evidence=(Evidence(offered.place),),
                    consequence="a row, an object or a generator would fail only when the service answers",
                    help="annotate the result: -> int, -> list[str], -> a dataclass",
                )
            loose = [
                passed.name for passed in offered.parameters if passed.how == "value" and not passed.type
            ]
            if loose and offered.crosses:
                yield Hazard(
                    id=self.id,
                    subject=offered.dotted,
                    title=f"{offered.dotted} declares no type for {', '.join(loose)}",
                    severity="warning",
                    evidence=(Evidence(offered.place),),
                    consequence="plain data crosses as it is; any other object is refused when it is passed",
                    help="annotate it: int, str, list[int], a dataclass",
                )


hazard = UntypedValue()
