"""Settings that say which apps there are and which classes stand for models, read from one file.

They stand in a module, or in a class of it (`class Base(Configuration)`); a value may be the default of what
the environment says: `env("AUTH_USER_MODEL", default="people.User")`, `values.Value("people.User")`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from ...model.facts import Fact
from ...model.world import Syntax
from ...python.expressions import summands

_SETTING = re.compile(r"[A-Z][A-Z0-9_]*_MODEL\Z")
_MODEL = re.compile(r"\w+\.\w+\Z")


def read_settings(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `apps` and `setting`."""
    for key, value in _assigned(getattr(syntax.tree, "body", [])):
        if key == "INSTALLED_APPS" or key.endswith("_APPS"):
            names = [text for text in map(syntax.string, elements(value)) if text]
            yield Fact("apps", "", value.lineno, value.col_offset, {"names": names})
        text = model_named(syntax, value) if _SETTING.match(key) else ""
        if text:
            yield Fact("setting", "", value.lineno, value.col_offset, {"name": key, "value": text})


def model_named(syntax: Syntax, value: ast.expr) -> str:
    """ "app.Model" as a text, or as the default in a call that asks for a setting; "" for other code."""
    if not isinstance(value, ast.Call):
        return syntax.string(value) or ""
    default = [keyword.value for keyword in value.keywords if keyword.arg == "default"]
    texts = (syntax.string(each) or "" for each in (*default, *reversed(value.args)))
    return next((text for text in texts if _MODEL.match(text)), "")


def elements(node: ast.expr) -> list[ast.expr]:
    """The elements of a list, of lists that are added up, and of one that is a default."""
    parts: Sequence[ast.expr] = summands(node) if isinstance(node, ast.BinOp) else [node]
    found: list[ast.expr] = []
    for part in parts:
        given = [*part.args, *(k.value for k in part.keywords)] if isinstance(part, ast.Call) else [part]
        found += [e for each in given if isinstance(each, ast.List | ast.Tuple) for e in each.elts]
    return found


def _assigned(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """(name, value) of the assignments of a module, those under conditions and in its classes too."""
    stack = list(reversed(body))
    while stack:
        statement = stack.pop()
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                yield target.id, statement.value
        elif isinstance(statement, ast.AnnAssign | ast.AugAssign) and isinstance(statement.target, ast.Name):
            if statement.value is not None:
                yield statement.target.id, statement.value
        elif isinstance(statement, ast.If):
            stack.extend(reversed([*statement.body, *statement.orelse]))
        elif isinstance(statement, ast.Try):
            stack.extend(reversed(statement.body))
        elif isinstance(statement, ast.ClassDef):
            stack.extend(reversed([each for each in statement.body if not isinstance(each, ast.ClassDef)]))
        elif (
            isinstance(statement, ast.FunctionDef) and statement.name.isupper()
        ):  # a property of such a class
            for inner in statement.body:
                if isinstance(inner, ast.Return) and inner.value is not None:
                    yield statement.name, inner.value
