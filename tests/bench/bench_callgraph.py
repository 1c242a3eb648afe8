"""The call graph against the micro-benchmark of PyCG (sdist `pycg==0.0.8`, Apache-2.0: 118 cases).

Prints exact cases (no false edge, no missed one), precision and recall of all edges. Exits 1 below the targets:
116 exact, .99, .985. PyCG itself reaches 106 of 119, .976 and .932 (measured elsewhere, see the anchors).

Names follow the suite's conventions: methods of builtin types as `<**PyDict**>.items`, those that only
change a container are not counted there, nor are constructors that no class of the case defines.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from sdists import sdist  # type: ignore[import-not-found]  # scripts of one folder

from carveout.analyzer.python.calls import call_numbers
from carveout.analyzer.python.exports import read_exports
from carveout.analyzer.python.flow.lowering import lower
from carveout.analyzer.python.flow.sites import Site
from carveout.analyzer.python.flow.solve import Lowered, solve
from carveout.analyzer.python.syntax import PythonSyntax

EXACT, PRECISION, RECALL = 116, 0.99, 0.985
CHANGES = frozenset({"append", "add", "insert", "extend", "update", "setdefault", "appendleft"})
TYPES = {
    "list": "PyList",
    "dict": "PyDict",
    "tuple": "PyTuple",
    "set": "PySet",
    "str": "PyStr",
    "int": "PyInt",
}


def by_name(name: str) -> str:
    """A dotted name as traces and other tools have it: a property's setter is called as its getter is."""
    return re.sub(r"(?<=\w)<(?:[gs]etter|deleter|\d+)>", "", name)


def lowered(folder: Path, path: Path) -> Lowered:
    """One file of a case."""
    relative = path.relative_to(folder)
    parts = list(relative.with_suffix("").parts)
    package = parts[-1] == "__init__"
    module = ".".join(parts[:-1] if package and len(parts) > 1 else parts)
    syntax = PythonSyntax(path.read_text())
    exports = read_exports(syntax)
    code = lower(syntax.tree, syntax.own_scopes, call_numbers(syntax))
    return Lowered(str(relative), module, package, code, None if exports is None else frozenset(exports))


def targets(site: Site) -> set[str]:
    """What a site calls, by the suite's names."""
    found = set()
    for kind, name in site.targets:
        if kind in ("function", "external"):
            found.add(name)
        elif kind == "builtin" and not (site.decorates and "." not in name):
            owner, _, method = name.partition(".")
            if owner != "function" and method not in CHANGES:
                found.add(
                    f"<**{TYPES[owner]}**>.{method}" if owner in TYPES and method else f"<builtin>.{name}"
                )
    return found


def edges(folder: Path) -> set[tuple[str, str]]:
    """The edges that carveout finds in a case."""
    files = [lowered(folder, path) for path in sorted(folder.rglob("*.py"))]
    solution = solve(files)
    found: set[tuple[str, str]] = set()
    for file in files:
        classes = {scope.name for scope in file.code.scopes if scope.kind == "class"}
        for site in solution.sites[file.path]:
            scope = site.scope
            while scope in classes:
                scope = scope.rpartition(".")[0]
            found.update((f"{file.module}.{scope}".rstrip("."), target) for target in targets(site))
    return found


def main() -> int:
    """Runs the bench."""
    exact = cases = right = false = missed = 0
    for truth in sorted((sdist("pycg", "0.0.8") / "micro-benchmark").rglob("callgraph.json")):
        expected = {(a, b) for a, called in json.loads(truth.read_text()).items() for b in called}
        found = edges(truth.parent)
        cases += 1
        exact += found == expected
        right, false = right + len(found & expected), false + len(found - expected)
        missed += len(expected - found)
        if found != expected:
            name = f"{truth.parent.parent.name}/{truth.parent.name}"
            print(f"    {name}: missing {sorted(expected - found)}, too many {sorted(found - expected)}")
    precision, recall = right / (right + false), right / (right + missed)
    print(
        f"PyCG micro: {exact}/{cases} exact (target {EXACT}), precision {precision:.3f}, recall {recall:.3f}"
    )
    return int(exact < EXACT or precision < PRECISION or recall < RECALL)


if __name__ == "__main__":
    sys.exit(main())
