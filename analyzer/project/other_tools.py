"""What a project agreed on with another tool, as a boundary: import-linter's contracts here, tach's modules.

Only what both sides mean alike is taken over; what is not is named, so that a person decides.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..model.boundary import Boundary, Service
from ..model.errors import CarveoutError, UsageError
from ..model.evidence import Place
from .tach import from_tach, read_yaml
from .taken_over import NAME, TakenOver, names_of, words

_LARGEST = 3_000_000


def take_over(path: Path) -> TakenOver:
    """The boundary that the file of another tool describes.

    Raises UsageError for a file that is none of these, CarveoutError for one that cannot be read.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST).decode("utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", help="name the file of the tool"
        ) from error
    except UnicodeDecodeError as error:
        raise CarveoutError("is not UTF-8", place=Place(path.name)) from error
    try:
        if path.name == "tach.toml":
            return from_tach(tomllib.loads(text))
        if path.name in ("tach.yml", "tach.yaml"):
            return from_tach(read_yaml(text), regex=True)
        if path.name in (".importlinter", "setup.cfg"):
            return _import_linter(*_sections(text))
        if path.name == "pyproject.toml":
            found = tomllib.loads(text).get("tool", {}).get("importlinter")
            if found is not None:
                return _import_linter(found, found.get("contracts", ()))
    except (tomllib.TOMLDecodeError, configparser.Error, ValueError, RecursionError) as error:
        what = str(error).partition("\n")[0]
        raise CarveoutError(f"cannot be understood: {what}", place=Place(path.name)) from error
    except (AttributeError, TypeError) as error:
        raise CarveoutError(
            "does not have the form that its tool asks for", place=Place(path.name)
        ) from error
    raise UsageError(
        f"{path.name} is no file of a tool that is known here",
        help="--from .importlinter, setup.cfg, pyproject.toml (import-linter), tach.toml or tach.yml",
    )


def _sections(text: str) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """The sections of an INI file, with the lists of words that several lines are."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    found: dict[str, dict[str, Any]] = {
        name: {key: value.split("\n") if "\n" in value.strip() else value for key, value in items.items()}
        for name, items in parser.items()
    }
    contracts: list[Mapping[str, Any]] = [
        table for name, table in found.items() if name.startswith("importlinter:contract:")
    ]
    return found.get("importlinter", {}), contracts


def _import_linter(settings: Mapping[str, Any], contracts: Iterable[Mapping[str, Any]]) -> TakenOver:
    roots = {*words(settings.get("root_package", "")), *words(settings.get("root_packages", ()))}
    modules: dict[str, None] = {}
    barred: set[tuple[str, str]] = set()
    outside: dict[str, list[str]] = {}
    left: list[str] = []
    for contract in contracts:
        title = str(contract.get("name", "a contract"))
        pairs = list(_pairs(contract))
        if contract.get("type") not in ("independence", "layers", "forbidden"):
            left.append(f'"{title}" is of type {contract.get("type")}')
        if words(contract.get("ignore_imports", ())):
            left.append(f'"{title}" has ignore_imports: carveout baseline create accepts what there is')
        for source, target in pairs:
            odd = [name for name in (source, target) if not NAME.fullmatch(name)]
            if odd:
                left.append(f'"{title}" names {odd[0]}')
            elif roots and target.partition(".")[0] not in roots:
                outside.setdefault(source, []).append(target)
                modules[source] = None
            else:
                modules.update(dict.fromkeys((source, target)))
                barred.add((source, target))
    # A contract about a package is one about all below it.
    barred = {(a, b) for x, y in barred for a in modules for b in modules if _within(a, x) and _within(b, y)}
    names = names_of(modules)
    services = tuple(
        Service(
            name=names[module],
            modules=(module,),
            may_use=tuple(
                sorted(names[other] for other in modules if other != module and (module, other) not in barred)
            ),
            may_not_import=tuple(
                dict.fromkeys(name for above in outside if _within(module, above) for name in outside[above])
            ),
        )
        for module in modules
    )
    return TakenOver(Boundary(services=services), (), tuple(dict.fromkeys(left)))


def _within(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"{package}.")


def _pairs(contract: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(importer, imported) of what a contract forbids."""
    kind = contract.get("type")
    if kind == "independence":
        modules = words(contract.get("modules", ()))
        yield from ((a, b) for a in modules for b in modules if a != b)
    elif kind == "forbidden":
        targets = words(contract.get("forbidden_modules", ()))
        yield from ((a, b) for a in words(contract.get("source_modules", ())) for b in targets)
    elif kind == "layers":
        for container in words(contract.get("containers", ())) or [""]:
            prefix = f"{container}." if container else ""
            above: list[str] = []
            for layer in words(contract.get("layers", ())):
                here = [prefix + part.strip(" ()\n\t") for part in re.split("[|:]", layer)]
                yield from ((low, high) for low in here for high in above)
                if "|" in layer:
                    yield from ((a, b) for a in here for b in here if a != b)
                above += here
