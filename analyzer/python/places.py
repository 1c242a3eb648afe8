"""Where names lie: modules by their dotted names, variables followed through imports."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.facts import FileFacts, Import
from .names import FileNames


class Places:
    """All files of the project by module, with the names that each binds.

    `modules` maps the name of a module to its path, `names` a path to what its file binds.
    """

    def __init__(self, files: Mapping[str, FileFacts], modules: Mapping[str, str]) -> None:
        self.modules = {name: path for path, name in modules.items()}
        self.names = {path: FileNames(path, modules[path], files[path]) for path in sorted(modules)}

    def absolute(self, names: FileNames, module: str) -> str:
        """A module's dotted name without leading dots."""
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
