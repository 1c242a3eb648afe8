"""Facts about tests, read from one file: fixtures, who asks for them by name, and what patches hand in."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from ...model.facts import Fact
from ...model.world import Syntax

Function = ast.FunctionDef | ast.AsyncFunctionDef
_FIXTURES = ("fixture", "yield_fixture")
_PATCHES = ("patch", "object", "dict", "multiple")
_MOST = 8


def read_pytest(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `fixture`, `uses`, `parametrized` and `patched`; their scope is what they are about."""
    gives = _given(syntax)
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        assert isinstance(node, Function | ast.ClassDef)
        name = syntax.name_of(node, scope)
        for decorator in node.decorator_list:
            yield from _decorated(syntax, node, name, decorator, gives)
        patches = [d for d in node.decorator_list if isinstance(d, ast.Call) and _hands_a_mock(syntax, d)]
        if patches and not isinstance(node, ast.ClassDef):
            yield Fact("patched", name, node.lineno, node.col_offset, {"count": len(patches)})
    for node, scope in syntax.find(ast.Assign):
        assert isinstance(node, ast.Assign)
        if any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets):
            marks = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
            for mark in marks:
                yield from _used(syntax, mark, scope)


def _given(syntax: Syntax) -> dict[str, list[str]]:
    """What each function returns or yields, as path expressions."""
    found: dict[str, list[str]] = defaultdict(list)
    for node, scope in syntax.find(ast.Return, ast.Yield):
        value = getattr(node, "value", None)
        if value is not None and len(found[scope]) < _MOST:
            found[scope].append(syntax.express(value, scope))
    return found


def _decorated(
    syntax: Syntax,
    node: Function | ast.ClassDef,
    name: str,
    decorator: ast.expr,
    gives: dict[str, list[str]],
) -> Iterator[Fact]:
    call = decorator if isinstance(decorator, ast.Call) else None
    dotted = syntax.dotted(call.func if call is not None else decorator)
    if _is_fixture(dotted) and not isinstance(node, ast.ClassDef):
        words = {word.arg: word.value for word in call.keywords} if call is not None else {}
        autouse = words.get("autouse")
        data = {
            "name": syntax.string(words.get("name")) or node.name,
            "gives": list(dict.fromkeys(gives.get(name, ()))),
            "autouse": isinstance(autouse, ast.Constant) and autouse.value is True,
        }
        yield Fact("fixture", name, node.lineno, node.col_offset, data)
    elif dotted.endswith("mark.parametrize") and call is not None and call.args:
        indirect = any(word.arg == "indirect" for word in call.keywords)
        names = [] if indirect else _names(syntax, call.args[0])
        if names:
            yield Fact("parametrized", name, decorator.lineno, decorator.col_offset, {"names": names})
    else:
        yield from _used(syntax, decorator, name)


def _is_fixture(dotted: str) -> bool:
    module, _, last = dotted.rpartition(".")
    return last in _FIXTURES and module.startswith("pytest")


def _used(syntax: Syntax, mark: ast.expr, scope: str) -> Iterator[Fact]:
    """`pytest.mark.usefixtures("a", "b")`."""
    if isinstance(mark, ast.Call) and syntax.dotted(mark.func).endswith("mark.usefixtures"):
        names = [text for text in map(syntax.string, mark.args) if text]
        yield Fact("uses", scope, mark.lineno, mark.col_offset, {"names": names})


def _names(syntax: Syntax, node: ast.expr) -> list[str]:
    """The names of parameters: `"a, b"`, or a list of texts."""
    parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    texts = [syntax.string(part) or "" for part in parts]
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


def _hands_a_mock(syntax: Syntax, call: ast.Call) -> bool:
    """Whether a decorator is a patch that makes its own mock: `@patch("a.b")`, not `@patch("a.b", new)`."""
    dotted = syntax.dotted(call.func)
    if "patch" not in dotted.split(".")[-2:] or dotted.rpartition(".")[2] not in _PATCHES:
        return False
    own = 2 if dotted.endswith(".object") else 1
    named = {word.arg for word in call.keywords}
    return not dotted.endswith("dict") and len(call.args) <= own and "new" not in named
