"""What is too large to be placed as a whole: modules with the models of a project, and god modules.

Where one module holds a fifth of a project's tables or more, each model is placed on its own, or all
tables would follow that one file. A god module, or class, touches a fifth of the tables, but each of its
functions, or methods, only a few of them: those that touch any are placed on their own, where their data is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from ..model.graph import Graph

_SHARE = 0.2
"""Share of the tables from which on a module is divided."""
_TABLES = 6
"""How many tables a god module touches at least."""
_MEMBERS = 4
"""How many of its functions touch any, at least."""
_APART = 0.25
"""How much of the module's tables one of them touches at most, on average."""


def models_apart(homes: Mapping[str, str]) -> dict[str, str]:
    """Model class -> its module, for modules that hold many of the models; `homes` are those of all."""
    counts = Counter(homes.values())
    large = {module for module, count in counts.items() if count > 1 and count > _SHARE * len(homes)}
    return {name: module for name, module in sorted(homes.items()) if module in large and name != module}


def functions_apart(
    graph: Graph, tables: Collection[str], module_of: Callable[[str], str | None], known: Collection[str]
) -> dict[str, str]:
    """Function, class or method -> its module, for god modules; those that touch no table stay with it.

    `known` are the modules to look at.
    """
    touched: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
    for source, table, _, _ in graph.pairs("reads", "writes", "joins"):
        kind, _, name = source.partition(":")
        module = module_of(source) if kind in ("function", "class", "model") else None
        if module in known and name != module and table in tables:
            touched[module].setdefault(name, set()).add(table)  # type: ignore[index]
    found: dict[str, str] = {}
    for module, uses in sorted(touched.items()):
        members = _below(module, uses)
        if not _is_god(members.values(), len(tables)):
            continue
        for member, used in members.items():
            methods = _below(member, {name: uses[name] for name in uses if name.startswith(f"{member}.")})
            apart = methods if len(used) > _TABLES and _is_god(methods.values(), len(tables)) else [member]
            found.update(dict.fromkeys(apart, module))
    return dict(sorted(found.items()))


def _below(above: str, uses: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The tables that each name right below another one touches, with all that lies in it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, tables in sorted(uses.items()):
        found[f"{above}.{name[len(above) + 1 :].partition('.')[0]}"] |= tables
    return dict(found)


def _is_god(members: Iterable[set[str]], tables: int) -> bool:
    sets = list(members)
    whole = len(set().union(*sets))
    return (
        len(sets) >= _MEMBERS
        and whole >= max(_TABLES, _SHARE * tables)
        and sum(map(len, sets)) <= _APART * whole * len(sets)
    )
