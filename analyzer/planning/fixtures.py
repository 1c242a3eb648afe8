"""The fixtures of pytest that a project's tests ask for, and where they are defined."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from .declarations import Declarations
from .definitions import Unit, dotted_name


class Fixtures:
    """Answers by the name of a module and of a definition at its top; `paths` are the project's modules."""

    def __init__(self, declarations: Declarations, paths: Mapping[str, str]) -> None:
        self._declarations, self._paths = declarations, paths
        self._by_path = {path: name for name, path in paths.items() if path.endswith("conftest.py")}

    def units(self, module: str) -> list[Unit]:
        """The statements at the top of a module."""
        return self._declarations.units(module)

    def asked(self, module: str, name: str) -> Iterator[str]:
        """The fixtures that a test, its class or a fixture names."""
        for unit in self.units(module):
            for node in unit.nodes:
                if getattr(node, "name", "") != name:
                    continue
                for each in ast.walk(node):
                    if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                        continue
                    inside = node.body if isinstance(node, ast.ClassDef) else []
                    if each is not node and each not in inside:
                        continue
                    if is_case(each) or _is_fixture(each) or each.name.startswith("setup"):
                        given = set(_given_by_decorators(each)) | _given_by_decorators(node)
                        yield from {argument.arg for argument in each.args.args} - given

    def needed(self, module: str, name: str) -> Iterator[tuple[str, str]]:
        """Where the fixtures that a test names are defined: its module, else a `conftest` around it."""
        waiting, seen = [(module, name)], set()
        while waiting:
            asked = waiting.pop()
            for wanted in sorted(self.asked(*asked)):
                where = self.defines(asked[0], wanted) or self.defines(module, wanted)
                if where and (where, wanted) not in seen:
                    seen.add((where, wanted))
                    waiting.append((where, wanted))
                    yield where, wanted
        for conftest in self._conftests(module):
            for unit in self.units(conftest):
                yield from ((conftest, name) for name in unit.binds if any(map(_is_autouse, unit.nodes)))

    def defines(self, module: str, fixture: str) -> str:
        for each in (module, *self._conftests(module)):
            for unit in self.units(each):
                if any(_is_fixture(node) and getattr(node, "name", "") == fixture for node in unit.nodes):
                    return each
            if each == module and self._in_classes(module, fixture):
                return module
        return ""

    def _in_classes(self, module: str, fixture: str) -> bool:
        classes = [
            node for unit in self.units(module) for node in unit.nodes if isinstance(node, ast.ClassDef)
        ]
        return any(
            _is_fixture(each) and getattr(each, "name", "") == fixture
            for node in classes
            for each in node.body
        )

    def _conftests(self, module: str) -> list[str]:
        """The `conftest` of the module's folder, and of those around it, the nearest first."""
        folder = self._paths[module].rpartition("/")[0]
        found: list[str] = []
        while True:
            path = f"{folder}/conftest.py" if folder else "conftest.py"
            if path in self._by_path:
                found.append(self._by_path[path])
            if not folder:
                return found
            folder = folder.rpartition("/")[0]


def is_case(node: ast.AST) -> bool:
    """Whether pytest or unittest runs it: a function or a class of tests."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return node.name.startswith("test")
    return isinstance(node, ast.ClassDef) and any(
        isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test")
        for each in node.body
    )


def _is_fixture(node: ast.AST) -> bool:
    return any(_dotted(each).endswith("fixture") for each in getattr(node, "decorator_list", ()))


def _is_autouse(node: ast.stmt) -> bool:
    return any(
        isinstance(each, ast.Call)
        and _dotted(each).endswith("fixture")
        and any(word.arg == "autouse" for word in each.keywords)
        for each in getattr(node, "decorator_list", ())
    )


def _given_by_decorators(node: ast.AST) -> set[str]:
    """Parameters that are no fixtures: those of `parametrize`; what `patch` puts in has any name."""
    found: set[str] = set()
    patches = 0
    for each in getattr(node, "decorator_list", ()):
        name = _dotted(each)
        if name.endswith("parametrize") and isinstance(each, ast.Call) and each.args:
            for text in ast.walk(each.args[0]):
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    found |= {word.strip() for word in text.value.split(",")}
        patches += name.split(".")[-1] in ("patch", "object") and "patch" in name
        if name.endswith("given") and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= {argument.arg for argument in node.args.args}
    if patches and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        names = [argument.arg for argument in node.args.args if argument.arg != "self"]
        found |= set(names[:patches])
    return found


def _dotted(decorator: ast.AST) -> str:
    return dotted_name(decorator.func if isinstance(decorator, ast.Call) else decorator)
