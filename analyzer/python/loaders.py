"""Code that is found by strings: `import_module("a.b")`, `get_model("order", "Order")`.

Three kinds are understood: the standard library's and Django's own; those that the user taught in
`carveout.toml`; and, by convention, a call whose strings together name exactly one class, function or
module of the project.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from ..model.boundary import Loader
from ..model.world import Symbol
from .names import FileNames

MODULE_LOADERS = frozenset({"importlib.import_module", "__import__"})
OBJECT_LOADERS = frozenset(
    {
        "django.utils.module_loading.import_string",
        "werkzeug.utils.import_string",
        "pkgutil.resolve_name",
        "pydoc.locate",
    }
)
_LOADS_CODE = re.compile(r"(?:class|model|object|import|load)\w*\Z", re.IGNORECASE)
_LOGGER = re.compile(r"log(?:ger|ging)?\Z", re.IGNORECASE)
_LAZY = re.compile(r"(?:.*\.)?_?lazy_?(?:import|load|module)\w*\Z", re.IGNORECASE)
"""What stands for a module until it is needed: `requests = LazyImport("requests")`."""
_MODEL_LOADER = re.compile(r"(?:.*\.)?get_model\Z")


class Resolves(Protocol):
    """What loaders need to know of all files' names."""

    modules: dict[str, str]

    def module(self, name: str) -> Symbol:
        """The symbol of a module of the project, or of an external one."""

    def attribute(self, symbol: Symbol, attribute: str) -> Symbol | None:
        """What `symbol.attribute` means."""


class Loaders:
    """What strings load. `index` must be called before anything else."""

    def __init__(self, taught: Sequence[Loader]) -> None:
        self._taught = {loader.call: loader.target for loader in taught}
        self._by_suffix: dict[str, set[tuple[str, str]]] = {}
        self._packages: set[str] = set()
        self._models: dict[str, set[str]] = {}
        self.labels: dict[str, str] = {}
        """What frameworks call packages by: label -> package; calls that give a model -> its label."""
        self.offers: dict[str, Sequence[str]] = {}
        """What groups of entry points name: group -> `module:object`."""

    def index(self, names: Mapping[str, FileNames]) -> None:
        """Prepares look-ups by the last two parts of dotted names, and namespace packages."""
        for file in names.values():
            self._add(file.module, "module")
            module = file.module
            while "." in module:
                module = module.rpartition(".")[0]
                self._packages.add(module)
            for name, definition in file.definitions.items():
                if "." not in name:
                    self._add(f"{file.module}.{name}", definition.kind)
                    if definition.kind == "class" and definition.bases:  # a model has some
                        self._models.setdefault(name.lower(), set()).add(f"{file.module}.{name}")

    def _add(self, name: str, kind: str) -> None:
        self._by_suffix.setdefault(".".join(name.split(".")[-2:]), set()).add((name, kind))

    def is_package(self, name: str) -> bool:
        """Whether modules lie below that name (namespace packages have no file of their own)."""
        return name in self._packages

    def load(self, resolver: Resolves, symbol: Symbol, strings: Sequence[str]) -> Symbol | None:
        """What `symbol(*strings)` gives, or None when that is no loader or the strings name nothing."""
        name = symbol.name
        if name in MODULE_LOADERS:
            return self._module(resolver, strings)
        if name in OBJECT_LOADERS:
            return self.dotted(resolver, strings[0])
        for call, target in self._taught.items():
            if (
                name == call
                or name.endswith(f".{call}")
                or call.rpartition(".")[2] == name.rpartition(".")[2]
            ):
                try:
                    found = self.dotted(resolver, target.format(*strings))
                except (IndexError, KeyError, ValueError):
                    found = None
                if found is not None or name == call:
                    return found  # what only bears the same last name may be another loader
        if _MODEL_LOADER.match(name):
            return self._model(strings)
        if _LAZY.match(name):
            return resolver.module(strings[-1])._replace(evident=False, via="convention")
        if symbol.kind != "function" and not _LOADS_CODE.search(name):
            return None  # `logging.getLogger("shop.pay")` names a logger
        if _LOGGER.search(name):
            return None
        if len(strings) > 2 or (len(strings) == 2 and name.endswith("es")):
            return Symbol("loaded", "|".join(strings))
        return self._by_convention(resolver, ".".join(strings))

    def _module(self, resolver: Resolves, strings: Sequence[str]) -> Symbol | None:
        """What `import_module(".orders", "shop")` gives."""
        relative = strings[0].startswith(".")
        if relative and (len(strings) < 2 or strings[0].startswith("..")):
            return None
        return resolver.module(strings[1] + strings[0] if relative else strings[0])

    def given(self, call: str) -> Symbol | None:
        """The class that a call of a library gives by a setting: `get_user_model()`."""
        named = self.labels.get(call, "")
        return self._model([named]) if named else None

    def item(self, resolver: Resolves, symbol: Symbol, index: int) -> Symbol | None:
        """One of several names that were loaded together: the first string is their module."""
        module, *names = symbol.name.split("|")
        if symbol.kind != "loaded" or index >= len(names):
            return None
        return self._unique(resolver, f"{module}.{names[index]}")

    def dotted(self, resolver: Resolves, name: str) -> Symbol | None:
        """The symbol of an absolute dotted name (`a.b.C` or `a.b:C`)."""
        name = name.replace(":", ".")
        module = name
        rest: list[str] = []
        while module and module not in resolver.modules:
            module, _, last = module.rpartition(".")
            rest.insert(0, last)
        symbol: Symbol | None = Symbol("module", module) if module else None
        for part in rest:
            symbol = resolver.attribute(symbol, part) if symbol is not None else None
        return symbol

    def _by_convention(self, resolver: Resolves, name: str) -> Symbol | None:
        if "." not in name:
            return None
        found = self.dotted(resolver, name)
        known = found._replace(evident=False, via="convention") if found is not None else None
        return known or self._unique(resolver, name)

    def _unique(self, resolver: Resolves, name: str) -> Symbol | None:
        """What alone ends with that name: a definition, else a variable of the one module that fits."""
        found = self._ending(name)
        if len(found) == 1:
            return Symbol(found[0][1], found[0][0], False, "convention")
        module, _, last = name.rpartition(".")
        modules = (
            [row[0] for row in self._ending(module) if row[1] == "module"] if not found and module else []
        )
        symbols = [resolver.attribute(Symbol("module", owner), last) for owner in modules]
        known = [symbol for symbol in symbols if symbol is not None]
        return known[0]._replace(evident=False, via="convention") if len(known) == 1 else None

    def _ending(self, name: str) -> list[tuple[str, str]]:
        candidates = self._by_suffix.get(".".join(name.split(".")[-2:]), set())
        return sorted(c for c in candidates if c[0] == name or c[0].endswith(f".{name}"))

    def _model(self, strings: Sequence[str]) -> Symbol | None:
        """`get_model("app", "Model")` or `get_model("app.Model")`: by the app's label, else by the folder's
        name, if unique."""
        app, _, model = ".".join(strings).rpartition(".")
        named = self._models.get(model.lower(), ())  # Django does not mind the case of models
        candidates = sorted(c for c in named if c.endswith(f".{model}")) or sorted(named)
        package = self.labels.get(app)
        labelled = [c for c in candidates if package and c.startswith(f"{package}.")]
        own = [c for c in labelled if ".models" in c] or labelled
        own = (
            own
            or [c for c in candidates if app and f".{app}." in f".{c}" and ".models" in c]
            or [c for c in candidates if app and f".{app}." in f".{c}"]
        )
        return Symbol("class", own[0], False, "convention") if len(own) == 1 else None
