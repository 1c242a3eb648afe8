"""Whether the application uses a library, and whether something is of one."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..model.world import Symbol, World


def imports_any(world: World, packages: Iterable[str]) -> bool:
    """Whether code of the application imports one of these packages or modules, none its own."""
    wanted = {name for name in packages if name.partition(".")[0] not in world.modules}
    for path, file in world.files.items():
        for item in () if world.is_test(path) or not wanted else file.imports:
            name = f"{item.module}.{item.attribute}." if item.attribute else f"{item.module}."
            if any(name.startswith(f"{each}.") for each in wanted):
                return True
    return False


def is_of(world: World, symbol: Symbol | None, packages: Collection[str]) -> bool:
    """Whether something is of one of these packages, or of a class that inherits from them."""
    if symbol is None:
        return False
    if symbol.kind in ("class", "instance"):
        above = world.ancestors(symbol.name)
        return any(each.kind == "external" and is_of(world, each, packages) for each in above)
    return symbol.kind == "external" and symbol.name.partition(".")[0] in packages
