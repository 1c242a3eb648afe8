"""The call graph against 102 small programs, each about one feature of the language (`language/<topic>/`).

They were written from the language reference, not from the code that is measured. Their truth is found by
running them: a tracer notes which function called which (see `TRACER`). Prints exact cases (no false edge, no
missed one), precision and recall of all edges. Exits 1 below 97 exact cases.

`bench_language.py FOLDER ...` runs the cases of other suites instead (each a folder with a `main.py`), scored alike.

Names are the module's dotted name and that of the scope in it, lambdas numbered as everywhere in carveout.
Comprehensions and class bodies belong to the function or the module around them. Edges are:

- required, where a function of the case was called with nothing between the two but C code or the `__init__`
  that `dataclass` generates. A generator or coroutine is called where it was made, not where it was resumed;
- allowed, where the standard library called it: from the nearest frame of the case above; and those from the
  frames that started a generator made elsewhere. They are neither missed nor false.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench_callgraph import by_name, lowered  # type: ignore[import-not-found]  # scripts of one folder

from carveout.analyzer.python.flow.solve import solve
from carveout.analyzer.python.syntax import PythonSyntax

EXACT = 97
CASES = Path(__file__).parent / "language"
INLINE = frozenset({"<locals>", "<module>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})

TRACER = r'''
"""Runs a program and prints its calls as JSON: [caller, callee, whether it is required] by place in the source.

Trace events come when a frame starts or ends, in the case also before each instruction. The garbage collector's
youngest generation then holds what was made since the last event (what was looked at is frozen): generators
among it were made by the frame that ran, which no event tells, for their frames start when they are resumed.
"""
import gc, json, sys, types

main, modules = sys.argv[1], json.loads(sys.argv[2])
generated = {"__main__", *modules.values()}
creators, started, calls = {}, set(), {}
FRAMES = {types.GeneratorType: "gi_frame", types.CoroutineType: "cr_frame", types.AsyncGeneratorType: "ag_frame"}

def look(owner):
    for made in gc.get_objects(0):
        attribute = FRAMES.get(type(made))
        frame = attribute and getattr(made, attribute)
        if frame is not None and frame.f_code.co_filename in modules and frame not in creators:
            creators[frame] = above(owner)
    gc.freeze()

def above(frame):
    """The nearest frame of the case, and whether only generated code lies between."""
    direct = True
    while frame is not None and frame.f_code.co_filename not in modules:
        code, names = frame.f_code, frame.f_globals
        direct = direct and code.co_filename == "<string>" and names.get("__name__") in generated
        frame = frame.f_back
    return (frame.f_code if frame else None), direct

def place(code):
    """Its module, its qualified name, and from where to where its instructions stand."""
    lines = [(*position[::2], *position[1::2]) for position in code.co_positions() if all(position[1::2])]
    span = (*min(line[:2] for line in lines), *max(line[2:] for line in lines)) if lines else None
    return modules[code.co_filename], code.co_qualname, span

def called(frame):
    code, started_by = frame.f_code, above(frame.f_back)
    if not code.co_flags & 1 or code.co_name in ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"):
        return  # the body of a module or class, a comprehension
    found = [started_by]
    if frame in creators:
        found = [creators[frame], (started_by[0], False)]
    for caller, required in found:
        if caller is not None:
            edge = place(caller), place(code)
            calls[edge] = calls.get(edge, False) or required

def local(frame, event, argument):
    if event == "return" or frame.f_trace_opcodes:
        look(frame)
    return local

def trace(frame, event, argument):
    inside = frame.f_code.co_filename in modules
    look(frame.f_back)
    frame.f_trace_lines, frame.f_trace_opcodes = False, inside
    if inside and frame not in started:
        started.add(frame)
        called(frame)
    return local

program = types.ModuleType("__main__")
program.__file__ = main
sys.modules["__main__"] = program
sys.path[:0] = sys.argv[3:]
with open(main, encoding="utf-8") as file:
    code = compile(file.read(), main, "exec")
gc.disable()
gc.freeze()
out, sys.stdout = sys.stdout, sys.stderr
sys.settrace(trace)
exec(code, program.__dict__)
sys.settrace(None)
sys.stdout = out
print(json.dumps([[*edge, required] for edge, required in calls.items()]))
'''


class Truth(NamedTuple):
    """The edges that a run showed: those that must be found, and those that may be."""

    required: set[tuple[str, str]]
    allowed: set[tuple[str, str]]


class Case:
    """A program: one file, or a folder with a `main.py` and what it imports."""

    def __init__(self, main: Path, suite: Path = CASES) -> None:
        self.main = main
        self.folder = main.parent
        packed = main.name == "main.py"
        paths = sorted(self.folder.rglob("*.py")) if packed else [main]
        self.name = str((self.folder if packed else main).relative_to(suite).with_suffix(""))
        self.roots = [str(self.folder)] if packed else []
        self.files = [lowered(self.folder, path) for path in paths]
        self.modules = {str(path): file.module for path, file in zip(paths, self.files, strict=True)}
        self.syntax = {module: PythonSyntax(Path(path).read_text()) for path, module in self.modules.items()}

    def scope(self, module: str, scope: str) -> str:
        """The dotted name of a scope, or of that around when it is a class's."""
        scopes = self.syntax[module].scopes
        while scope and scopes[scope].kind == "class":
            scope = scope.rpartition(".")[0]
        return f"{module}.{scope}".rstrip(".")

    def edges(self) -> set[tuple[str, str]]:
        """The edges between functions of the case that carveout finds."""
        own = {
            f"{module}.{name}"
            for module, syntax in self.syntax.items()
            for name, scope in syntax.scopes.items()
            if scope.kind == "function"
        }
        solution = solve(self.files)
        return {
            (by_name(self.scope(file.module, site.scope)), by_name(name))
            for file in self.files
            for site in solution.sites[file.path]
            for kind, name in site.targets
            if kind == "function" and name in own
        }

    def truth(self) -> Truth:
        """The edges that a run of the program shows."""
        arguments = [str(self.main), json.dumps(self.modules), *self.roots]
        command = [sys.executable, "-I", "-B", "-S", "-c", TRACER, *arguments]
        run = subprocess.run(command, capture_output=True, text=True, timeout=20)
        if run.returncode:
            raise SystemExit(f"{self.name} fails: {run.stderr}")
        seen = [(self.named(*row[0]), self.named(*row[1]), row[2]) for row in json.loads(run.stdout)]
        required = {(caller, callee) for caller, callee, direct in seen if direct}
        return Truth(required, {(caller, callee) for caller, callee, direct in seen if not direct})

    def named(self, module: str, qualified: str, span: list[int] | None) -> str:
        """The dotted name of code that ran: by its qualified name, in a lambda by where it stands."""
        parts = [part for part in qualified.split(".") if part not in INLINE]
        if "<lambda>" not in parts or span is None:
            return self.scope(module, ".".join(parts))
        around = []
        for node, scope in self.syntax[module].own_scopes.items():
            if not isinstance(node, ast.Lambda):
                continue
            body = node.body
            start, end = (body.lineno, body.col_offset), (body.end_lineno, body.end_col_offset)
            if start <= (span[0], span[1]) and (span[2], span[3]) <= end:
                around.append((start, scope))
        return self.scope(module, max(around)[1])


