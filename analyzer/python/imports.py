"""Imports: what a file imports, and which module each file is."""

from __future__ import annotations

import ast
import sys
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


def module_names(
    files: Mapping[str, FileFacts], markers: Iterable[str], roots: Sequence[str], package: str = ""
) -> dict[str, str]:
    """Path -> dotted module name, unique, for Python files.

    Import roots are found: a package's root is the folder above its outermost `__init__.py`; files
    outside packages belong to the deepest root around them. Where a package could also lie inside a
    namespace package, the name by which other files import it decides. `markers` are paths of files
    such as `manage.py` whose folders are roots (a package's, where imports say so); configured
    `roots` replace all that is found. `package` is the dotted name of the project's own folder when
    that is a package itself.
    """
    paths = sorted(path for path in files if path.endswith(".py"))
    packages = {path.rpartition("/")[0] for path in paths if path.endswith("__init__.py")}
    found = _roots(paths, packages, markers) if not roots else {root.strip("./") for root in roots}
    votes = _votes(files)
    run_from = _run_from(packages, markers, votes, package) if not roots else set[str]()
    found |= {"", *run_from}
    around = {each for each in found if each not in packages} | {""}
    names: dict[str, str] = {}
    unknown: list[str] = []
    agreed: dict[str, Counter[str]] = {}
    for path in paths:
        root = _deepest(path.rpartition("/")[0], found)
        short = _dotted(path, root)
        if root in run_from:
            if path.rpartition("/")[::2] == (root, "__init__.py"):
                short = root.rpartition("/")[2] or package
        elif package and not root:
            short = package if path == "__init__.py" else f"{package}.{short}"
        elif not roots and root not in ("", "src"):
            name, known = _voted(path, root, around, votes, short, package)
            if known:
                agreed.setdefault(root, Counter())[name[: len(name) - len(short)]] += 1
            else:
                unknown.append(path)
            short = name
        names[path] = short
    for path in unknown:  # no import names it: it goes by the prefix of those that lie beside it
        root = _deepest(path.rpartition("/")[0], found)
        prefix = max(agreed.get(root, {"": 0}).items(), key=lambda item: (item[1], item[0]))[0]
        names[path] = prefix + _dotted(path, root) if prefix else names[path]
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


def _run_from(packages: set[str], markers: Iterable[str], votes: Counter[str], package: str) -> set[str]:
    """Folders that are roots although they are packages: `manage.py` runs there, and the packages in them
    are imported by their own names, mostly."""
    found = set()
    for marker in markers:
        folder, _, name = marker.rpartition("/")
        if name != "manage.py" or folder not in packages:
            continue
        parts = [each.rpartition("/") for each in packages if each]
        inner = {part for above, _, part in parts if above == folder} - sys.stdlib_module_names
        if sum(votes[part] for part in inner) > votes[folder.rpartition("/")[2] or package]:
            found.add(folder)
    return found


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
    """How many files import each dotted name, or something below it."""
    votes: Counter[str] = Counter()
    for facts in files.values():
        named: set[str] = set()
        for item in facts.imports:
            if item.module[:1] not in ".?{":
                parts = [*item.module.split("."), item.attribute]
                parts = parts if item.attribute.isidentifier() else parts[:-1]
                named.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
        votes.update(named)
    return votes


def _voted(
    path: str, root: str, around: set[str], votes: Counter[str], short: str, package: str
) -> tuple[str, int]:
    """The name that most imports know, from the deepest root or from one of those around it, and how many."""
    first = short.partition(".")[0]
    found, most = short, 0 if first in sys.stdlib_module_names else votes[first]
    outer = root
    while outer:
        outer = _deepest(outer.rpartition("/")[0], around)
        long = f"{package}." * bool(package and not outer) + _dotted(path, outer)
        known = votes[long[: len(long) - len(short)] + first]
        # What lies below a folder `src` is imported from there, unless imports say otherwise.
        if known > most or (known == most and found == short and outer.rpartition("/")[2] == "src"):
            found, most = long, known
    return found, most


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
