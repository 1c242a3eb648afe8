"""Commands of click, typer, Flask and Flask-Script: functions in groups within groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import World
from ...python.module_names import split_name
from ...python.variables import Variables

_SCRIPTS = ("console_scripts", "gui_scripts")
_LIBRARY = r"(?:click|rich_click|asyncclick|cloup|typer|flask\.cli|flask_script|flask|quart)\."
_DECLARES = re.compile(rf"{_LIBRARY}(?:\w+\.)*(?P<what>command|group|callback)\Z")
_GROUP = re.compile(rf"{_LIBRARY}(?:\w+\.)*(?:\w*Group|Typer|Manager|CommandCollection)\Z")
_SUFFIX = re.compile(r"_(?:command|cmd|group|grp)\Z")
_USED = frozenset({"click", "typer", "rich_click", "asyncclick", "cloup"})
_PROGRAM = "<program>"
_NESTED = 12


class _Item(NamedTuple):
    """A command or a group: its own name, whether that was written, and what it stands in."""

    name: str
    written: bool
    parent: str
    is_group: bool
    handler: str
    path: str
    line: int
    column: int
    trust: Confidence


def link_groups(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Commands under the names of their groups, and the scripts that a distribution installs."""
    groups = _Groups(world)
    yield from groups.items()
    yield from groups.unknown()


