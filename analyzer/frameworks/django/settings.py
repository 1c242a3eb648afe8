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
from .assignments import assignments

_SETTING = re.compile(r"[A-Z][A-Z0-9_]*_MODEL\Z")
_MODEL = re.compile(r"\w+\.\w+\Z")


def read_settings(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `apps` and `setting`."""
    for key, value in assignments(getattr(syntax.tree, "body", []), settings=True):
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
