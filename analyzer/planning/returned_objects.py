"""Functions without a declared result that plainly return an object which only this process can use."""

from __future__ import annotations

import ast
from collections import Counter

from .bodies import own_nodes
from .declarations import Declarations


def returned_object(dotted: str, declarations: Declarations) -> str:
    """The dotted name of a class of the project that a function returns an instance of, as it makes it.

    `return Service(session)`, `return cls()` and what a variable holds that is assigned once. Data classes,
    rows and the like are not told here: they may cross. "" where nothing is plain to see.
    """
    found = declarations.function(dotted)
    if found is None:
        return ""
    file, node, owner = found
    nodes = list(own_nodes(node))
    assigned = [
        each for each in nodes if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
    ]
    times = Counter(
        each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    )
    held = {
        each.targets[0].id: each.value
        for each in assigned
        if isinstance(each.targets[0], ast.Name) and times[each.targets[0].id] == 1
    }
    for each in nodes:
        value = each.value if isinstance(each, ast.Return) else None
        value = held.get(value.id) if isinstance(value, ast.Name) else value
        if not isinstance(value, ast.Call):
            continue
        made_here = isinstance(value.func, ast.Name) and value.func.id == "cls" and owner
        name = owner if made_here else declarations.absolute(file, value.func)
        if name and declarations.class_of(name) is not None and declarations.kind(name) == "object":
            return name
    return ""
