"""State of the current request, user, language or thread that the callee reads: it does not cross."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ...model.evidence import Evidence, Place
from ...model.findings import Hazard
from ...model.graph import Node
from ..survey import Survey, places

_OF_REQUEST = frozenset(
    """flask.request flask.session flask_login.current_user flask_login.utils.current_user
    flask_jwt_extended.get_jwt_identity flask_jwt_extended.current_user flask_babel.get_locale
    django.utils.translation.get_language django.utils.translation.activate
    django.utils.timezone.get_current_timezone django.utils.timezone.activate
    django.contrib.sites.shortcuts.get_current_site threading.local contextvars.ContextVar
    asgiref.local.Local werkzeug.local.Local structlog.contextvars.get_contextvars
    starlette_context.context crum.get_current_user crum.get_current_request""".split()
)
_OF_APPLICATION = frozenset({"flask.g", "flask.current_app"})
"""The kept framework has its own of these: only what callers put there is lost."""


class ContextLocal:
    """See the module."""

    id = "context-local"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """An error for each function that reads what the caller's request has; one note for the rest."""
        of_application: dict[str, set[Place]] = defaultdict(set)
        for offered in survey.interface.offered:
            used: dict[str, set[Place]] = defaultdict(set)
            for node in survey.behind(offered, inside=False) if offered.crosses else ():
                for name, place in _names(survey, node):
                    (of_application if name in _OF_APPLICATION else used)[name].add(place)
            if used:
                yield Hazard(
                    id=self.id,
                    subject=offered.dotted,
                    title=f"{offered.dotted} reads {', '.join(sorted(used))} of the caller",
                    severity="error",
                    evidence=(Evidence(offered.place), *places(set().union(*used.values()))[:5]),
                    consequence="the service sees its own request and context in place of the caller's",
                    help="pass what it needs as a parameter",
                )
        if of_application:
            yield Hazard(
                id=f"{self.id}-application",
                title=f"the service's code reads {', '.join(sorted(of_application))}",
                severity="note",
                evidence=places(set().union(*of_application.values()))[:5],
                consequence="the service has its own: connections and settings, not what callers put there",
                help="pass what callers keep there as a parameter",
            )


def _names(survey: Survey, node: Node) -> Iterator[tuple[str, Place]]:
    """Names of context that a function mentions, variables of its module that hold some included."""
    where = survey.declarations.split(node.name)
    file = survey.declarations.file(where[0]) if where else None
    if file is None or where is None:
        return
    wanted = _OF_REQUEST | _OF_APPLICATION
    for found, scope in file.syntax.find(ast.Name, ast.Attribute):
        if scope == where[1] or scope.startswith(f"{where[1]}."):
            name = file.syntax.dotted(found)
            if isinstance(found, ast.Name):
                stores = file.syntax.stores[""].get(found.id, ())
                value = stores[0].value if len(stores) == 1 else None
                if isinstance(value, ast.Call):
                    name = file.syntax.dotted(value.func)
            if name in wanted and isinstance(found, ast.Name | ast.Attribute):
                yield name, Place(node.path or "", found.lineno, found.col_offset)


hazard = ContextLocal()
