"""Which calls of a program can be made again in another process, with the same names imported there."""

from __future__ import annotations

import json

from ..model.facts import Fact, Json
from ..model.world import World
from .module_names import split_name


def repeated(world: World, path: str, fact: Fact) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """(id, attributes) of the `setting` for a call that can be made again elsewhere just so; None for others.

    The fact's data: `call` (what is called) or `on` (a method of the object itself), and `arguments` as
    `touches.arguments` gives them.
    """
    if fact.data["arguments"] is None:
        return None
    rows: list[dict[str, Json]] = []
    for keyword, kind, value in fact.data["arguments"]:
        row: dict[str, Json] = {"keyword": keyword, "value": value}
        if kind == "name" or fact.data["on"]:
            place = _importable(world, path, fact.scope, str(value), kind == "value")
            if place is None:
                return None
            row = {"keyword": keyword, "module": place[0], "name": place[1]}
        rows.append(row)
    on = str(fact.data["on"])
    if on:
        if len(rows) != 1 or rows[0]["keyword"] or rows[0]["module"] not in world.modules:
            return None
        module, name, rows = str(rows[0]["module"]), str(rows[0]["name"]), []
        id = f"setting:{on}({'.'.join(filter(None, (module, name)))})"
    else:
        called = _importable(world, path, fact.scope, str(fact.data["call"]), False)
        if called is None or not called[1]:
            return None
        module, name = called
        id = f"setting:{module}.{name}"
    attributes = {"module": module, "name": name, "wiring": "flask", **({"on": on} if on else {})}
    if rows:
        attributes["arguments"] = json.dumps(rows, sort_keys=True)
    return id, tuple(sorted(attributes.items()))


def _importable(world: World, path: str, scope: str, code: str, dotted: bool) -> tuple[str, str] | None:
    """(module, name) from which code's value can be imported; a text is a name to import."""
    if dotted:
        module, name = split_name(code, world.modules)
    else:
        module, name = world.locate(path, scope, code)
        symbol = world.resolve(path, scope, code) if not module else None
        if symbol is not None and symbol.kind == "external" and "(" not in symbol.name:
            module, _, name = symbol.name.rpartition(".")
            return (module, name) if module and name else None
    if not module or "(" in name:
        return None
    head, file = name.partition(".")[0], world.modules.get(module, "")
    known = not name or world.binding(file, "", head) is not None
    if not known and not any(d.name == head for d in world.files[file].definitions):
        return None
    return module, name
