"""Imports: what a file imports, and which module each file is."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..model.facts import FileFacts, Import
from .syntax import PythonSyntax


def read_imports(syntax: PythonSyntax) -> Iterator[Import]:
    """Every import statement of a file, one record a name, in source order."""
    for node, scope in syntax.find(ast.Import, ast.ImportFrom):
        mark = syntax.marks[node]
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                name = "" if alias.name == "*" else alias.asname or alias.name
                yield Import(scope, name, module, alias.name, node.lineno, node.col_offset, mark)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                # `import a.b` binds `a`; `import a.b as c` binds the module a.b itself.
                name = alias.asname or alias.name.partition(".")[0]
                attribute = "" if alias.asname or "." not in alias.name else "."
                yield Import(scope, name, alias.name, attribute, node.lineno, node.col_offset, mark)


def read_exports(syntax: PythonSyntax) -> list[str] | None:
    """The names in `__all__` when it is one literal that nothing adds to, else None."""
    stores = syntax.stores[""].get("__all__", ())
    value = stores[0].value if len(stores) == 1 else None
    if not isinstance(value, ast.List | ast.Tuple):
        return None
    for node, _ in syntax.find(ast.Attribute):
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "__all__":
            return None  # __all__.append("...")
    names = [element.value for element in value.elts if isinstance(element, ast.Constant)]
    return [name for name in names if isinstance(name, str)] if len(names) == len(value.elts) else None


def module_names(
    files: Mapping[str, FileFacts], markers: Iterable[str], roots: Sequence[str], package: str = ""
) -> dict[str, str]:
    """Path -> dotted module name, unique, for Python files.

    Import roots are found: a package's root is the folder above its outermost `__init__.py`; files
    outside packages belong to the deepest root around them. Where a package could also lie inside a
    namespace package, the name by which other files import it decides. `markers` are paths of files
    such as `manage.py` whose folders are roots; configured `roots` replace all that is found. `package`
    is the dotted name of the project's own folder when that is a package itself.
    """
    paths = sorted(path for path in files if path.endswith(".py"))
    packages = {path.rpartition("/")[0] for path in paths if path.endswith("__init__.py")}
    found = _roots(paths, packages, markers) if not roots else {root.strip("./") for root in roots}
    found |= {""}
    votes = _votes(files)
    names: dict[str, str] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        root = _deepest(folder, found)
        short = _dotted(path, root)
        if package and not root:
            short = package if path == "__init__.py" else f"{package}.{short}"
        elif not roots:
            short = _voted(path, folder, packages, found, votes, short)
        names[path] = short
    return _unique(names)


def _roots(paths: Sequence[str], packages: set[str], markers: Iterable[str]) -> set[str]:
    roots = {marker.rpartition("/")[0] for marker in markers}
    roots.update(
        folder for path in paths for folder in _ancestors(path) if folder.rpartition("/")[2] == "src"
    )
    roots = {root for root in roots if root not in packages}
    for package in packages:
        top = package
        while top and top in packages:
            top = top.rpartition("/")[0]
        roots.add(top)
    return roots


def _ancestors(path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _deepest(folder: str, roots: set[str]) -> str:
    while folder and folder not in roots:
        folder = folder.rpartition("/")[0]
    return folder


def _dotted(path: str, root: str) -> str:
    relative = path[len(root) :].lstrip("/").removesuffix(".py").removesuffix("__init__").rstrip("/")
    return relative.replace("/", ".") or path.removesuffix(".py").replace("/", ".")


def _votes(files: Mapping[str, FileFacts]) -> Counter[str]:
    votes: Counter[str] = Counter()
    for facts in files.values():
        for module in {item.module for item in facts.imports if not item.module.startswith(".")}:
            parts = module.split(".")
            votes.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
    return votes


def _voted(
    path: str, folder: str, packages: set[str], roots: set[str], votes: Counter[str], short: str
) -> str:
    root = _deepest(folder, roots)
    if not root or root == "src":
        return short
    outer = _deepest(root.rpartition("/")[0], {r for r in roots if r not in packages and r != root} | {""})
    long = _dotted(path, outer)
    head_short, head_long = short.partition(".")[0], long[: len(long) - len(short)] + short.partition(".")[0]
    return long if votes[head_long] > votes[head_short] else short


def _unique(names: dict[str, str]) -> dict[str, str]:
    """Where two files claim one name, code comes before tests and short paths before long ones."""
    taken: dict[str, str] = {}
    result: dict[str, str] = {}
    for path in sorted(names, key=lambda path: (path.count("/") > 8, "test" in path, path.count("/"), path)):
        name = names[path]
        if name in taken:
            name = _dotted(path, "")
            while name in taken:
                name += "_"
        taken[name] = path
        result[path] = name
    return dict(sorted(result.items()))
