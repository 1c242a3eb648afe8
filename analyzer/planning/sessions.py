"""What gives the current session of SQLAlchemy: functions, registries, the extension of Flask."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator

from ..graph.roles import role_of
from ..model.evidence import Place
from ..model.graph import Graph
from .declarations import Declarations

_SESSIONS = frozenset({"sqlalchemy.orm.Session", "sqlalchemy.orm.session.Session"})
_SCOPED = frozenset({"sqlalchemy.orm.scoped_session", "sqlalchemy.orm.scoping.scoped_session"})
_EXTENSION = "flask_sqlalchemy.SQLAlchemy"
_LIBRARIES = re.compile(r"module:(?:sqlalchemy|sqlalchemy\.orm(?:\..*)?|flask_sqlalchemy(?:\..*)?)\Z")
"""What a module imports that may make or name a session: others need not be parsed."""


def sessions(graph: Graph, declarations: Declarations) -> dict[str, Place]:
    """Dotted name of what gives the session when it is called -> its place, sorted."""
    return dict(sorted(_found(graph, declarations)))


def the_session(graph: Graph, declarations: Declarations) -> str:
    """The one thing that gives it; "" where there is none, or more than one."""
    found = sessions(graph, declarations)
    return next(iter(found)) if len(found) == 1 else ""


def modules_of_code(
    graph: Graph, declarations: Declarations, among: Container[str] | None = None
) -> Iterator[tuple[str, str]]:
    """(dotted name, path) of each module that can be read and is no test; `among` those of these ids."""
    for node in graph.nodes("module"):
        if among is not None and node.id not in among:
            continue
        if node.path and role_of(node.path) == "code" and declarations.file(node.name) is not None:
            yield node.name, node.path


def _found(graph: Graph, declarations: Declarations) -> Iterator[tuple[str, Place]]:
    """Functions without parameters that give the current session, and registries of sessions."""
    naming = {edge.source for edge in graph.edges("imports") if _LIBRARIES.match(edge.target)}
    for module, path in modules_of_code(graph, declarations, naming):
        file = declarations.file(module)
        assert file is not None
        for line in file.syntax.tree.body:
            if isinstance(line, ast.FunctionDef):
                bare = len(line.args.defaults) == len(line.args.posonlyargs) + len(line.args.args)
                if bare and not line.decorator_list and declarations.type(file, line.returns) in _SESSIONS:
                    yield f"{module}.{line.name}", Place(path, line.lineno)
            for name, call in made(line):
                kind = declarations.type(file, call)
                if kind in _SCOPED:
                    yield f"{module}.{name}", Place(path, line.lineno)
                elif kind == _EXTENSION:
                    yield f"{module}.{name}.session", Place(path, line.lineno)


def made(line: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """(name, what was called) of `name = call(...)`."""
    target = (
        line.targets[0] if isinstance(line, ast.Assign) and len(line.targets) == 1
        else line.target if isinstance(line, ast.AnnAssign) else None
    )  # fmt: skip
    value = line.value if isinstance(line, ast.Assign | ast.AnnAssign) else None
    if isinstance(target, ast.Name) and isinstance(value, ast.Call):
        yield target.id, value.func
