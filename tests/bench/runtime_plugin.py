"""Runs inside an application's own tests: writes down which SQL was run, by which of its functions.

`CARVEOUT_SQL_ROOT` is the folder of the application's code, `CARVEOUT_SQL_OUT` the file that is written at the end, as
JSON: `{"statements": [[sql, [[path, name, line] of the application's functions on the stack, innermost first], by]],
"ran": [[path, name, line]]}`. `by` says what lies between the innermost of them and the database: "code" (nothing but
the database layer and its web framework), "pages" (a template that is rendered) or "library" (some other package).
What a session of SQLAlchemy writes when it is flushed counts where the code added, changed or deleted the row. Imported before anything else (by `sitecustomize`), it waits for Django's and SQLAlchemy's database layers and
hooks them once they are there.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
from collections.abc import Callable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import PurePath
from types import CodeType, FrameType, ModuleType
from typing import Any

ROOT = os.environ["CARVEOUT_SQL_ROOT"] + os.sep
OUT = os.environ["CARVEOUT_SQL_OUT"]
FOLDED = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})
OPTIMIZED = 0x1
STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH")
LAYERS = frozenset(
    "django rest_framework sqlalchemy flask_sqlalchemy sqlalchemy_utils oslo_db alembic flask_migrate psycopg debtcollector".split()
)
TEMPLATES = frozenset({"jinja2", "mako"})
seen: dict[tuple[str, tuple[CodeType, ...], str], None] = {}
origins: dict[str, str] = {}
ran: dict[CodeType, None] = {}
inside: dict[CodeType, bool] = {}


def is_inside(code: CodeType) -> bool:
    """Whether code belongs to the application, not to its tests, and is no mere part of a function."""
    known = inside.get(code)
    if known is None:
        path = code.co_filename
        parts = PurePath(path.removeprefix(ROOT)).parts
        tests = any(
            part in ("tests", "test", "testing") or part.startswith(("test_", "conftest")) for part in parts
        )
        folded = code.co_name in FOLDED or (not code.co_flags & OPTIMIZED and code.co_name != "<module>")
        known = inside[code] = path.startswith(ROOT) and path.endswith(".py") and not tests and not folded
    return known


def record(sql: object) -> None:
    """A statement is about to run."""
    text = str(sql).lstrip()
    if text.upper().startswith(STATEMENTS):
        note(text, *stack_now())


def note(text: str, stack: tuple[CodeType, ...], by: str) -> None:
    """A statement, with who asked for it."""
    if stack:
        seen[text, stack, by] = None


def stack_now() -> tuple[tuple[CodeType, ...], str]:
    """The application's functions on the stack, innermost first, and what lies below them."""
    stack: dict[CodeType, None] = {}
    between: set[str] = set()
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if is_inside(frame.f_code):
            stack[frame.f_code] = None
        elif not stack:
            between.add(origin(frame.f_code.co_filename))
        frame = frame.f_back
    return tuple(stack), next((kind for kind in ("library", "pages") if kind in between), "code")


def origin(path: str) -> str:
    """What a file outside the application is: part of the database layer ("code"), of templates, of a library."""
    known = origins.get(path)
    if known is None:
        parts = PurePath(path).parts
        found = [parts[i + 1] for i, part in enumerate(parts[:-1]) if part == "site-packages"]
        package = found[-1].removesuffix(".py") if found else ""
        if package in TEMPLATES or (package == "django" and "template" in parts):
            known = "pages"
        else:
            known = "code" if not package or package in LAYERS else "library"
        origins[path] = known
    return known


def profile(frame: FrameType, event: str, _argument: object) -> None:
    """Notes that a function ran."""
    if event == "call" and is_inside(frame.f_code):
        ran[frame.f_code] = None


def hook_django(module: ModuleType) -> None:
    """Every cursor of Django passes through its wrapper."""
    wrapper: Any = module.CursorWrapper
    for name in ("_execute", "_executemany"):
        setattr(wrapper, name, _recording(getattr(wrapper, name)))


def _recording(method: Callable[..., Any]) -> Callable[..., Any]:
    def execute(self: Any, sql: Any, *arguments: Any, **named: Any) -> Any:
        record(sql)
        return method(self, sql, *arguments, **named)

    return execute


def hook_sqlalchemy(module: ModuleType) -> None:
    """SQLAlchemy tells of every statement."""

    orm = __import__("sqlalchemy.orm", fromlist=["Session"])
    rows = Rows(module.event.listen, orm)
    engine = __import__("sqlalchemy.engine", fromlist=["Engine"]).Engine
    module.event.listen(engine, "before_cursor_execute", rows.before_statement)


