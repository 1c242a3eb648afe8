"""The candidates that a project's own packages offer, before anything is repaired.

From the top packages down: a package that only holds others, or that holds most of the code, is
opened, and so is one whose tables are all those of several packages below; what then stands side by side
are the candidates, and so are packages inside of them with tables of their own. A project without such
packages is grouped by the words of its module names, across its layers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from .homes import homes, mirrored
from .survey import Survey
from .tree import Candidates, Tree
from .words import (
    DATA_LAYERS,
    MODELS,
    domain_words,
    is_container,
    is_layer,
    is_settings,
    is_utility,
    last,
    spoken,
    words,
    words_apart,
)

_MOST = 0.6
_WHOLE = 0.9
_MIRRORS = 3
"""How many packages a layer must have pieces of by name to mirror them."""
_ASKED = 3
"""Modules of a package `db` that ask for tables, and tables, from which on it is a layer."""
_TOUCHES = frozenset({"reads", "writes", "joins"})
_NEARLY = 0.75
"""Share of the tables, and of what answers requests, from which on layers hold a project together."""


def candidates(survey: Survey, granularity: float = 0.5) -> Candidates:
    """What stands side by side; `granularity` above 0.5 opens smaller packages, too."""
    tree = Tree(survey)
    total = max(sum(tree.lines[name] for name in tree.children[""]), 1)
    most = _MOST if granularity <= 0.5 else _MOST * (1 - granularity) * 2
    found = Candidates()
    front = sorted(tree.children[""])
    while True:
        chosen = [name for name in front if _opens(tree, name, total, most)]
        if not chosen and _telling(tree, front) < 2:
            chosen = _largest(tree, front)
        if not chosen:
            break
        found.opened += chosen
        front = sorted({*front} - {*chosen} | {child for name in chosen for child in tree.children[name]})
    _fill(survey, tree, front, found)
    return found


def _opens(tree: Tree, name: str, total: int, most: float) -> bool:
    if not tree.is_package(name):
        return False
    inner = [child for child in tree.children[name] if tree.is_package(child)]
    if is_container(name) and (inner or name.endswith("management.commands")):
        return True
    if _holds_parts(tree, name, inner):
        return True
    share = tree.lines[name] / total
    if share >= _WHOLE:
        return True
    return share >= most and sum(1 for child in inner if tree.domain[child] and not is_layer(child)) >= 2


def _holds_parts(tree: Tree, name: str, inner: Collection[str]) -> bool:
    """Whether several packages below define all the tables of a package, each some of them."""
    owning = [child for child in inner if _owns(tree, child)]
    return len(owning) >= 2 and sum(tree.tables[child] for child in owning) == tree.tables[name]


def _owns(tree: Tree, name: str) -> bool:
    """Whether a package defines tables, and is no layer of the one that it lies in."""
    return bool(tree.tables[name]) and not (is_layer(name) or is_utility(name) or last(name) in DATA_LAYERS)


def _nested(tree: Tree, name: str) -> Iterable[str]:
    """The packages below a candidate that define tables of their own, beside those that it defines itself."""
    inner = [child for child in sorted(tree.children[name]) if tree.is_package(child) and _owns(tree, child)]
    if sum(tree.tables[child] for child in inner) < tree.tables[name]:
        for child in inner:
            yield child
            yield from _nested(tree, child)


def _telling(tree: Tree, front: Iterable[str]) -> int:
    """How many packages of a front look like parts of the business."""
    return sum(1 for name in front if tree.is_package(name) and not is_layer(name) and not is_utility(name))


def _largest(tree: Tree, front: Iterable[str]) -> list[str]:
    packages = [name for name in front if tree.is_package(name) and not is_utility(name)]
    return sorted(packages, key=lambda name: (-tree.lines[name], name))[:1]


def _fill(survey: Survey, tree: Tree, front: list[str], found: Candidates) -> None:
    packages = [name for name in front if tree.is_package(name)]
    layers = [
        name
        for name in packages
        if is_layer(name) or _keeps_models(tree, name) or _asks_databases(survey, tree, name)
    ]
    telling = [name for name in packages if name not in layers and not is_utility(name)]
    if len(telling) < 2 or _is_layered(tree, layers, telling):
        found.layers = layers
        _fill_by_words(survey, tree, front, [name for name in packages if name not in layers], found)
        return
    kept = next((name for name in layers if _keeps_models(tree, name)), "")
    for name in front:
        if name == kept:
            continue
        inner = list(_nested(tree, name))
        found.nested += inner
        home = {unit: place for place in (name, *inner) for unit in tree.below[place]}
        for unit in tree.below[name]:
            # A model class out of a `models.py` for all goes where it is used, not with that file.
            alone = unit in survey.split and not tree.is_package(name)
            found.groups.setdefault(unit if alone else home[unit], []).append(unit)
        if not tree.is_package(name):
            found.loose.append(name)
    _join_namesakes(survey, tree, found)
    for name in layers:
        if name != kept:
            _mirror(survey, tree, name, found)
    if kept:
        found.models = kept
        for unit, part in homes(survey, tree.below[kept], dict(found.groups)).items():
            found.groups[part].append(unit)
        placed = {unit for units in found.groups.values() for unit in units}
        left = [unit for unit in tree.below[kept] if unit not in placed]
        found.groups.update({kept: left} if left else {})


def _join_namesakes(survey: Survey, tree: Tree, found: Candidates) -> None:
    """A model class out of a file for all (`models.Order`) goes with the package that bears its name.

    Of packages that are named like layers it has to be the very name: `models.Service` with `service`.
    """
    alone = {unit for unit in survey.definers.values() if unit in survey.split and unit in found.groups}
    parts = [name for name in found.groups if tree.is_package(name) and name not in alone]
    same = {last(part): part for part in parts}
    exact = {unit: same[name] for unit in sorted(alone) if (name := _snake(unit)) in same}
    for unit, part in {**mirrored(alone, parts), **exact}.items():
        found.groups[part] += found.groups.pop(unit)


def _mirror(survey: Survey, tree: Tree, layer: str, found: Candidates) -> None:
    """Gives the pieces of a layer to the packages that it mirrors by name, where these are most of it.

    Those left that ask for tables stand for themselves, by the words of their names: a layer is no service.
    """
    pieces = mirrored(tree.children[layer], (name for name in found.groups if name != layer))
    if (
        len(set(pieces.values())) < _MIRRORS
        or 2 * sum(map(tree.lines.__getitem__, pieces)) < tree.lines[layer]
    ):
        return
    found.mirrors.append(layer)
    moved = {unit: part for piece, part in pieces.items() for unit in tree.below[piece]}
    for name in list(found.groups):
        own = [unit for unit in found.groups[name] if unit in moved and moved[unit] != name]
        if own and (name == layer or name.startswith(f"{layer}.")):
            found.groups[name] = [unit for unit in found.groups[name] if unit not in moved]
            for unit in own:
                found.groups[moved[unit]].append(unit)
    rest = {*found.groups.get(layer, ())}
    asking = sorted({left for left, _, kind in survey.links if left in rest and kind in _TOUCHES})
    for unit, key in _by_words(survey, asking, list(found.groups), found.opened).items():
        found.groups[layer].remove(unit)
        found.groups.setdefault(key, []).append(unit)
        found.loose += [key] if key not in found.loose else []
    found.groups = {name: units for name, units in found.groups.items() if units}


def _keeps_models(tree: Tree, name: str) -> bool:
    """Whether a package of models (`models`, `db`) has nearly all tables of the project."""
    total = sum(tree.tables[top] for top in tree.children[""])
    return (last(name) in MODELS or is_utility(name)) and tree.tables[name] >= _NEARLY * total > 0


def _asks_databases(survey: Survey, tree: Tree, name: str) -> bool:
    """Whether a package `db` is what asks for the tables of many: a layer with a module each, no utility."""
    if last(name) not in ("db", "database", "databases") or tree.tables[name]:
        return False
    own = {*tree.below[name]}
    touching = {
        (left, right)
        for left, right, kind in survey.links
        if left in own and kind in _TOUCHES and survey.definers.get(right, left) not in own
    }
    asked, tables = {left for left, _ in touching}, {right for _, right in touching}
    return len(asked) >= _ASKED and len(tables) >= _ASKED


def _is_layered(tree: Tree, layers: Collection[str], telling: Collection[str]) -> bool:
    """Whether layers hold most of the code, or nearly all tables and routes, so that no package is a part."""
    busy = sum(1 for name in telling if tree.domain[name])
    if busy < 2 and sum(tree.lines[name] for name in layers) > sum(tree.lines[name] for name in telling):
        return True
    kinds = (tree.tables, tree.answers)
    held = [
        (sum(count[name] for name in layers), sum(count[name] for name in tree.children[""]))
        for count in kinds
    ]
    return all(whole and own >= _NEARLY * whole for own, whole in held)


def _fill_by_words(survey: Survey, tree: Tree, front: list[str], keep: list[str], found: Candidates) -> None:
    found.grouped = True
    inside = {unit: name for name in keep for unit in tree.below[name]}
    others = sorted({unit for name in front for unit in tree.below[name]} - set(inside))
    for unit, key in _by_words(survey, others, keep, found.opened).items():
        found.groups.setdefault(key, []).append(unit)
        if key == unit:
            found.loose.append(unit)
    for unit, name in sorted(inside.items()):
        found.groups.setdefault(name, []).append(unit)
    _join_words(found, keep)


def _by_words(survey: Survey, units: list[str], packages: list[str], opened: list[str]) -> Mapping[str, str]:
    """Unit -> the first word of the domain in its name, or the unit itself when it has none."""
    tops = {word for name in opened for word in domain_words(last(name))}
    known = {word for table in survey.tables for word in domain_words(table.partition(":")[2])}
    known.update(word for name in packages for word in domain_words(name))
    rows = {words(table.partition(":")[2]) for table in survey.tables}
    keys: dict[str, str] = {}
    for unit in units:
        own: tuple[str, ...] = ()
        part = unit
        while part and not own and part not in opened and not is_settings(unit):
            above = part.rpartition(".")[0]
            own = tuple(word for word in domain_words(last(part)) if word not in tops)
            if not own and (is_layer(above) or is_utility(above)) and words(last(part)) in rows:
                own = words(last(part))  # `handlers/events.py`, where events are rows of a table
            part = above
        keys[unit] = ([word for word in own if word in known] or list(own) or [unit])[0]
    return keys


def _join_words(found: Candidates, packages: list[str]) -> None:
    """A word's group joins the package of that name."""
    for name in packages:
        for word in domain_words(last(name)):
            if word in found.groups and word != name:
                found.groups[name] += found.groups.pop(word)
                break