def cases() -> Iterator[tuple[str, list[Case]]]:
    """The cases by topic."""
    for topic in sorted(path for path in CASES.iterdir() if path.is_dir()):
        mains = sorted([*topic.glob("*.py"), *topic.glob("*/main.py")])
        if mains:
            yield topic.name, [Case(main) for main in mains]


def elsewhere(folders: Sequence[str]) -> Iterator[tuple[str, list[Case]]]:
    """The cases of other suites: each `main.py` below these folders that runs to its end, by suite."""
    for folder in folders:
        root, members = Path(folder).resolve(), []
        for main in sorted(root.rglob("main.py")):
            case = Case(main, root)
            try:
                case.truth()
            except (SystemExit, subprocess.TimeoutExpired) as error:
                print(f"    left out: {case.name}: {str(error).strip().splitlines()[-1][:80]}")
            else:
                members.append(case)
        yield root.name, members


def main(folders: Sequence[str]) -> int:
    """Runs the bench."""
    exact = total = right = false = missed = 0
    for topic, members in elsewhere(folders) if folders else cases():
        inexact = []
        for case in members:
            truth, found = case.truth(), case.edges()
            missing, many = truth.required - found, found - truth.required - truth.allowed
            right, false = right + len(found & truth.required), false + len(many)
            missed += len(missing)
            if missing or many:
                inexact.append(f"    {case.name}: missing {sorted(missing)}, too many {sorted(many)}")
        exact, total = exact + len(members) - len(inexact), total + len(members)
        print(f"  {topic}: {len(members) - len(inexact)}/{len(members)}", *inexact, sep="\n")
    precision, recall = right / (right + false), right / (right + missed)
    print(f"language: {exact}/{total} exact (target {EXACT}), precision {precision:.3f}, recall {recall:.3f}")
    return int(not folders and exact < EXACT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
