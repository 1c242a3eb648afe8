"""The seam put into all functions of 2,000 real files that nobody here wrote, and taken out again.

The files are those of the installed environment, in the order of their names. Counted are files for which
twice is once, the result compiles where the file did, comments are kept in their order, and taking out gives
back the very bytes.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
import warnings
from pathlib import Path

from carveout.analyzer.model.errors import Refused
from carveout.generators.seams.codemod import Site, put_in, take_out

WANTED = 2_000
_COUNTED = ("files", "functions", "refused", "once", "compiles", "comments", "back")
MODULE, SEAM = "app._generated.some_seam", "some_seam"


def main() -> int:
    counts: dict[str, int] = dict.fromkeys(_COUNTED, 0)
    warnings.simplefilter("ignore")
    for path in _files():
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        names = _functions(text)
        if not names or counts["files"] == WANTED:
            continue
        counts["files"] += 1
        counts["functions"] += len(names)
        sites = {name: Site(f"app.{name}") for name in names}
        try:
            once = put_in(text, path.name, sites, MODULE, SEAM)
        except Refused as error:
            counts["refused"] += 1
            print(f"refused: {path.name}: {error.what}")
            continue
        verdicts = {
            "once": put_in(once, path.name, sites, MODULE, SEAM) == once,
            "compiles": _compiles(once),
            "comments": _comments(once) == _comments(text),
            "back": take_out(once, path.name, MODULE, SEAM) == text,
        }
        for name, good in verdicts.items():
            counts[name] += good
            if not good:
                print(f"not {name}: {path}")
    print(", ".join(f"{name} {count:,}" for name, count in counts.items()))
    read = counts["files"] - counts["refused"]
    return int(counts["refused"] > 0 or any(counts[name] < read for name in _COUNTED[3:]))


def _files() -> list[Path]:
    packages = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    return sorted(path for path in packages.rglob("*.py") if path.stat().st_size < 200_000)


def _functions(text: str) -> set[str]:
    """Functions and methods, none inside of others."""
    try:
        tree = ast.parse(text.encode("utf-8", "surrogateescape"))
    except (SyntaxError, ValueError):
        return set()
    found: set[str] = set()
    waiting: list[tuple[ast.AST, str]] = [(node, "") for node in tree.body]
    while waiting:
        node, prefix = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(prefix + node.name)
        elif isinstance(node, ast.ClassDef):
            waiting += [(each, f"{prefix}{node.name}.") for each in node.body]
        else:
            waiting += [(each, prefix) for each in ast.iter_child_nodes(node)]
    return found


def _compiles(text: str) -> bool:
    try:
        compile(text.encode("utf-8", "surrogateescape"), "file", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _comments(text: str) -> list[str]:
    data = io.BytesIO(text.encode("utf-8", "surrogateescape"))
    return [token.string for token in tokenize.tokenize(data.readline) if token.type == tokenize.COMMENT]


if __name__ == "__main__":
    sys.exit(main())