class Rows:
    """Rows of SQLAlchemy remember who added, changed or deleted them; that is told when they are written."""

    def __init__(self, listen: Callable[..., None], orm: Any) -> None:
        self._listen, self._orm = listen, orm
        self._mapped: set[str] = set()
        self._flushing = 0
        self._flush = orm.Session._flush
        orm.Session._flush = lambda session, *arguments: self._flushes(session, *arguments)
        for name in ("add", "delete"):
            setattr(orm.Session, name, self._asked(name, getattr(orm.Session, name)))
        listen(orm.Mapper, "mapper_configured", self._configured)
        listen(
            orm.Mapper,
            "before_insert",
            lambda m, _, row: self._tell(m, row, "add", "INSERT INTO {0} VALUES (1)"),
        )
        listen(
            orm.Mapper,
            "before_update",
            lambda m, _, row: self._tell(m, row, "change", "UPDATE {0} SET x = 1"),
        )
        listen(orm.Mapper, "before_delete", lambda m, _, row: self._tell(m, row, "delete", "DELETE FROM {0}"))

    def before_statement(self, _connection: Any, _cursor: Any, statement: Any, *_: Any) -> None:
        """What a flush writes to the tables of rows is told by the rows."""
        words = str(statement).split(None, 3)
        table = words[1 if words[:1] == ["UPDATE"] else 2].strip('"') if len(words) > 2 else ""
        if not (self._flushing and words[0] in ("INSERT", "UPDATE", "DELETE") and table in self._mapped):
            record(statement)

    def _flushes(self, session: Any, *arguments: Any) -> None:
        self._flushing += 1
        try:
            self._flush(session, *arguments)
        finally:
            self._flushing -= 1

    def _asked(self, kind: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def asked(session: Any, row: Any, *arguments: Any, **named: Any) -> Any:
            self._touch(row, kind)
            return method(session, row, *arguments, **named)

        return asked

    def _configured(self, mapper: Any, class_: Any) -> None:
        self._mapped.update(str(table.name) for table in mapper.tables)
        for key in list(mapper.class_manager.keys()):
            attribute = getattr(class_, key)
            many = getattr(getattr(attribute, "impl", None), "collection", False)
            for name in ("set", "append", "remove") if many else ("set",):
                changed = self._appended if name == "append" else self._changed
                self._listen(attribute, name, changed)

    def _changed(self, row: Any, *_: Any) -> None:
        """A row is given a value."""
        self._touch(row, "change")

    def _appended(self, row: Any, value: Any, *_: Any) -> None:
        """A row is given another one, which comes along when it is added."""
        self._touch(row, "change")
        self._touch(value, "add")

    def _touch(self, row: Any, kind: str) -> None:
        stack = stack_now()
        if stack[0] and not self._flushing:
            row.__dict__.setdefault("_touched", {})[kind, stack] = None

    def _tell(self, mapper: Any, row: Any, kind: str, text: str) -> None:
        session = self._orm.object_session(row)
        if (
            kind == "change"
            and session is not None
            and not session.is_modified(row, include_collections=False)
        ):
            return
        touched = row.__dict__.get("_touched", {})
        stacks = [stack for of, stack in touched if of == kind]
        stacks = stacks or [stack for _, stack in touched if kind == "change"] or [stack_now()]
        touched.clear()
        for table in mapper.tables:
            for stack in stacks:
                note(text.format(table.name), *stack)


HOOKS = {"django.db.backends.utils": hook_django, "sqlalchemy": hook_sqlalchemy}


class Finder(MetaPathFinder):
    """Hooks a module as soon as it was imported."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        hook = HOOKS.pop(name, None)
        spec = PathFinder.find_spec(name, path, target) if hook is not None else None
        if spec is not None and spec.loader is not None and hook is not None:
            spec.loader = Hooked(spec.loader, hook)
        return spec


class Hooked(Loader):
    """A loader that does what another does, and then hooks the module."""

    def __init__(self, loader: Loader, hook: Callable[[ModuleType], None]) -> None:
        self._loader, self._hook = loader, hook

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        self._hook(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


def describe(code: CodeType) -> list[object]:
    """Path below the root, dotted name, first line."""
    name = getattr(code, "co_qualname", code.co_name).replace(".<locals>", "")
    return [code.co_filename.removeprefix(ROOT).replace(os.sep, "/"), name, code.co_firstlineno]


def write() -> None:
    """At the end of the run."""
    sys.setprofile(None)
    rows = [[sql, [describe(code) for code in stack], by] for sql, stack, by in seen]
    with open(OUT, "w", encoding="utf-8") as file:
        json.dump({"statements": rows, "ran": [describe(code) for code in ran]}, file)


sys.meta_path.insert(0, Finder())
atexit.register(write)
threading.setprofile(profile)
sys.setprofile(profile)
