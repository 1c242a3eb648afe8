"""Plans: the ordered, reversible steps that carry one service out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from .boundary import Service
from .findings import Hazard
from .interface import Interface, Offered
from .routes import RouteTable


@dataclass(frozen=True, slots=True)
class Argument:
    """A further argument of a call: `name` of `module`, or with no module the plain `value`.

    `keyword` is "" for a positional one; `name` is "" for the module itself.
    """

    keyword: str = ""
    module: str = ""
    name: str = ""
    value: str | int | float | bool = ""


@dataclass(frozen=True, slots=True)
class Wiring:
    """A call that the monolith's application factory makes with the application as its first argument.

    `module` and `name` say what is imported and called, e.g. `shop.db` and `init_app`; `arguments`
    follow the application. With `on` it is a method of the application that is called with what is
    imported: `config.from_object`; `name` may then be "", for the module itself. `alone`: the application
    is not among the arguments.
    """

    module: str
    name: str
    on: str = ""
    arguments: tuple[Argument, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A group of routes registered on an application under `prefix`.

    `name` is that of its variable; `made`: a variable of a function without arguments, which gives it back.
    """

    module: str
    name: str
    prefix: str
    made: bool = False


class Python(NamedTuple):
    """The Python of a service's image, the least that it needs, and the project's own where that is older."""

    image: str = "3.12"
    least: str = "3.11"
    older: str = ""


class Model(NamedTuple):
    """A mapped class `name` of the file `path`, its table, and the label of its application."""

    path: str
    name: str
    table: str
    label: str


class Setting(NamedTuple):
    """A setting that the moved code reads; `value` is the project's as JSON, "" where it is not plain.

    `kind` is `list` or `json` for what is no text whatever its value.
    """

    name: str
    value: str = ""
    kind: str = ""


class Sent(NamedTuple):
    """A function whose calls become events; the parameter `key` orders them ("": one order for all)."""

    function: Offered
    key: str = ""


class UnitOfWork(NamedTuple):
    """Where the application keeps its transaction: an outbox writes into it.

    `session` is the dotted name of what gives SQLAlchemy's current session ("" with Django), `scope` that of
    the application, its factory or a context manager that a unit of work runs in ("": none is needed),
    `settings` the module of Django's settings.
    """

    session: str = ""
    scope: str = ""
    settings: str = ""


class Staying(NamedTuple):
    """A test `name` of moved code that stays with the monolith, and why."""

    path: str
    line: int
    name: str
    why: str


class MovedTests(NamedTuple):
    """Tests that go with moved code: texts by path, what stays, what they need; `cases` is how many run."""

    texts: Mapping[str, str] = MappingProxyType({})
    staying: tuple[Staying, ...] = ()
    distributions: tuple[str, ...] = ()
    cases: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder, released alone and taken back at once.

    `moved` are the files that belong to the service; `copied` are files that stay in the monolith and
    that the moved code cannot run without. Paths are relative to the project. `root` is the import
    root of these files ("." for the project itself). `effects` are modules that must be imported for
    what importing them does (routes, mapped classes); `templates` is the folder of the application's
    page templates, "" for none. `optional` are distributions that the code imports only on a condition;
    `links` are (endpoint, rule) that the code links to and that stay in the monolith.
    """

    name: str
    service: Service
    framework: str = ""
    root: str = "."
    moved: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    routes: RouteTable = field(default_factory=lambda: RouteTable("", ()))
    blueprints: tuple[Blueprint, ...] = ()
    wiring: tuple[Wiring, ...] = ()
    distributions: tuple[str, ...] = ()
    interface: Interface = field(default_factory=lambda: Interface((), ()))
    hazards: tuple[Hazard, ...] = ()
    effects: tuple[str, ...] = ()
    templates: str = ""
    optional: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    models: tuple[Model, ...] = ()
    settings: tuple[Setting, ...] = ()
    apps: tuple[str, ...] = ()
    """Applications of the framework that the models need."""
    engines: tuple[tuple[str, str], ...] = ()
    """(module, name) of engines of SQLAlchemy that the moved code makes when it is imported."""
    accepted: tuple[str, ...] = ()
    """Hazards that the user accepts: by id, or as `id:function`."""
    sent: tuple[Sent, ...] = ()
    """What becomes events, in the step *events*."""
    tests: MovedTests = field(default_factory=MovedTests)
    unit: UnitOfWork = field(default_factory=UnitOfWork)
    trimmed: frozenset[str] = frozenset()
    """Files of which functions were left out: what makes the monolith's application."""
    python: Python = field(default_factory=Python)

    @property
    def refused(self) -> tuple[Hazard, ...]:
        """The hazards for which the step is not carried out: errors that nobody accepted."""
        return tuple(
            each for each in self.hazards if each.severity == "error" and not each.accepted_by(self.accepted)
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of one service, in order."""

    service: Service
    steps: tuple[Step, ...]
