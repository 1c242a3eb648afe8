"""One file -> its facts. Runs in worker processes; depends on the file's bytes and the readers alone."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Sequence
from fnmatch import fnmatch
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from ..model.facts import Fact, FileFacts, Problem, SourceFile
from ..model.protocols import Framework
from ..plugins import plugins
from ..project.sources import decode, digest
from ..python.access_paths import read_access
from ..python.annotations import declared_types
from ..python.calls import call_numbers, read_calls
from ..python.classes import read_definitions
from ..python.collector import collector_off
from ..python.dynamic_imports import read_dynamic_imports, read_lazy_exports
from ..python.exports import read_exports
from ..python.failures import read_guards, read_raised
from ..python.flow.code import pack, pack_places
from ..python.flow.lowering import lower
from ..python.imports import read_imports
from ..python.loops import read_loops
from ..python.recovery.parse import cut, parse
from ..python.syntax import PythonSyntax
from ..python.values import read_bindings
from .packing import pack_accesses, pack_facts

DIAGNOSTICS = frozenset(
    {"syntax-error", "rewritten", "recovered", "encoding", "too-complex", "reader-failed"}
)
"""Kinds of problems that are about reading a file; all others are blind spots of what was read."""

_RECURSION = 3_000
"""How deep the readers may recurse: sums and chains of a few hundred parts are ordinary code."""
_SHALLOWER = (300, 100, 30)
"""Levels of nesting that are tried, one after the other, where the readers do not survive the file's own."""


class Job(NamedTuple):
    """A file to read: its suffix, its bytes and the SQL dialect of the project."""

    suffix: str
    data: bytes
    dialect: str


@cache
def readers_version() -> str:
    """Names all that a result depends on beside the project: our own code, Python's grammar, SQL's parser.

    Our code is named by its digest (a few milliseconds), so that no change of a reader can be forgotten;
    plug-ins of third parties are named by their version.
    """
    try:
        sql = version("sqlglot")
    except PackageNotFoundError:
        sql = ""
    house = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(__file__).parent.parent.rglob("*.py")):
        house.update(path.read_bytes())
    frameworks = [
        f"{framework.name}:{framework.version}" for framework in plugins("analyzer.frameworks", "framework")
    ]
    return "|".join([house.hexdigest(), f"{sys.version_info[0]}.{sys.version_info[1]}", sql, *frameworks])


def key_of(data: bytes, suffix: str, dialect: str) -> str:
    """The key under which a file's facts are kept."""
    about = hashlib.blake2b(f"{readers_version()}|{suffix}|{dialect}".encode(), digest_size=8).hexdigest()
    return f"{digest(data)}-{about}"


def read(job: Job) -> bytes:
    """The packed facts of one file. Never raises: what cannot be read is a problem among the facts."""
    with collector_off():
        return pack_facts(_read(job))


def _read(job: Job) -> FileFacts:
    text, odd = decode(job.data, job.suffix)
    lines = text.count("\n") + (0 if text.endswith("\n") or not text else 1)
    problems = [Problem("encoding", 0, odd)] if odd else []
    file = SourceFile(job.suffix, text, job.dialect)
    if job.suffix != ".py":
        facts, more = _frameworks(file, None, last=True)
        return FileFacts(lines, facts=facts, problems=[*problems, *more])
    tree, wrong = parse(text)
    problems.extend(wrong)
    for deepest in (0, *_SHALLOWER):
        if deepest:
            line = cut(tree, deepest)
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, _RECURSION))
        try:
            found = _python(file, tree, lines, last=deepest == _SHALLOWER[-1])
        except (RecursionError, MemoryError):
            continue
        finally:
            sys.setrecursionlimit(limit)
        if deepest:
            what = f"what is nested deeper than {deepest} levels was left out"
            problems.append(Problem("too-complex", line, what))
        return found._replace(problems=[*problems, *found.problems])
    problems.append(Problem("too-complex", 1, "nested too deeply to be read"))
    return FileFacts(lines, problems=problems)


def _python(file: SourceFile, tree: ast.Module, lines: int, last: bool) -> FileFacts:
    syntax = PythonSyntax(file.text, tree)
    try:
        return _facts(file, syntax, lines, last)
    finally:
        syntax.close()


def _facts(file: SourceFile, syntax: PythonSyntax, lines: int, last: bool) -> FileFacts:
    facts, problems = _frameworks(file, syntax, last)
    code = lower(syntax.tree, syntax.own_scopes, syntax.once(call_numbers))
    return FileFacts(
        lines,
        [*read_imports(syntax), *read_dynamic_imports(syntax), *read_lazy_exports(syntax)],
        list(read_definitions(syntax)),
        list(read_bindings(syntax)),
        list(read_calls(syntax)),
        facts,
        problems,
        read_exports(syntax),
        pack(code),
        pack_places(code.places),
        pack_accesses(read_access(code, declared_types(syntax))),
        list(read_raised(syntax)),
        list(read_guards(syntax)),
        list(read_loops(syntax)),
    )


def _frameworks(
    file: SourceFile, syntax: PythonSyntax | None, last: bool = False
) -> tuple[dict[str, Sequence[Fact]], list[Problem]]:
    """What frameworks read; with `last`, one that does not survive the file's nesting fails alone."""
    facts: dict[str, Sequence[Fact]] = {}
    problems: list[Problem] = []
    stands = _Words(file.text)
    for framework in plugins("analyzer.frameworks", "framework"):
        if not _triggered(framework, file.suffix, stands):
            continue
        try:
            found = list(framework.read(file, syntax))
        except Exception as error:
            if isinstance(error, RecursionError | MemoryError) and not last:
                raise
            problems.append(Problem("reader-failed", 1, f"{framework.name}: {type(error).__name__}: {error}"))
            continue
        kept = [item for item in found if isinstance(item, Fact)]
        problems.extend(item for item in found if isinstance(item, Problem))
        if kept:
            facts[framework.name] = kept
    return facts, problems


class _Words(dict[str, bool]):
    """Which words stand in a text: each is looked for once, among the different pieces of the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text, self._pieces = text, " ".join(dict.fromkeys(text.split()))

    def __missing__(self, word: str) -> bool:
        stands = self[word] = word in (self._pieces if " " not in word else self._text)
        return stands


def _triggered(framework: Framework, suffix: str, stands: _Words) -> bool:
    globs, words = _triggers(framework.triggers)
    if suffix != ".py":
        return any(fnmatch(f"x{suffix}", glob) for glob in globs)
    return any(stands[word] for word in words) if words else not globs


@cache
def _triggers(triggers: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Patterns for the names of files, and words."""
    globs = [trigger for trigger in triggers if trigger.startswith("*")]
    return globs, [trigger for trigger in triggers if not trigger.startswith("*")]
