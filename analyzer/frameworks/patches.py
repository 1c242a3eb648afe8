"""What tests patch: `unittest.mock`, `monkeypatch` of pytest, `mocker` of pytest-mock.

Whoever moves a function must change the strings by which tests replace it. An edge `patches` leads from the
test to what is replaced, and to the module in which the name is looked up, where that is another one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..model.evidence import BlindSpot, Confidence, Evidence, Place
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Symbol, Syntax, World
from ..python.module_names import split_name

_MOCKS = ("unittest.mock.patch", "mock.patch", "asynctest.patch")
_MONKEYS = frozenset({"monkeypatch", "mp", "m"})
_WAYS = frozenset({"patch", "object", "dict", "multiple", "spy", "setattr", "delattr", "setitem"})
_NAMED = frozenset({"object", "spy", "setattr", "delattr"})
"""Ways that take an object and the name of its attribute, unless they are given one string."""
_OPTIONS = frozenset(
    "new spec create spec_set autospec new_callable side_effect return_value wraps unsafe".split()
)
_SHOWN = 120


class Patches(Framework):
    """See the module."""

    name = "patches"
    version = 1
    triggers = ("patch", "mocker")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is None:
            return
        decorated = {
            decorator: f"{scope}.{node.name}".removeprefix(".")  # type: ignore[attr-defined]
            for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            for decorator in node.decorator_list  # type: ignore[attr-defined]
        }
        for node, scope in syntax.find(ast.Call):
            assert isinstance(node, ast.Call)
            way = _way(syntax, node.func)
            if way is not None and (node.args or node.keywords):
                yield from _patched(syntax, node, way, scope, decorated.get(node, scope))

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        for path, fact in world.facts(self.name):
            source = _source(world, path, fact.scope)
            evidence = (Evidence(Place(path, fact.line, fact.column)),)
            if fact.kind == "dynamic":
                yield BlindSpot("dynamic-patch", evidence[0].place, str(fact.data["text"]))
                continue
            for id, confidence in _reached(world, path, fact):
                yield Edge(source, id, "patches", confidence, evidence)


def _way(syntax: Syntax, function: ast.expr) -> str | None:
    """How a call patches: "" for `patch(...)`, `object` for `patch.object(...)` ...; None for other calls."""
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name not in _WAYS:
        return None
    dotted = syntax.dotted(function)
    head, _, last = dotted.rpartition(".")
    if dotted in _MOCKS:
        return ""
    if head in _MOCKS:
        return last
    owner = head.rpartition(".")[2]
    if owner.endswith("mocker") and last in ("patch", "spy"):
        return "" if last == "patch" else last
    if owner == "patch" and head.rpartition(".")[0].rpartition(".")[2].endswith("mocker"):
        return last
    return last if owner in _MONKEYS and last in ("setattr", "delattr", "setitem") else None


def _patched(syntax: Syntax, node: ast.Call, way: str, scope: str, owner: str) -> Iterator[Fact]:
    """The facts of one call: what is replaced, as a dotted string or as an attribute of an object."""
    keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    first = node.args[0] if node.args else keywords.get("target")
    second = node.args[1] if len(node.args) > 1 else keywords.get("attribute", keywords.get("name"))
    text = syntax.string(first)
    if first is None:
        return
    names: list[str] = []
    if way in _NAMED and not (text is not None and way in ("setattr", "delattr")):
        name = syntax.string(second)
        if name is None or "{}" in name:
            yield _fact("dynamic", owner, node, {"text": _shown(node)})
            return
        names = [name]
    elif way == "multiple":
        names = sorted(name for name in keywords if name not in _OPTIONS and name != "target")
    beside = _beside(syntax, first, scope)
    if beside is not None:
        target, rest = beside
        yield _fact("beside", owner, node, {"target": target, "in": scope, "names": names, "rest": rest})
        return
    is_text = way == "" or (way not in ("object", "spy", "setitem") and _is_text(first, text))
    if is_text and (text is None or "{}" in text):
        yield _fact("dynamic", owner, node, {"text": _shown(node)})
    elif is_text:
        yield _fact("text", owner, node, {"target": text, "names": names})
    else:
        yield _fact(
            "object", owner, node, {"target": syntax.express(first, scope), "in": scope, "names": names}
        )


def _beside(syntax: Syntax, node: ast.expr, scope: str) -> tuple[str, str] | None:
    """`Command.__module__ + ".input"`, `f"{views.__name__}.input"`: the object, and the path after it."""
    first: ast.expr | None = None
    if isinstance(node, ast.JoinedStr) and len(node.values) == 2:
        hole, rest = node.values
        first = hole.value if isinstance(hole, ast.FormattedValue) else None
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        first, rest = node.left, node.right
    if not isinstance(first, ast.Attribute) or first.attr not in ("__module__", "__name__"):
        return None
    text = rest.value if isinstance(rest, ast.Constant) and isinstance(rest.value, str) else ""
    return (syntax.express(first.value, scope), text[1:]) if text[:1] == "." else None


def _is_text(node: ast.expr, text: str | None) -> bool:
    """Whether something can only be meant as a string; objects are named by names and attributes."""
    return text is not None or not isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Dict)


def _fact(kind: str, scope: str, node: ast.Call, data: dict[str, object]) -> Fact:
    return Fact(kind, scope, node.lineno, node.col_offset, data)


def _shown(node: ast.Call) -> str:
    try:
        return ast.unparse(node)[:_SHOWN]
    except RecursionError:
        return "patch(...)"


# Linking ------------------------------------------------------------------------------------------


def _source(world: World, path: str, scope: str) -> str:
    """The function or class that a patch belongs to."""
    name = f"{world.module_of(path)}.{scope}"
    return f"class:{name}" if scope and name in world.classes else world.scope_id(path, scope)


def _reached(world: World, path: str, fact: Fact) -> Iterator[tuple[str, Confidence]]:
    target, names = str(fact.data["target"]), list(fact.data["names"])
    if fact.kind == "text":
        for name in names or [""]:
            yield from _of_text(world, f"{target}.{name}" if name else target)
        return
    scope = str(fact.data["in"])
    if fact.kind == "beside":
        symbol = world.resolve(path, scope, target)
        for name in names or [""]:
            if symbol is not None and symbol.internal:
                parts = (split_name(symbol.name, world.modules)[0], str(fact.data["rest"]), name)
                yield from _of_text(world, ".".join(filter(None, parts)))
        return
    if not names:
        holder = world.locate(path, scope, target)[0]
        of_module: list[tuple[str, Confidence]] = [(f"module:{holder}", "certain")] if holder else []
        yield from list(_ids(world.resolve(path, scope, target))) or of_module
    owner = world.resolve(path, scope, target)
    for name in names:
        found = None
        if owner is not None and owner.kind in ("class", "instance"):
            found = world.member(owner.name, name)
        elif owner is not None and owner.kind == "external":
            found = owner._replace(name=f"{owner.name}.{name}")
        found = found or world.resolve(path, scope, f"{target}.{name}")
        yield from list(_ids(found)) or _ids(owner)


def _of_text(world: World, target: str) -> Iterator[tuple[str, Confidence]]:
    """What a dotted string names, and the module in which it is replaced."""
    module = split_name(target, world.modules)[0]
    if not module:
        yield f"function:{target}", "likely"
        return
    rest = target[len(module) + 1 :]
    found = world.resolve(world.modules[module], "", rest) if rest else Symbol("module", module)
    reached = list(_ids(found))
    yield from reached
    if found is None or found.kind == "instance" or not f"{found.name}.".startswith(f"{module}."):
        yield f"module:{module}", "certain"


def _ids(symbol: Symbol | None) -> Iterator[tuple[str, Confidence]]:
    """The node of what a name means; of a variable, that of its module."""
    if symbol is None or "()" in symbol.name:
        return
    trust: Confidence = "certain" if symbol.evident else "likely"
    if symbol.kind == "variable":
        yield f"module:{symbol.name.rpartition('.')[0]}", trust
    elif symbol.kind == "instance":
        yield f"class:{symbol.name}", trust
    elif symbol.kind in ("module", "class", "function"):
        yield f"{symbol.kind}:{symbol.name}", trust
    elif symbol.kind == "external":
        yield f"function:{symbol.name}", "likely"


framework = Patches()
