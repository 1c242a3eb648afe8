"""Secrets that stand in code: by the name that they are bound to, or by their own shape. No value is kept."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact
from ...model.world import Syntax
from ...python.nodes import last_name, position

_NAMES = re.compile(
    r"(?:.*_)?(?:SECRET(?:_?KEY)?|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|ACCESS_KEY|PRIVATE_KEY|AUTH_TOKEN"
    r"|ACCESS_TOKEN|API_TOKEN|SIGNING_KEY|ENCRYPTION_KEY)\Z",
    re.IGNORECASE,
)
_SHAPES = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bsk_live_\w{16,}|\bgh[pousr]_\w{30,}"
    r"|\bxox[baprs]-[\w-]{10,}|\b[a-z][a-z0-9+]*://[^\s:/@{}]+:(?!\*+@)[^\s:/@{}]{3,}@[^\s/{}]+"
)
_PLACEHOLDER = re.compile(
    r"(?:\W*|.*(?:change.?me|example|placeholder|your[-_ ]|<|\{|\*\*\*|xxx|dummy|none|null|todo|test|redact"
    r"|masked).*)\Z",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[a-z]+(?:[ _./:-][a-z]+)*:?\Z", re.IGNORECASE)
"""Words alone name something (a field, a key of a form); a secret is no word."""
_GETS = frozenset({"get", "getenv", "env", "config", "str", "setdefault"})
_OWN_HOSTS = frozenset("localhost 0.0.0.0 db database postgres postgresql mysql redis rabbitmq mongo".split())
_SHORTEST = 6


def read_secrets(syntax: Syntax) -> Iterator[Fact]:
    """Facts of the kind `secret`; `what` is the name that it bears."""
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        assert isinstance(node, ast.Assign | ast.AnnAssign)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            name = _name(target)
            if _NAMES.match(name) and _is_secret(_text(node.value), name):
                yield Fact("secret", scope, *position(node), {"what": name})
    for node, scope, _ in syntax.called(_GETS):
        assert isinstance(node, ast.Call)
        if len(node.args) > 1 and isinstance(node.args[0], ast.Constant):
            key, default = _text(node.args[0]), _text(node.args[1])
            if _NAMES.match(key) and " " not in key and _is_secret(default, key):
                yield Fact("secret", scope, *position(node), {"what": key})
    for node, scope in syntax.find(ast.Constant):
        text = _text(node)
        if len(text) > _SHORTEST and _SHAPES.search(text) and not syntax.is_docstring(node):
            found = _SHAPES.search(text)
            said = found.group() if found else ""
            if said and not _PLACEHOLDER.match(said.rpartition("@")[0] or said) and not _is_local(said):
                yield Fact("secret", scope, *position(node), {"what": _shape(said)})


def _name(target: ast.AST) -> str:
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        key = target.slice.value
        return key if isinstance(key, str) and key.isidentifier() else ""
    return last_name(target)


def _text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_secret(text: str, name: str) -> bool:
    """Whether a text may be a secret: long enough, no placeholder, and no words that only name something."""
    if len(text) < _SHORTEST or _PLACEHOLDER.match(text) or "/" in text[:1] or " " in text.strip():
        return False
    return not _WORDS.match(text) and text.lower() != name.lower()


def _is_local(text: str) -> bool:
    """Whether a URL is that of a developer's own machine, where user and password are usually alike."""
    host = re.split(r"[:/?]", text.rpartition("@")[2], maxsplit=1)[0]
    return "://" in text and (host.startswith("127.") or host in _OWN_HOSTS)


def _shape(text: str) -> str:
    if text.startswith("-----"):
        return "private-key"
    return "password-in-URL" if "://" in text else "key"
