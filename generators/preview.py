"""What would be written, as text: a tree of the files and a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from .decisions import Operation

_MARKS = {"new": "+", "changed": "~", "removed": "-", "unchanged": " ", "kept": "="}
_LEGEND = {
    "+": "new", "~": "changed", "-": "removed", "=": "yours, left as it is", " ": "up to date"
}  # fmt: skip


def preview_text(operations: Sequence[Operation]) -> str:
    """The tree, then a diff that `patch` understands; copies of the project's own files are named only."""
    operations = [o for o in operations if not (o.verdict == "kept" and o.old is None)]
    tree = "".join(line + "\n" for line in _tree(operations))
    marks = [_MARKS[operation.verdict] for operation in operations]
    legend = ", ".join(
        f"{mark.strip() or 'no mark'} {text}" for mark, text in _LEGEND.items() if mark in marks
    )
    diff = "".join(_diff(operation) for operation in operations)
    return f"{tree}({legend})\n" + (f"\n{diff}" if diff else "") if operations else "nothing to write\n"


def _tree(operations: Sequence[Operation]) -> Iterator[str]:
    shown: list[str] = []
    for operation in sorted(operations, key=lambda operation: operation.path.split("/")):
        *folders, name = operation.path.split("/")
        common = 0
        while common < min(len(folders), len(shown)) and folders[common] == shown[common]:
            common += 1
        for depth in range(common, len(folders)):
            yield f"  {'  ' * depth}{folders[depth]}/"
        shown = folders
        copied = f"  (copy of {operation.origin})" if operation.origin else ""
        yield f"{_MARKS[operation.verdict]} {'  ' * len(folders)}{name}{copied}"


def _diff(operation: Operation) -> str:
    old, new = operation.old, operation.new
    if operation.verdict not in ("new", "changed", "removed"):
        return ""
    if operation.origin and operation.verdict == "new":
        return ""
    before = _lines(old.data) if old else []
    after = _lines(new.data) if new else []
    names = (f"a/{operation.path}" if old else "/dev/null", f"b/{operation.path}" if new else "/dev/null")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(before, after, *names)
    )


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines(keepends=True)
