"""Where names lie: modules by their dotted names, variables followed through imports."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.facts import FileFacts, Import
from .exports import ALL
from .names import FileNames


class Places:
    """All files of the project by module, with the names that each binds.

    `modules` maps the name of a module to its path, `names` a path to what its file binds.
    """

    def __init__(self, files: Mapping[str, FileFacts], modules: Mapping[str, str]) -> None:
        self.modules = {name: path for path, name in modules.items()}
        self.names = {path: FileNames(path, modules[path], files[path]) for path in sorted(modules)}
        for names in self.names.values():
            names.exports = self._exports(names)

    def _exports(self, names: FileNames) -> frozenset[str] | None:
        """What a module lists in `__all__`; None without one, or where a part of it cannot be told."""
        found: set[str] = set()
        seen, stack = {names.path}, [names]
        while stack:
            here = stack.pop()
            if here.listed is None:
                return None
            for name in here.listed:
                if not name.endswith(ALL):
                    found.add(name)
                    continue
                path = self.modules.get(self.absolute(here, name.removesuffix(ALL)))
                if path is None:
                    return None
                if path not in seen:
                    seen.add(path)
                    stack.append(self.names[path])
        return frozenset(found)

    def absolute(self, names: FileNames, module: str) -> str:
        """A module's dotted name without leading dots; `?a` is the package's own `a` where it has one."""
        if module.startswith("?"):
            own = self.absolute(names, f".{module[1:]}")
            return own if own in self.modules else self.absolute(names, module[1:])
        level = len(module) - len(module.lstrip("."))
        if not level:
            return module
        base = names.package.split(".") if names.package else []
        base = base[: len(base) - (level - 1)] if level > 1 else base
        return ".".join([*base, module[level:]] if module[level:] else base)

    def locate(self, path: str, scope: str, code: str, depth: int = 10) -> tuple[str, str]:
        """(module, name) of the variable that dotted code names, followed through imports.

        What is not imported is taken to be the file's own. Names of other projects give ("", "").
        """
        names = self.names[path]
        head, _, rest = code.partition(".")
        for place in names.scopes(scope):
            item = names.imports.get((place, head))
            if item is not None:
                return self._located(names, item, rest, depth)
            if (place, head) in names.bindings:
                return names.module, f"{place}.{code}"
        item = names.imports.get(("", head))
        if item is not None and head not in names.definitions:
            return self._located(names, item, rest, depth)
        for star in names.stars if head not in names.definitions and ("", head) not in names.bindings else ():
            origin = self.modules.get(self.absolute(names, star), path)
            if origin != path and ("", head) in self.names[origin].bindings:
                return self.names[origin].module, code
        return names.module, code

    def _located(self, names: FileNames, item: Import, rest: str, depth: int) -> tuple[str, str]:
        module = self.absolute(names, item.module)
        if item.attribute == ".":
            module = module.partition(".")[0]
        dotted = ".".join(part for part in (module, item.attribute.strip("."), rest) if part)
        module = self._longest_module(dotted)
        if not module:
            return "", ""
        name, path = dotted[len(module) + 1 :], self.modules[module]
        if depth and name and path != names.path:
            return self.locate(path, "", name, depth - 1)
        return module, name

    def _longest_module(self, dotted: str) -> str:
        while dotted and dotted not in self.modules:
            dotted = dotted.rpartition(".")[0]
        return dotted
