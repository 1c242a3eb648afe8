"""Runs inside an application's own tests: writes down which of its functions called which.

`CARVEOUT_TRACE_ROOT` is the folder of the application's code, `CARVEOUT_TRACE_OUT` the file that is written at the
end: lines of JSON `[caller path, caller name, caller line, callee path, callee name, callee line, line of the call,
whether the callee is a generator]`. A pytest plug-in (`-p traced_plugin`) and, imported by hand, a profiler for any other runner.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
from pathlib import PurePath
from types import CodeType, FrameType

ROOT = os.environ["CARVEOUT_TRACE_ROOT"] + os.sep
OUT = os.environ["CARVEOUT_TRACE_OUT"]
FOLDED = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})
OPTIMIZED, GENERATOR = 0x1, 0x20 | 0x80 | 0x200
edges: set[tuple[CodeType, CodeType, int]] = set()
inside: dict[CodeType, bool] = {}


def is_inside(code: CodeType) -> bool:
    """Whether code belongs to the application and not to its tests."""
    known = inside.get(code)
    if known is None:
        path = code.co_filename
        parts = PurePath(path.removeprefix(ROOT)).parts
        tests = any(part in ("tests", "test", "testing") or part.startswith("test_") for part in parts)
        known = inside[code] = path.startswith(ROOT) and path.endswith(".py") and not tests
    return known


def is_folded(code: CodeType) -> bool:
    """Comprehensions and class bodies belong to the scope around them."""
    return code.co_name in FOLDED or (not code.co_flags & OPTIMIZED and code.co_name != "<module>")


def profile(frame: FrameType, event: str, _argument: object) -> None:
    """Notes the edge of a call of the application by itself; a generator counts when it first runs."""
    if event != "call":
        return
    code, back = frame.f_code, frame.f_back
    if back is None or not is_inside(code) or is_folded(code) or code.co_name == "<module>":
        return
    if code.co_flags & GENERATOR and frame.f_lasti > 8:
        return
    line = back.f_lineno or 0
    while back is not None and is_folded(back.f_code) and is_inside(back.f_code):
        back = back.f_back
    if back is not None and is_inside(back.f_code):
        edges.add((back.f_code, code, line))


def describe(code: CodeType) -> list[object]:
    """Path below the root, qualified name, first line."""
    return [
        code.co_filename.removeprefix(ROOT),
        code.co_qualname.replace("<locals>.", ""),
        code.co_firstlineno,
    ]


def write() -> None:
    """Writes what was seen."""
    sys.setprofile(None)
    with open(OUT, "a", encoding="utf-8") as file:
        for caller, callee, line in edges:
            lazy = bool(callee.co_flags & GENERATOR)
            file.write(json.dumps([*describe(caller), *describe(callee), line, lazy]) + "\n")


threading.setprofile(profile)
sys.setprofile(profile)
atexit.register(write)
