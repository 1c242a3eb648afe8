"""Patterns below the language of a request: Django's `i18n_patterns`, and a project's own like it."""

from __future__ import annotations

import ast

from ...model.facts import Json
from ...model.world import Syntax

LANGUAGE = "<language>/"


def is_language(syntax: Syntax, node: ast.Call) -> bool:
    """`URLResolver(LocalePrefixPattern(...), patterns)`, also with a project's own class of that name."""
    first = node.args[0] if node.args else None
    return isinstance(first, ast.Call) and syntax.dotted(first.func).endswith("LocalePrefixPattern")


def without_bare(before: Json, tree: Json) -> Json:
    """What a function gives, without the patterns that it gives back bare where there are no languages.

    Django's own function does the same under `if not settings.USE_I18N`: they are not there twice.
    """
    prefixed = _refs(tree, False)
    if before[0] == "list":
        return ["list", [part for part in before[1] if not (prefixed & _refs(part, True))]]
    return ["nothing"] if prefixed & _refs(before, True) else before


def _refs(tree: Json, bare: bool) -> set[str]:
    """Names of what is given back as it is, or below a language."""
    if tree[0] == "list":
        return {name for inner in tree[1] for name in _refs(inner, bare)}
    if tree[0] == "prefix":
        return _refs(tree[2], True) if bare or tree[1] == LANGUAGE else set()
    return {str(tree[1])} if tree[0] == "ref" and bare else set()
