"""Where the application keeps its transaction: what gives the session, and what a worker must enter."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..model.boundary import Service
from ..model.errors import Refused
from ..model.evidence import Place
from ..model.graph import Graph
from ..model.plan import UnitOfWork
from .declarations import Declarations
from .django_step import is_django
from .sessions import made, modules_of_code, sessions
from .wiring import factory

_SETTINGS = re.compile(r"""["']DJANGO_SETTINGS_MODULE["']\s*,\s*["']([A-Za-z_][\w.]*)["']""")


def unit_of_work(
    graph: Graph, texts: Mapping[str, str], declarations: Declarations, service: Service, session: str
) -> UnitOfWork:
    """What the project says of itself; `session` is the user's own word, "" for none.

    Raises Refused where nothing, or more than one thing, gives a session.
    """
    if not session and is_django(graph):
        names = [match[1] for path, text in sorted(texts.items()) if path.endswith("manage.py")
                 for match in _SETTINGS.finditer(text)]  # fmt: skip
        return UnitOfWork(settings=names[0] if names else "")
    found = {session: Place("carveout.toml")} if session else sessions(graph, declarations)
    if len(found) != 1:
        told = ", ".join(f"{name} ({place})" for name, place in found.items())
        raise Refused(
            f"{len(found)} things give a session of SQLAlchemy: {told}" if found
            else "nothing was found that gives the session of SQLAlchemy, and this is no Django project",
            place=next(iter(found.values()), service.place),
            why="an event is written in the transaction of its caller, so that it is rolled back with it",
            help=f"carveout scaffold {service.name} --step events --session "
            + (next(iter(found)) if found else "PACKAGE.MODULE.FUNCTION"),
        )  # fmt: skip
    return UnitOfWork(session=next(iter(found)), scope=_scope(graph, declarations))


def _scope(graph: Graph, declarations: Declarations) -> str:
    """Flask's application, or the factory that makes it."""
    app = factory(graph).id
    if app.startswith("function:"):
        signature = declarations.signature(app.partition(":")[2])
        return app.partition(":")[2] if signature is not None and not signature.nested else ""
    for module, _ in modules_of_code(graph, declarations):
        file = declarations.file(module)
        assert file is not None
        for line in file.syntax.tree.body:
            for name, call in made(line):
                if declarations.type(file, call) in ("flask.Flask", "flask.app.Flask"):
                    return f"{module}.{name}"
    return ""
