"""What is too large to be placed as a whole: modules with the models of a project, and god modules.

Where one module holds a fifth of a project's tables or more, or what is left of a `models.py` that once did
stands beside packages with models of their own, each model is placed on its own, or all tables would follow
that one file. A god module, or class, touches a fifth of the tables, but each of its
functions, or methods, only a few of them, and these lie in several packages: those that touch any are
placed on their own, where their data is. What only serves the data of one package is no god, however many
tables that are: it goes with them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from ..model.graph import Graph
from .words import MODELS

_SHARE = 0.2
"""Share of the tables from which on a module is divided."""
_BESIDE = 3
"""How many packages with models of their own beside a `models.py` make it that of the project's remainder."""
_TABLES = 6
"""How many tables a god module touches at least."""
_MEMBERS = 4
"""How many of its functions touch any, at least."""
_APART = 0.25
"""How much of the module's tables one of them touches at most, on average."""
_ONE_HOME = 2 / 3
"""Share of the functions whose data lies mostly in one package, from which on this is no god module."""
_HOME = 0.5
"""Share of all tables that a package holds at most to tell where a table is at home."""

Touched = Mapping[str, set[str]]


def models_apart(homes: Mapping[str, str]) -> dict[str, str]:
    """Model class -> its module, for modules that hold many of the models; `homes` are those of all."""
    counts = Counter(homes.values())
    large = {
        module
        for module, count in counts.items()
        if count > 1 and (count > _SHARE * len(homes) or _is_above(module, counts))
    }
    return {name: module for name, module in sorted(homes.items()) if module in large and name != module}


def _is_above(module: str, homes: Collection[str]) -> bool:
    """Whether a `models.py` stands beside several packages that have models of their own."""
    above, _, own = module.rpartition(".")
    beside = {
        home.removeprefix(f"{above}.").partition(".")[0] for home in homes if home.startswith(f"{above}.")
    }
    return own in MODELS and len(beside - {own}) >= _BESIDE


def functions_apart(
    graph: Graph,
    tables: Mapping[str, str],
    module_of: Callable[[str], str | None],
    known: Collection[str],
) -> dict[str, str]:
    """Function, class or method -> its module, for god modules; those that touch no table stay with it.

    `tables` gives each table what defines it, a module or a class ("" if nothing does), `known` are the
    modules to look at.
    """
    touched: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
    for source, table, _, _ in graph.pairs("reads", "writes", "joins", possible=False):
        kind, _, name = source.partition(":")
        module = module_of(source) if kind in ("function", "class", "model") else None
        if module in known and name != module and table in tables:
            touched[module].setdefault(name, set()).add(table)  # type: ignore[index]
    found: dict[str, str] = {}
    homes = _homes(tables)
    for module, uses in sorted(touched.items()):
        members = _below(module, uses)
        if not _is_god(members.values(), homes):
            continue
        for member, used in members.items():
            methods = _below(member, {name: uses[name] for name in uses if name.startswith(f"{member}.")})
            apart = methods if len(used) > _TABLES and _is_god(methods.values(), homes) else [member]
            found.update(dict.fromkeys(apart, module))
    return dict(sorted(found.items()))


def _homes(tables: Mapping[str, str]) -> dict[str, str]:
    """Table -> the largest package around what defines it that does not hold most tables; else itself."""
    below: Counter[str] = Counter()
    for definer in tables.values():
        place = definer
        while place:
            below[place] += 1
            place = place.rpartition(".")[0]
    found: dict[str, str] = {}
    for table, definer in tables.items():
        home, place = table, definer
        while place and below[place] <= _HOME * len(tables):
            home, place = place, place.rpartition(".")[0]
        found[table] = home
    return found


def _below(above: str, uses: Touched) -> dict[str, set[str]]:
    """The tables that each name right below another one touches, with all that lies in it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, tables in sorted(uses.items()):
        found[f"{above}.{name[len(above) + 1 :].partition('.')[0]}"] |= tables
    return dict(found)


def _is_god(members: Iterable[set[str]], homes: Mapping[str, str]) -> bool:
    sets = list(members)
    whole = len(set().union(*sets))
    main: Counter[str] = Counter()
    for tables in sets:
        counts = Counter(homes[table] for table in tables)
        main[min(counts, key=lambda home: (-counts[home], home))] += 1
    return (
        len(sets) >= _MEMBERS
        and whole >= max(_TABLES, _SHARE * len(homes))
        and sum(map(len, sets)) <= _APART * whole * len(sets)
        and max(main.values()) <= _ONE_HOME * len(sets)
    )
