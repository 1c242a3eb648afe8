"""Rows that a function adds to SQLAlchemy's session, and that only its caller commits."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ...model.evidence import Evidence, Place
from ...model.findings import Hazard
from ...model.graph import Node
from ..sessions import the_session
from ..survey import Survey, places

_PENDING = frozenset({"add", "add_all", "delete", "merge", "flush", "bulk_save_objects"})
_ORMS = frozenset({"sqlalchemy", "flask_sqlalchemy", "sqlmodel"})
_LOST = (
    "the service's session is another one: what is not committed there is rolled back when the call ends, "
    "and its rows are lost"
)
_COMMITTED = (
    "the service's session is another one, which it commits with its answer: the rows stay when the caller "
    "rolls back"
)


class CommitLeftToCaller:
    """See the module."""

    id = "commit-left-to-caller"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """One for each function that changes a session, while neither it nor what it calls commits."""
        if not _uses_sqlalchemy(survey):
            return
        lost = ""
        for offered in survey.interface.offered:
            if not offered.crosses:
                continue
            behind = survey.behind(offered, inside=False)
            pending = {place for node in behind for place in _calls(survey, node, _PENDING)}
            if pending and not any(_commits(survey, node) for node in behind):
                lost = lost or (_COMMITTED if the_session(survey.graph, survey.declarations) else _LOST)
                yield Hazard(
                    id=self.id,
                    subject=offered.dotted,
                    title=f"{offered.dotted} changes a session and leaves the commit to its caller",
                    severity="error",
                    evidence=(Evidence(offered.place), *places(pending)[:5]),
                    consequence=lost,
                    help="commit in the function, or do the change in the caller and leave the rest to it",
                )


def _uses_sqlalchemy(survey: Survey) -> bool:
    return any(
        edge.target.partition(":")[2].partition(".")[0] in _ORMS for edge in survey.graph.edges("imports")
    )


def _commits(survey: Survey, node: Node) -> bool:
    """Whether a function ends a transaction: by `commit()`, or by a block that commits at its end."""
    if any(edge.target.startswith("transaction:") for edge in survey.graph.out(node.id, "contains")):
        return True
    return any(True for _ in _calls(survey, node, frozenset({"commit"})))


def _calls(survey: Survey, node: Node, methods: frozenset[str]) -> Iterator[Place]:
    """Where a function calls these methods of what is named after a session: `db.session.add(row)`."""
    where = survey.declarations.split(node.name)
    file = survey.declarations.file(where[0]) if where else None
    if file is None or where is None:
        return
    for found, scope in file.syntax.find(ast.Call):
        inside = scope == where[1] or scope.startswith(f"{where[1]}.")
        if inside and isinstance(found, ast.Call) and isinstance(found.func, ast.Attribute):
            receiver = ast.unparse(found.func.value).removesuffix("()").rpartition(".")
            named = receiver[2].lower().endswith("session") and not receiver[0].endswith("request")
            if found.func.attr in methods and named:
                yield Place(node.path or "", found.lineno, found.col_offset)


hazard = CommitLeftToCaller()
