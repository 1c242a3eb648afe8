"""What a plug-in of each kind must offer. A plug-in is one file in its folder, found by its place.

Every plug-in file holds one instance under a fixed name: `framework`, `strategy`, `rule`, `detector`,
`source` or `scaffold`, `proxy`, `report` for generators (see `analyzer/plugins.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import IO, Any, Protocol, TypeVar, runtime_checkable

from .boundary import Boundary, CutEdge, Ignore, Level, Wishes
from .changes import Change
from .evidence import BlindSpot, Evidence
from .facts import Fact, Problem, SourceFile
from .findings import Recommendation, Violation
from .graph import Edge, Graph, Node
from .plan import Step
from .routes import RouteTable, Traffic
from .world import ClassInfo, Handed, Passed, RaiseRule, Row, RowUse, Symbol, Syntax, TypeRule, World

Item = TypeVar("Item")
Result = TypeVar("Result")


class Framework(Protocol):
    """Reads one file's facts and links those of all files.

    `triggers` are words of which one must stand in a file for `read` to be called, or `*.sql`-like
    patterns for files that are not Python (their `syntax` is None); without any, `read` is called for
    every Python file. Change `version` whenever `read`
    would say something else of the same file. A `Problem` becomes a blind spot; its `line` is the
    file's. `link` yields what it adds; `touched` are the paths changed since the last time.
    """

    name: str
    version: int
    triggers: tuple[str, ...]

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]: ...

    def types(self) -> Iterable[TypeRule]:
        """What calls give, as data; nothing unless a framework says so."""
        return ()

    def raises(self) -> Iterable[RaiseRule]:
        """What calls raise, as data; nothing unless a framework says so."""
        return ()

    def labels(self, world: World) -> Mapping[str, str]:
        """What code is loaded by that packages are called: label -> package. Asked before all else.

        Also which model a call of a library gives by a setting: `get_user_model()` -> `people.Member`.
        """
        return {}

    def offers(self, world: World) -> Mapping[str, Sequence[str]]:
        """What groups of entry points name: group -> `module:object`. Asked before all else."""
        return {}

    def hands(self, world: World) -> Iterable[Handed]:
        """What the framework gives for parameters. Asked before any call is resolved."""
        return ()

    def rows(self, world: World) -> Iterable[Row]:
        """Which classes are kept in tables. Asked before any value flows."""
        return ()

    def queued(self, world: World) -> Collection[str]:
        """Functions of which a call queues a task, and runs nothing: no edge `calls` leads there."""
        return ()

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]: ...

    def join(self, world: World, routes: Sequence[Node]) -> Iterable[Node | Edge | BlindSpot]:
        """What a framework adds once the routes of all frameworks are known; nothing unless it says so."""
        return ()


class Strategy(Protocol):
    """Proposes services for a graph."""

    name: str

    def propose(self, graph: Graph, wishes: Wishes) -> Iterable[Boundary]: ...


class Rule(Protocol):
    """Holds one kind of promise. `id` is the slug that `carveout.toml` names, `code` the short one.

    `group` is a wider name that ignores may use as well, `level` how much the rule counts unless
    `[rules]` says otherwise. The page that `explain` prints is the docstring of the rule's module.
    """

    id: str
    code: str
    group: str
    level: Level

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]: ...


@runtime_checkable
class Review(Protocol):
    """What a rule about the boundary file itself has beside `check`: it is asked last.

    `covered` are the ignores that would cover something, ended ones included, each with how many violations.
    """

    def review(
        self, boundary: Boundary, graph: Graph, covered: Mapping[Ignore, int], today: date | None
    ) -> Iterable[Violation]: ...


class Detector(Protocol):
    """Finds where a pattern applies. `scaffold` names what adds it, None for advice only.

    The other texts say why it matters, what to do, what one gets and pays, and the effort in words. The
    page that `explain` prints is the docstring of the detector's module.
    """

    name: str
    scaffold: str | None
    why: str
    help: str
    consequences: str
    effort: str

    def detect(
        self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary
    ) -> Iterable[Recommendation]: ...


class Source(Protocol):
    """Reads what was observed at run time and adds edges `seen` as observed."""

    name: str

    def read(self, stream: IO[bytes], graph: Graph) -> Iterable[Edge]: ...


class Scaffold(Protocol):
    """Makes the files of one step of a plan; `step.texts` holds the files that it moves or copies."""

    name: str

    def changes(self, step: Step, graph: Graph) -> Iterable[Change]: ...


class Proxy(Protocol):
    """Writes the configuration of one proxy. `can` names the features that it expresses exactly.

    `emit` gives the files of a service, which gets no request yet; `steer` those that say how much
    each service gets (nothing where `shares` does not name it).
    """

    name: str
    can: frozenset[str]

    def emit(self, routes: RouteTable) -> Iterable[Change]: ...

    def steer(self, tables: Mapping[str, RouteTable], shares: Mapping[str, Traffic]) -> Iterable[Change]: ...


class Report(Protocol):
    """Turns one type of result into bytes of one format."""

    name: str
    accepts: type

    def render(self, result: Any) -> bytes: ...


class Executor(Protocol):
    """Runs work on items, in order of the items, like `concurrent.futures.Executor.map`."""

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]: ...


__all__ = [
    "ClassInfo", "Detector", "Evidence", "Executor", "Framework", "Handed", "Passed", "Proxy", "RaiseRule",
    "Report", "Review", "Row", "RowUse", "Rule", "Scaffold", "Source", "Strategy", "Symbol", "Syntax",
    "TypeRule", "World",
]  # fmt: skip
