"""Which paths begin with a language: what Django's `i18n_patterns` puts before its patterns."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

_CODE = re.compile(r"[A-Za-z]{2,3}(?:[@_-][A-Za-z0-9]+)*\Z")
_ANY = "[a-z]{2,3}(?:-[a-z0-9]+)*"
"""Any language: Django knows about a hundred where the settings name none."""


def language_prefix(texts: Mapping[str, str]) -> tuple[str, str]:
    """(expression, "") of what may stand where the language does, or ("", why) where that is not known."""
    used = [text for path, text in texts.items() if path.endswith(".py") and "i18n_patterns" in text]
    if any("prefix_default_language" in text for text in used):
        return "", "whether the default language has a prefix is told by prefix_default_language"
    listed: set[str] = set()
    for path in sorted(texts):
        if "settings" in path and path.endswith(".py") and "LANGUAGES" in (text := texts[path]):
            for value in _assigned(text):
                codes = _codes(value)
                if codes is None:
                    return "", f"the languages that {path} lists are computed"
                listed |= codes
    return f"(?:{'|'.join(sorted(listed))})/" if listed else f"{_ANY}/", ""


def _assigned(text: str) -> Iterator[ast.expr]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == "LANGUAGES" for target in targets):
                yield node.value


def _codes(value: ast.expr) -> set[str] | None:
    """The codes of `[("de", _("German")), ...]`; None where they are not plain to see."""
    rows = value.elts if isinstance(value, ast.List | ast.Tuple) else []
    found = [row.elts[0] for row in rows if isinstance(row, ast.List | ast.Tuple) and row.elts]
    texts = (each.value for each in found if isinstance(each, ast.Constant) and isinstance(each.value, str))
    codes = {text for text in texts if _CODE.match(text)}
    return codes if rows and len(found) == len(rows) == len(codes) else None