class _Groups:
    """All commands and groups by the dotted names of their functions or variables."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._items: dict[str, _Item] = {}
        self._loaded: dict[str, str] = {}
        facts = [(path, fact) for path, fact in world.facts("commands")]
        for path, fact in facts:
            if fact.kind == "group":
                self._variable(path, fact)
        self._variables = Variables(world, self._items)
        waiting = [(path, fact) for path, fact in facts if fact.kind == "declared"]
        for _ in range(_NESTED):  # a group is known before what stands in it
            left = [(path, fact) for path, fact in waiting if not self._declared(path, fact)]
            if len(left) == len(waiting):
                break
            waiting = left
        self._unknown = waiting
        for path, fact in facts:
            if fact.kind == "added":
                self._added(path, fact)
        self._scripts = self._find_scripts()

    # Reading the facts ----------------------------------------------------------------------------

    def _variable(self, path: str, fact: Fact) -> None:
        symbol = self.world.resolve(path, fact.scope, str(fact.data["by"]))
        if symbol is None:
            return
        kin = self.world.ancestors(symbol.name) if symbol.kind == "class" else (symbol,)
        if any(base.kind == "external" and _GROUP.match(base.name) for base in kin):
            name = str(fact.data["name"])
            key = f"{self.world.module_of(path)}.{fact.data['variable']}"
            self._items[key] = _Item(name, bool(name), "", True, "", path, fact.line, fact.column, "certain")

    def _declared(self, path: str, fact: Fact) -> bool:
        """Takes in a decorated function; False while its group is not known."""
        parent, what, trust = self._place(path, fact)
        if not what:
            return False
        key = f"{self.world.module_of(path)}.{fact.data['handler']}"
        if what == "callback":  # what a typer application runs before its commands
            known = self._items.get(parent)
            if known is not None and not known.handler:
                self._items[parent] = known._replace(handler=f"function:{key}")
            return True
        written = str(fact.data["name"])
        name = written or _name(str(fact.data["handler"]).rpartition(".")[2])
        self._items[key] = _Item(
            name, bool(written), parent, what == "group", f"function:{key}",
            path, fact.line, fact.column, trust,
        )  # fmt: skip
        loads = str(fact.data["loads"]).replace(":", ".")
        if what == "group" and loads:
            self._loaded[loads] = key
        return True

    def _place(self, path: str, fact: Fact) -> tuple[str, str, Confidence]:
        """(the group that a declared function stands in, command or group or callback, how sure)."""
        by, owner, last = (str(fact.data[key]) for key in ("by", "owner", "last"))
        what = "group" if last.endswith("group") else "callback" if last == "callback" else "command"
        parent = self._find(path, fact.scope, owner) if owner else ""
        if parent:
            return parent, what, "certain"
        symbol = self.world.resolve(path, fact.scope, by)
        if symbol is not None and symbol.kind == "function":  # perhaps one that returns `click.command()`
            symbol = self.world.resolve(path, fact.scope, f"{by}()")
        known = (
            _DECLARES.match(symbol.name.replace("()", ""))
            if symbol is not None and symbol.kind == "external"
            else None
        )
        program = _PROGRAM if owner.endswith(".cli") else ""
        if known is not None and known["what"] != "callback":
            return program, known["what"], "certain"
        unknown = symbol is None and program and what != "callback"  # of an application given to a function
        return (program, what, "likely") if unknown else ("", "", "certain")

    def _find(self, path: str, scope: str, code: str) -> str:
        """The known group or command that code means."""
        symbol = self.world.resolve(path, scope, code)
        if symbol is not None and symbol.kind == "function" and symbol.name in self._items:
            return symbol.name
        return self._variables.find(path, scope, code)

    def _added(self, path: str, fact: Fact) -> None:
        """`cli.add_command(child)`, `app.add_typer(child, name="x")`."""
        child = self._find(path, fact.scope, str(fact.data["child"]))
        on = str(fact.data["on"])
        parent = self._find(path, fact.scope, on) or (_PROGRAM if on.endswith("cli") else "")
        if child and parent and child != parent:
            item = self._items[child]
            given = str(fact.data["name"])
            self._items[child] = item._replace(
                parent=parent, name=given or item.name, written=bool(given) or item.written
            )

    def _find_scripts(self) -> dict[str, tuple[str, str, Fact]]:
        """Script -> (function, path, fact): of `pyproject.toml`, `setup.cfg` and `setup()`."""
        found: dict[str, tuple[str, str, Fact]] = {}
        for path, fact in self.world.facts("plug_ins"):
            if fact.data["group"] not in _SCRIPTS or self.world.is_test(path):
                continue
            target = str(fact.data["target"]).replace(":", ".")
            module, name = split_name(target, self.world.modules)
            symbol = self.world.resolve(self.world.modules[module], "", name) if module and name else None
            if symbol is not None and symbol.kind == "function":
                found[str(fact.data["name"])] = (symbol.name, path, fact)
        return found

    # What they add --------------------------------------------------------------------------------

    def items(self) -> Iterator[Node | Edge]:
        """A node for each command, with the function that answers it.

        Commands of several programs that have one name are told apart by the function of their program.
        """
        scripts = {function for function, _, _ in self._scripts.values()}
        names: dict[str, list[str]] = {}
        for key, item in sorted(self._items.items()):
            name = self._full(key)[0]
            if item.handler and name and key not in scripts and key not in self._loaded:
                names.setdefault(name, []).append(key)
        for name, keys in sorted(names.items()):
            for key in keys:
                item, top = self._items[key], self._full(key)[1]
                shown = name if len(keys) == 1 else top if top == key else f"{top} {name}"
                yield from _command(shown, item.handler, item.path, item.line, item.column, item.trust)
        for script, (function, path, fact) in sorted(self._scripts.items()):
            yield from _command(script, f"function:{function}", path, fact.line, fact.column, "certain")

    def unknown(self) -> Iterator[BlindSpot]:
        """Commands of groups that are not known, in files that use one of the libraries."""
        for path, fact in self._unknown:
            by = str(fact.data["by"])
            symbol = self.world.resolve(path, fact.scope, by)
            named = str(fact.data["last"]) in ("command", "group")
            used = any(item.module.partition(".")[0] in _USED for item in self.world.files[path].imports)
            if symbol is None and named and used and not self.world.is_test(path):
                place = Place(path, fact.line, fact.column)
                yield BlindSpot("unknown-command", place, f"@{by.lstrip('?')}() {fact.data['handler']}")

    def _full(self, key: str) -> tuple[str, str]:
        """(the name as it is typed, the outermost group or command).

        The outermost group is the program: its name counts only if it is written.
        """
        parts: list[str] = []
        top, following = key, key
        for _ in range(_NESTED):
            item = self._items.get(following)
            if item is None:
                break
            top = following
            if not (not item.parent and item.is_group and parts and not item.written):
                parts.insert(0, item.name)
            following = self._loaded.get(item.parent, item.parent)
        return " ".join(part for part in parts if part), top


def _name(function: str) -> str:
    """The name that click gives to the command of a function."""
    return _SUFFIX.sub("", function.lower()).strip("_").replace("_", "-") or function


def _command(
    name: str, handler: str, path: str, line: int, column: int, trust: Confidence
) -> Iterator[Node | Edge]:
    yield Node(f"command:{name}", path, line, line)
    via: Via = "syntax" if trust == "certain" else "convention"
    yield Edge(f"command:{name}", handler, "handles", trust, (Evidence(Place(path, line, column), via),))
