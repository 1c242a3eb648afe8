"""What a body assigns: the fields and options of a model, the settings of a module."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence


def assignments(body: Sequence[ast.stmt], settings: bool = False) -> Iterator[tuple[str, ast.expr]]:
    """(name, value) of the plain assignments of a body, those under conditions too.

    Of a module of `settings`, also what is added to a name, and those in its classes, with the properties
    that are called as settings are.
    """
    stack = list(reversed(body))
    while stack:
        statement = stack.pop()
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                yield target.id, statement.value
        elif isinstance(statement, ast.AnnAssign) or (settings and isinstance(statement, ast.AugAssign)):
            if isinstance(statement.target, ast.Name) and statement.value is not None:
                yield statement.target.id, statement.value
        elif isinstance(statement, ast.If):
            stack.extend(reversed([*statement.body, *statement.orelse]))
        elif isinstance(statement, ast.Try):
            stack.extend(reversed(statement.body))
        elif settings and isinstance(statement, ast.ClassDef):
            stack.extend(reversed([each for each in statement.body if not isinstance(each, ast.ClassDef)]))
        elif settings and isinstance(statement, ast.FunctionDef) and statement.name.isupper():
            returns = (each.value for each in statement.body if isinstance(each, ast.Return))
            yield from ((statement.name, value) for value in returns if value is not None)
