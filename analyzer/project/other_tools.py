"""What a project agreed on with another tool, as a boundary: import-linter's contracts, tach's modules.

Only what both sides mean alike is taken over; what is not is named, so that a person decides.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..model.boundary import Boundary, Service, Shared
from ..model.errors import CarveoutError, UsageError
from ..model.evidence import Place

_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_LARGEST = 3_000_000


class TakenOver(NamedTuple):
    """A boundary, the paths that are not read, and sentences about what could not be taken over."""

    boundary: Boundary
    exclude: tuple[str, ...]
    left: tuple[str, ...]


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
            return _tach(tomllib.loads(text))
        if path.name in (".importlinter", "setup.cfg"):
            return _import_linter(*_sections(text))
        if path.name == "pyproject.toml":
            found = tomllib.loads(text).get("tool", {}).get("importlinter")
            if found is not None:
                return _import_linter(found, found.get("contracts", ()))
    except (tomllib.TOMLDecodeError, configparser.Error, RecursionError) as error:
        what = str(error).partition("\n")[0]
        raise CarveoutError(f"cannot be understood: {what}", place=Place(path.name)) from error
    except (AttributeError, TypeError) as error:
        raise CarveoutError(
            "does not have the form that its tool asks for", place=Place(path.name)
        ) from error
    raise UsageError(
        f"{path.name} is no file of a tool that is known here",
        help="--from .importlinter, setup.cfg, pyproject.toml (import-linter) or tach.toml",
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


def _words(value: object) -> list[str]:
    """The elements of a list, whatever it is written as; comments and blank ones are none."""
    items = [value] if isinstance(value, str) else list(value) if isinstance(value, Iterable) else []
    texts = (str(item).partition("#")[0].strip() for item in items)
    return [text for text in texts if text]


def _import_linter(settings: Mapping[str, Any], contracts: Iterable[Mapping[str, Any]]) -> TakenOver:
    roots = {*_words(settings.get("root_package", "")), *_words(settings.get("root_packages", ()))}
    modules: dict[str, None] = {}
    barred: set[tuple[str, str]] = set()
    outside: dict[str, list[str]] = {}
    left: list[str] = []
    for contract in contracts:
        title = str(contract.get("name", "a contract"))
        pairs = list(_pairs(contract))
        if contract.get("type") not in ("independence", "layers", "forbidden"):
            left.append(f'"{title}" is of type {contract.get("type")}')
        if _words(contract.get("ignore_imports", ())):
            left.append(f'"{title}" has ignore_imports: carveout baseline create accepts what there is')
        for source, target in pairs:
            odd = [name for name in (source, target) if not _NAME.fullmatch(name)]
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
    names = _names(modules)
    services = tuple(
        Service(
            name=names[module],
            modules=(module,),
            may_use=tuple(
                names[other] for other in modules if other != module and (module, other) not in barred
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
        modules = _words(contract.get("modules", ()))
        yield from ((a, b) for a in modules for b in modules if a != b)
    elif kind == "forbidden":
        targets = _words(contract.get("forbidden_modules", ()))
        yield from ((a, b) for a in _words(contract.get("source_modules", ())) for b in targets)
    elif kind == "layers":
        for container in _words(contract.get("containers", ())) or [""]:
            prefix = f"{container}." if container else ""
            above: list[str] = []
            for layer in _words(contract.get("layers", ())):
                here = [prefix + part.strip(" ()\n\t") for part in re.split("[|:]", layer)]
                yield from ((low, high) for low in here for high in above)
                if "|" in layer:
                    yield from ((a, b) for a in here for b in here if a != b)
                above += here


def _tach(document: Mapping[str, Any]) -> TakenOver:
    used: dict[str, list[str] | None] = {}
    kernel: list[str] = []
    left: list[str] = []
    for module in document.get("modules", ()):
        for path in _words(module.get("paths") or module.get("path", "")):
            if not _NAME.fullmatch(path):
                left.append(f"the module {path}")
            elif module.get("utility"):
                kernel.append(path)
            else:
                wanted = module.get("depends_on")
                used[path] = None if wanted is None else [_path(each) for each in wanted]
        if module.get("layer"):
            left.append(f"the layer of {module.get('path', 'some modules')}")
    names = _names(used)
    public: dict[str, list[str]] = {}
    for interface in document.get("interfaces", ()):
        for path in _words(interface.get("from", ())):
            for name in _words(interface.get("expose", ())):
                if path in used and _NAME.fullmatch(name):
                    public.setdefault(path, []).append(f"{path}.{name}")
                else:
                    left.append(f"the interface of {path}, {name}")
    services = tuple(
        Service(
            name=names[path],
            modules=(path,),
            public=tuple(public.get(path, ())),
            may_use=None if wanted is None else tuple(names[each] for each in wanted if each in names),
        )
        for path, wanted in used.items()
    )
    exclude = tuple(_words(document.get("exclude", ())))
    return TakenOver(
        Boundary(services=services, shared=Shared(tuple(kernel))), exclude, tuple(dict.fromkeys(left))
    )


def _path(dependency: object) -> str:
    return str(dependency.get("path", "")) if isinstance(dependency, Mapping) else str(dependency)


def _names(modules: Iterable[str]) -> dict[str, str]:
    """Names of services: the last word of the module's that is its own alone."""
    names: dict[str, str] = {}
    for module in modules:
        words = module.split(".")
        endings = ["-".join(words[start:]) for start in range(len(words) - 1, -1, -1)]
        names[module] = next((each for each in endings if each not in names.values()), "-".join(words))
    return names
