"""Which module each file is, by the folders around it and by what imports name."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from ..model.facts import FileFacts


def split_name(name: str, modules: Container[str]) -> tuple[str, str]:
    """(module, name within it) of a dotted name: the longest of the modules, or "" and all of the name."""
    module = name
    while module and module not in modules:
        module = module.rpartition(".")[0]
    return module, name[len(module) :].lstrip(".")


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
    libraries = _Libraries(files, found, votes)
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
            above = "" if "" in run_from else package
            inside = root.rpartition("/")[0] in packages
            name, known = _voted(path, root, around, libraries, short, above, inside)
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


class _Libraries:
    """Names of libraries that folders or files of the project bear too, told by what is imported of them."""

    def __init__(self, files: Mapping[str, FileFacts], roots: Iterable[str], votes: Counter[str]) -> None:
        self._files, self._roots, self.votes = files, sorted(roots), votes
        self._below: dict[str, Counter[str]] = {}
        for name, count in votes.items():
            above, _, part = name.rpartition(".")
            if above and "." not in above:
                self._below.setdefault(above, Counter())[part] = count
        self._known: dict[str, bool] = {}

    def hold(self, head: str) -> bool:
        """Whether most of what is imported of `head` is in none of the packages and modules of that name."""
        if head not in self._known:
            asked = self._below.get(head, Counter())
            held = {name for root in self._roots for name in self._held(f"{root}/{head}".lstrip("/"))}
            there = sum(count for part, count in asked.items() if "*" in held or part in held)
            self._known[head] = asked.total() > 2 * there
        return self._known[head]

    def _held(self, place: str) -> set[str]:
        """The names in a package or module; `*` where it cannot be told."""
        start = f"{place}/"
        held = {
            path[len(start) :].partition("/")[0].removesuffix(".py")
            for path in self._files
            if path.startswith(start)
        }
        for path in (f"{start}__init__.py", f"{place}.py"):
            facts = self._files.get(path)
            if facts is not None:
                held.update("*" if each.attribute == "*" else each.name for each in facts.imports)
                held.update(definition.name for definition in facts.definitions)
                held.update(binding.name for binding in facts.bindings)
        return held


def _voted(
    path: str, root: str, around: set[str], libraries: _Libraries, short: str, package: str, inside: bool
) -> tuple[str, int]:
    """The name that most imports know, from the deepest root or from one of those around it, and how many.

    `inside`: the root is a folder of a package that lacks an `__init__.py`, `shop/management/commands`.
    """
    first = short.partition(".")[0]
    votes = libraries.votes
    found, most = short, 0 if first in sys.stdlib_module_names else votes[first]
    most = -1 if libraries.hold(first) else most
    outer = root
    while outer:
        outer = _deepest(outer.rpartition("/")[0], around)
        long = f"{package}." * bool(package and not outer) + _dotted(path, outer)
        known = votes[long[: len(long) - len(short)] + first]
        # What lies below a folder `src` or in a package is imported from there, unless imports say otherwise.
        above = inside or outer.rpartition("/")[2] == "src"
        if known > most or (known == most and found == short and above):
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