def label(survey: Survey, key: str, units: Collection[str]) -> str:
    """How a candidate is called: its dotted name; a word as the code spells it; `models` after its tables."""
    if "." not in key and key not in survey.units:
        return spoken(key, [unit for unit in units if unit not in survey.split] or units)
    if key in survey.split and last(key).islower() and domain_words(last(key)):
        return "_".join(domain_words(last(key)))
    if key in survey.split and words_apart(last(key)):  # `models.FactBilling` is fact_billing
        return f"{key.rpartition('.')[0]}.{_snake(key)}"
    if last(key) in DATA_LAYERS:
        own = [table for unit in units for table in survey.units[unit].tables]
        heads = Counter(_head(table) for table in own)
        head, count = min(heads.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0))
        everywhere = sum(_head(table) == head for table in survey.tables)
        if head and 2 * count > len(own) and 3 * (everywhere - count) < count:
            return head
    return re.sub(r"(?<=\w)_services?\Z", "", key)


def _snake(name: str) -> str:
    """`shop.models.OrderLine` is order_line."""
    return "_".join(words_apart(last(name)))


def _head(table: str) -> str:
    """`table:wagtailcore_page` -> `wagtailcore`; "" for one word."""
    head, _, rest = table.partition(":")[2].partition("_")
    return head if rest else ""
