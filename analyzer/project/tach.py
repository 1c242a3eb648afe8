"""The modules, dependencies and interfaces that tach holds: `tach.toml`, and `tach.yml` of older versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml  # type: ignore[import-untyped]

from ..model.boundary import Boundary, Service, Shared
from .taken_over import NAME, TakenOver, names_of, words

_NEVER_READ = (
    ".*__pycache__",
    ".*egg-info",
    "**/*__pycache__",
    "**/*egg-info",
    "**/__pycache__",
    "**/*.egg-info",
)
"""What tach writes into each file, and nobody reads anyway."""
_HERE = (".", "./", "")


class _NoAliases(yaml.SafeLoader):  # type: ignore[misc]
    """Anchors repeat what they name: ten lines of them are a billion words."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuses them; tach writes none."""
        if self.check_event(yaml.AliasEvent):
            raise ValueError(f"line {self.peek_event().start_mark.line + 1}: aliases are not read")
        return super().compose_node(parent, index)


def read_yaml(text: str) -> Mapping[str, Any]:
    """The document. Raises ValueError for what is none, TypeError for one that is no mapping."""
    try:
        document = yaml.load(text, Loader=_NoAliases)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ValueError(f"{line}{error.problem}") from error
    except yaml.YAMLError as error:
        raise ValueError("it is no YAML") from error
    if not isinstance(document, Mapping):
        raise TypeError
    return document


def from_tach(document: Mapping[str, Any], *, regex: bool = False) -> TakenOver:
    """The boundary that it describes; `regex`: what is excluded is written as regular expressions."""
    found = _Modules()
    for module in document.get("modules") or document.get("constraints") or ():
        found.add(module)
    for interface in document.get("interfaces") or ():
        found.interface(interface)
    exclude = []
    for pattern in words(document.get("exclude", ())):
        if (regex or document.get("use_regex_matching")) and not re.fullmatch(r"[\w/-]+", pattern):
            if pattern not in _NEVER_READ:
                found.left.append(f"the exclusion {pattern}, a regular expression")
        elif pattern not in _NEVER_READ:
            exclude.append(pattern)
    roots = words(document.get("source_roots") or document.get("source_root") or ())
    return TakenOver(
        Boundary(services=tuple(found.services()), shared=Shared(tuple(found.kernel))),
        tuple(exclude),
        tuple(dict.fromkeys(found.left)),
        tuple(root for root in roots if root not in _HERE) and tuple(root or "." for root in roots),
    )


class _Modules:
    """What is agreed on each module, by its path."""

    def __init__(self) -> None:
        self.used: dict[str, list[str] | None] = {}
        self.barred: dict[str, list[str]] = {}
        self.seen_by: dict[str, list[str]] = {}
        self.public: dict[str, list[str]] = {}
        self.kernel: list[str] = []
        self.left: list[str] = []

    def add(self, module: Mapping[str, Any]) -> None:
        """An entry of `modules`; `constraints` and `tag` are what the first versions called it."""
        for path in words(module.get("paths") or module.get("path") or module.get("tag", "")):
            if not NAME.fullmatch(path):
                self.left.append(f"the module {path}")
            elif module.get("utility"):
                self.kernel.append(path)
            else:
                wanted = module.get("depends_on")
                self.used[path] = None if wanted is None else _paths(wanted)
                self.barred[path] = _paths(module.get("cannot_depend_on") or ())
                if module.get("visibility") is not None:
                    self.seen_by[path] = words(module["visibility"])
        if module.get("layer"):
            self.left.append(f"the layer of {module.get('path', 'some modules')}")

    def interface(self, interface: Mapping[str, Any]) -> None:
        """An entry of `interfaces`: without `from` it is one of every module."""
        for path in words(interface.get("from") or list(self.used)):
            for name in words(interface.get("expose", ())):
                if path in self.used and NAME.fullmatch(name):
                    self.public.setdefault(path, []).append(f"{path}.{name}")
                else:
                    self.left.append(f"the interface of {path}, {name}")
        if interface.get("visibility"):
            self.left.append(
                f"the visibility of the interface {', '.join(words(interface.get('expose', ())))}"
            )

    def services(self) -> Iterable[Service]:
        """A service for each module that is no utility."""
        names = names_of(self.used)
        for path, wanted in self.used.items():
            barred = {path, *self.barred[path]}
            if wanted is None and self.barred[path]:
                wanted = list(self.used)
            uses = None
            if wanted is not None:
                uses = tuple(sorted({names[each] for each in wanted if each in names and each not in barred}))
            callers = {names[each]: ("*",) for each in self.seen_by.get(path, ()) if each in names}
            if path in self.seen_by and "*" not in self.seen_by[path] and not callers:
                self.left.append(f"the visibility of {path}, which no module has")
            yield Service(
                name=names[path],
                modules=(path,),
                public=tuple(self.public.get(path, ())),
                may_use=uses,
                callers={} if "*" in self.seen_by.get(path, ()) else callers,
            )


def _paths(dependencies: Iterable[object]) -> list[str]:
    return [str(each.get("path", "")) if isinstance(each, Mapping) else str(each) for each in dependencies]
