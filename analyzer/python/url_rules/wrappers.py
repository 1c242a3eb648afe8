"""Functions of a project that add URL rules which callers hand to them, and loops over lists of rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...model.facts import Fact, Json
from ...model.world import World

_MOST = 20_000


class Argument(NamedTuple):
    """An argument of a call: its code, and as a view; the parts of its texts, the methods that it lists.

    `called` is the name that it gives a route as a view.
    """

    code: str
    view: str
    texts: list[list[Json]]
    verbs: list[str]
    called: str


class Added(NamedTuple):
    """A fact about a rule, as it stands or as a caller of the function around it fills it in.

    `path` and `fact` are where the rule is written; `caller` is (path, fact) of the call that hands something
    over, with its `arguments` by the function's parameters.
    """

    path: str
    fact: Fact
    caller: tuple[str, Fact] | None
    arguments: Mapping[str, list[Argument]]
    around: Added | None = None
    """The same as the caller of a function fills it in whose loop takes rows apart: `caller` is the row."""

    @property
    def place(self) -> tuple[str, int, int]:
        """(path, line, column) of the call that tells the rule."""
        path, fact = self.caller or (self.path, self.fact)
        return path, fact.line, fact.column


def added(world: World, reader: str, kind: str) -> Iterator[Added]:
    """Facts of a kind: those in wrappers once for each call that is seen, all others as they stand."""
    wrappers: dict[str, list[tuple[str, Fact]]] = {}
    for path, fact in world.facts(reader):
        if fact.kind != kind:
            continue
        if fact.data.get("rows") and not _rows_given(fact):
            yield from _each_row(world, path, fact, path, fact.scope, str(fact.data["rows"][0]))
        elif fact.data["wrapper"]:
            wrappers.setdefault(f"{world.module_of(path)}.{fact.data['wrapper'][0]}", []).append((path, fact))
        else:
            yield Added(path, fact, None, {})
    called: set[str] = set()
    for count, (path, fact, name) in enumerate(_handed(world, wrappers)):
        called.add(name)
        for where, inner in wrappers[name] if count < _MOST else ():
            arguments = _arguments(inner.data["wrapper"], fact)
            if _rows_given(inner):
                yield from _rows_of_caller(world, where, inner, path, fact, arguments)
            else:
                yield Added(where, inner, (path, fact), arguments)
    for name in sorted(wrappers.keys() - called):
        for where, inner in wrappers[name]:
            yield Added(where, inner, None, {})


def _rows_given(fact: Fact) -> bool:
    """Whether the list whose rows a loop adds is handed in by callers."""
    rows, wrapper = fact.data.get("rows"), fact.data["wrapper"]
    return bool(rows and wrapper and rows[0] in wrapper[1])


def _rows_of_caller(
    world: World, path: str, fact: Fact, calling: str, call: Fact, arguments: Mapping[str, list[Argument]]
) -> Iterator[Added]:
    """A rule that a loop adds, once for each row of the list that a caller hands in."""
    caller = Added(path, fact, (calling, call), arguments)
    given = arguments.get(str(fact.data["rows"][0]))
    if not given:
        yield caller
        return
    for row in _each_row(world, path, fact, calling, call.scope, given[0].code):
        yield row._replace(around=caller) if row.caller is not None else caller


def _each_row(world: World, path: str, fact: Fact, listing: str, scope: str, over: str) -> Iterator[Added]:
    """A rule that a loop adds: once for each row of the list, or as it stands where none is found.

    `over` is the list as the file `listing` names it.
    """
    _, names, rest, methods = fact.data["rows"]
    module, name = world.locate(listing, scope, over)
    origin = world.modules.get(module, "")
    facts = world.files[origin].facts.get("flask", ()) if origin else ()
    lists = (each for each in facts if each.kind == "rows" and each.data["name"] == name)
    rows = [row for each in lists for row in each.data["rows"]]
    for row in rows:
        said = {"arguments": row["arguments"], "handler": "", "receiver": ""}
        caller = (origin, Fact("hands", "", row["line"], row["column"], said))
        arguments = _arguments(("", names, ""), caller[1])
        if rest:
            arguments[rest] = [_argument(each) for each in row["arguments"][1:]]
        left = _left_open(fact, names)
        if methods and arguments.get(methods):
            left = left._replace(data={**left.data, "methods": arguments[methods][0].verbs or None})
        yield Added(path, left, caller, arguments)
    if not rows:
        yield Added(path, fact, None, {})


def _left_open(fact: Fact, names: Sequence[str]) -> Fact:
    """A fact in whose texts the parts of a row are left to the row, as parameters are to the caller."""

    def opened(parts: Json) -> Json:
        """The parts of one text."""
        known = {("code", name): ["code", f"?{name}"] for name in names}
        return [known.get(tuple(part), part) if _is_code(part) else part for part in parts or ()]

    data = dict(fact.data)
    if "texts" in data:
        data["texts"] = [[kind, opened(value) if kind == "text" else value] for kind, value in data["texts"]]
    if data.get("text"):
        data["text"] = opened(data["text"])
    return fact._replace(data=data)


def _is_code(part: Json) -> bool:
    return not isinstance(part, str) and part[0] == "code"


def _handed(world: World, wrappers: Mapping[str, object]) -> Iterator[tuple[str, Fact, str]]:
    """(path, fact, function) of the calls that hand something to a wrapper."""
    for path, fact in world.facts("flask") if wrappers else ():
        if fact.kind == "hands" and not world.is_test(path):
            symbol = world.resolve(path, fact.scope, str(fact.data["call"]))
            if symbol is not None and symbol.name in wrappers:
                yield path, fact, symbol.name


def _arguments(wrapper: Sequence[Json], fact: Fact) -> dict[str, list[Argument]]:
    """Parameter -> what a call gives for it; `wrapper` is (function, parameters, name after `*`)."""
    _, parameters, star = wrapper
    names = [name for name in parameters if name not in ("self", "cls")]
    found: dict[str, list[Argument]] = {}
    positional = 0
    for given in fact.data["arguments"]:
        name, argument = given[0], _argument(given)
        if name:
            found[name] = [argument]
        elif positional < len(names):
            found[names[positional]] = [argument]
            positional += 1
        elif star:
            found.setdefault(star, []).append(argument)
    return found


def _argument(given: Sequence[Json]) -> Argument:
    _, code, view, texts, verbs, called = given
    return Argument(str(code), str(view), texts, verbs, str(called))
