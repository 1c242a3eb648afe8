"""Where the application keeps its transaction: what gives the session, and what a worker must enter."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from ..graph.roles import role_of
from ..model.boundary import Service
from ..model.errors import Refused
from ..model.evidence import Place
from ..model.graph import Graph
from ..model.plan import UnitOfWork
from .declarations import Declarations
from .django_step import is_django
from .wiring import factory

_SESSIONS = frozenset({"sqlalchemy.orm.Session", "sqlalchemy.orm.session.Session"})
_SCOPED = frozenset({"sqlalchemy.orm.scoped_session", "sqlalchemy.orm.scoping.scoped_session"})
_EXTENSION = "flask_sqlalchemy.SQLAlchemy"
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
    found = {session: Place("carveout.toml")} if session else dict(sorted(_sessions(graph, declarations)))
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


def _modules(graph: Graph, declarations: Declarations) -> Iterator[tuple[str, str]]:
    for node in graph.nodes("module"):
        if node.path and role_of(node.path) == "code" and declarations.file(node.name) is not None:
            yield node.name, node.path


def _sessions(graph: Graph, declarations: Declarations) -> Iterator[tuple[str, Place]]:
    """Functions without parameters that give the current session, and registries of sessions."""
    for module, path in _modules(graph, declarations):
        file = declarations.file(module)
        assert file is not None
        for line in file.syntax.tree.body:
            if isinstance(line, ast.FunctionDef):
                bare = len(line.args.defaults) == len(line.args.posonlyargs) + len(line.args.args)
                if bare and not line.decorator_list and declarations.type(file, line.returns) in _SESSIONS:
                    yield f"{module}.{line.name}", Place(path, line.lineno)
            for name, made in _made(line):
                kind = declarations.type(file, made)
                if kind in _SCOPED:
                    yield f"{module}.{name}", Place(path, line.lineno)
                elif kind == _EXTENSION:
                    yield f"{module}.{name}.session", Place(path, line.lineno)


def _made(line: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """(name, what was called) of `name = call(...)`."""
    target = (
        line.targets[0] if isinstance(line, ast.Assign) and len(line.targets) == 1
        else line.target if isinstance(line, ast.AnnAssign) else None
    )  # fmt: skip
    value = line.value if isinstance(line, ast.Assign | ast.AnnAssign) else None
    if isinstance(target, ast.Name) and isinstance(value, ast.Call):
        yield target.id, value.func


def _scope(graph: Graph, declarations: Declarations) -> str:
    """Flask's application, or the factory that makes it."""
    made = factory(graph).id
    if made.startswith("function:"):
        signature = declarations.signature(made.partition(":")[2])
        return made.partition(":")[2] if signature is not None and not signature.nested else ""
    for module, _ in _modules(graph, declarations):
        file = declarations.file(module)
        assert file is not None
        for line in file.syntax.tree.body:
            for name, call in _made(line):
                if declarations.type(file, call) in ("flask.Flask", "flask.app.Flask"):
                    return f"{module}.{name}"
    return ""
