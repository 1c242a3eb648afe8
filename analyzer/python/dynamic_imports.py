"""Imports that are calls, `import_module(f"shop.{name}")`, and tables of what is loaded lazily (PEP 562)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from ..model.facts import Import
from .nodes import keyword, last_name
from .syntax import PythonSyntax
from .texts import UNKNOWN, Texts, names_of

LOADED = "()"
"""The `attribute` of an import that is a call. Its `module` may hold holes (see `texts`)."""
_LOADERS = frozenset(
    {"importlib.import_module", "__import__", "importlib.__import__", "builtins.__import__",
     "runpy.run_module", "pytest.importorskip"}
)  # fmt: skip
_OF_OBJECTS = frozenset(
    {"django.utils.module_loading.import_string", "werkzeug.utils.import_string", "pydoc.locate",
     "pkgutil.resolve_name"}
)  # fmt: skip
"""What gives an object by its dotted name: its module is imported."""
_NAMES = frozenset(name.rpartition(".")[2] for name in _LOADERS | _OF_OBJECTS)
_MODULE = re.compile(r"\.*[^\W\d]\w*(?:\.[^\W\d]\w*)*\Z|\.+\Z")


def read_dynamic_imports(syntax: PythonSyntax) -> Iterator[Import]:
    """Every call that imports a module by its name, a record for each name that it may be given."""
    calls = [
        (node, scope)
        for node, scope in syntax.find(ast.Call)
        if isinstance(node, ast.Call)
        and (last_name(node.func) in _NAMES or isinstance(node.func, ast.Name))
        and (syntax.dotted(node.func) in _LOADERS or _names_object(syntax, node))
    ]
    texts = Texts(syntax) if calls else None
    open_ended = False
    for node, scope in calls:
        assert texts is not None
        named = syntax.dotted(node.func) in _OF_OBJECTS
        for item in _call(texts, node, scope, "function" if scope else ""):
            open_ended = open_ended or (item.module.startswith("{") and not named)
            if not named:
                yield item
            elif "." in item.module and not item.module.startswith("{"):
                yield item._replace(module=item.module.replace(":", ".").rpartition(".")[0])
    if open_ended:
        yield from _mentioned(syntax)


def _names_object(syntax: PythonSyntax, node: ast.Call) -> bool:
    """Whether a call loads an object by a name that is computed; a literal one is told as what it is."""
    given = node.args[0] if node.args else None
    computed = isinstance(given, ast.Name | ast.Attribute | ast.BinOp | ast.JoinedStr | ast.Call)
    return computed and syntax.dotted(node.func) in _OF_OBJECTS


def _mentioned(syntax: PythonSyntax) -> Iterator[Import]:
    """Texts that may name modules, in a file that loads some by names which nothing else tells."""
    for node, scope in syntax.find(ast.Constant):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and "." in text[1:] and _MODULE.match(text) and text[0] != ".":
            place = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
            yield Import(scope, "", text, LOADED, *place, "mentioned")


def _call(texts: Texts, node: ast.Call, scope: str, mark: str) -> Iterator[Import]:
    given = node.args[0] if node.args else keyword(node, "name")
    literal = isinstance(given, ast.Constant)
    anchor = node.args[1] if len(node.args) > 1 else keyword(node, "package")
    level = node.args[4] if len(node.args) > 4 else keyword(node, "level")
    dots = level.value if isinstance(level, ast.Constant) and isinstance(level.value, int) else 0
    for text in texts.of(given, scope):
        if not text.startswith("."):
            modules: Sequence[str] = ["." * dots + text]
        else:
            modules = [_below(package, text) for package in texts.of(anchor, scope)]
        for module in modules:
            how = mark if literal else "computed"
            yield Import(scope, "", module, LOADED, node.lineno, node.col_offset, how)


def _below(package: str, text: str) -> str:
    """A relative name seen from a package."""
    if package in UNKNOWN:
        return "{}"
    text = text[1:]
    while text.startswith("."):
        package, text = package.rpartition(".")[0] if "{" not in package else package, text[1:]
    return f"{package}.{text}" if text else package


def read_lazy_exports(syntax: PythonSyntax) -> Iterator[Import]:
    """Names that a module hands on once they are asked for, as tables say.

    `attach(__name__, submod_attrs={"a": ["f"]})` and its like take the module's own name and a dict of
    modules with their names; `__getattr__` looks a name up in a dict of names with their modules.
    """
    texts: Texts | None = None
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        tables = len(node.args) + len(node.keywords) > 1
        if tables and scope == "" and node.args and last_name(node.args[0]) == "__name__":
            texts = texts or Texts(syntax)
            for given in (*node.args[1:], *(word.value for word in node.keywords)):
                shown = texts.display(given, "", 3)
                yield from _by_module(shown, node)
                for name in names_of(shown):
                    yield Import("", name, ".", name, node.lineno, node.col_offset, "lazy")
    if "__getattr__" in syntax.scopes:
        texts = texts or Texts(syntax)
        for node, scope in syntax.find(ast.Subscript, ast.Call):
            table = node.value if isinstance(node, ast.Subscript) else _asked(node)
            if scope == "__getattr__" and isinstance(table, ast.Name):
                yield from _by_name(texts, texts.display(table, "", 3))


def _asked(node: ast.AST) -> ast.AST | None:
    function = node.func if isinstance(node, ast.Call) else None
    return function.value if isinstance(function, ast.Attribute) and function.attr == "get" else None


def _by_module(table: ast.AST | None, node: ast.Call) -> Iterator[Import]:
    for key, value in zip(table.keys, table.values, strict=True) if isinstance(table, ast.Dict) else ():
        module = key.value if isinstance(key, ast.Constant) else None
        if isinstance(module, str) and _MODULE.match(module):
            for name in names_of(value):
                yield Import("", name, f"?{module}", name, key.lineno if key else node.lineno, 0, "lazy")


def _by_name(texts: Texts, table: ast.AST | None) -> Iterator[Import]:
    for key, value in zip(table.keys, table.values, strict=True) if isinstance(table, ast.Dict) else ():
        name = key.value if isinstance(key, ast.Constant) else None
        parts = list(value.elts) if isinstance(value, ast.Tuple) else [value]
        found = [
            part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
        ]
        if not isinstance(name, str) or len(found) != len(parts) or len(found) not in (1, 2):
            continue
        module, _, inner = found[0].partition(":")
        if _MODULE.match(module):
            attribute = inner or (found[1] if len(found) == 2 else name)
            yield Import("", name, f"?{module}", attribute, value.lineno, value.col_offset, "lazy")
