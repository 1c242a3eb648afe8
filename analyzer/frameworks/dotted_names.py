"""Code that settings name by dotted strings: middleware, backends, log handlers, applications, includes.

A string in a list or dictionary, a setting or a keyword that names a module, class or function of the project
in full is taken for what some library will load: the setting `configures` what it names. Names in calls that
load code (`import_string`) are imports, and told elsewhere.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..model.evidence import BlindSpot, Evidence, Place
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World
from ..python.module_names import split_name
from ..python.setting_names import SettingNames
from ..python.settings_read import is_settings_class, is_settings_module

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+(?::[^\W\d]\w*)?\Z")
_PLAIN = re.compile(r"[^\W\d]\w*\Z")
_LONGEST = 200
_OF_MODULES = re.compile(r"\w*(?:MODULE|URLCONF|APPLICATION|APP|APPS|SETTINGS|INCLUDE|IMPORTS?|PLUGINS?)S?\Z")
_LOADS = re.compile(r"\w*(?:discover|include|import|package|module|plugin|load|wire)\w*\Z")
_TASKS = frozenset({"task", "to"})
"""Keys and keywords whose strings name something else: tasks by their names, models by their labels."""


class DottedNames(Framework):
    """See the module."""

    name = "dotted_names"
    version = 2
    triggers = ()

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from _read(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        names = SettingNames(world)
        for path, fact in world.facts("dotted_names"):
            yield from _link(world, names, path, fact)


def _read(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `named`: a string, the setting that holds it, whether a module alone would do."""
    settings: dict[ast.AST, str] = {}
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign, ast.AugAssign):
        value, targets = (
            getattr(node, "value", None),
            getattr(node, "targets", [getattr(node, "target", None)]),
        )
        name = next((target.id for target in targets if isinstance(target, ast.Name)), "")
        setting = f"{scope}.{name}".strip(".")
        if name.isupper() and isinstance(value, ast.expr):  # settings are; nothing else is looked into
            settings.update((part, setting) for part in ast.walk(value))
        if isinstance(value, ast.Constant) and name:
            yield from _named(value, scope, setting, _OF_MODULES.match(name) is not None)
    functions, loaded = _functions(syntax), _loaded(syntax)
    types = {node.slice for node, _ in syntax.find(ast.Subscript) if isinstance(node, ast.Subscript)}
    for node, scope in syntax.find(ast.List, ast.Tuple, ast.Set, ast.Dict):
        setting = settings.get(node, "")
        plain = setting.rpartition(".")[2] == "INSTALLED_APPS"
        for item in _items(node) if node not in types else ():  # `Union["shop.Order", "shop.Line"]`
            if item.__class__ is ast.Constant:
                # In a function, `["shop.db"]` may well be the name of a file.
                yield from _named(item, scope, setting, scope not in functions or node in loaded, plain)
    for node, scope, _ in syntax.calls():
        for keyword in node.keywords:
            if keyword.value.__class__ is ast.Constant and keyword.arg not in _TASKS:
                yield from _named(keyword.value, scope, settings.get(node, ""), False)
        if len(node.args) == 2 and _is_settings_module(node.args[0]):
            yield from _named(node.args[1], scope, "", True)


def _functions(syntax: Syntax) -> set[str]:
    return {
        syntax.name_of(node, scope)
        for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _loaded(syntax: Syntax) -> set[ast.AST]:
    """Lists that are given to something that loads modules, by its name or the keyword's."""
    found: set[ast.AST] = set()
    for node, _, _ in syntax.called(_loads):
        found.update(node.args)
    for word, _ in syntax.find(ast.keyword):
        if isinstance(word, ast.keyword) and word.arg and _loads(word.arg):
            found.add(word.value)
    return found


def _is_settings_module(node: ast.expr) -> bool:
    return node.__class__ is ast.Constant and getattr(node, "value", None) == "DJANGO_SETTINGS_MODULE"


@lru_cache(maxsize=65536)
def _loads(name: str) -> bool:
    """Whether a function or a keyword of that name takes what is to be loaded."""
    return _LOADS.match(name) is not None


def _items(node: ast.AST) -> Iterator[ast.expr | None]:
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from (value for key, value in pairs if getattr(key, "value", None) not in _TASKS)
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        yield from node.elts


def _named(
    node: ast.expr | None, scope: str, setting: str, module: bool, plain: bool = False
) -> Iterator[Fact]:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or len(node.value) > _LONGEST:
        return
    if not plain and "." not in node.value:
        return
    if _DOTTED.match(node.value) or (plain and _PLAIN.match(node.value)):
        data = {"name": node.value, "setting": setting, "module": module}
        yield Fact("named", scope, node.lineno, node.col_offset, data)


def _link(world: World, names: SettingNames, path: str, fact: Fact) -> Iterator[Node | Edge]:
    target = _target(world, str(fact.data["name"]).replace(":", "."), bool(fact.data["module"]))
    own = world.module_of(path)
    if not target or f"{own}.".startswith(f"{target.partition(':')[2]}."):
        return  # a package that names itself
    owner, _, setting = str(fact.data["setting"]).rpartition(".")
    source = world.scope_id(path, fact.scope)
    if setting.isupper() and is_settings_module(own) and (not owner or is_settings_class(owner)):
        source = f"setting:{setting if owner else names.of_module(own, setting)}"
        yield Node(source, path, fact.line, fact.line)
    evidence = (Evidence(Place(path, fact.line, fact.column), "convention"),)
    yield Edge(source, target, "configures", "likely", evidence)


def _target(world: World, name: str, module_too: bool) -> str:
    """The id of what a dotted name stands for in the project, "" for nothing."""
    module, rest = split_name(name, world.modules)
    if not module:
        return ""
    if not rest:
        return f"module:{module}" if module_too else ""
    path = world.modules[module]
    symbol = world.resolve(path, "", rest)
    if symbol is not None and symbol.kind in ("class", "function"):
        return f"{symbol.kind}:{symbol.name}"
    bound = world.binding(path, "", rest) is not None and module_too
    return f"module:{module}" if bound else ""


framework = DottedNames()
