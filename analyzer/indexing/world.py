"""All files' facts, joined: what frameworks ask while they link (`World` of the protocols)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from ..graph.roles import role_of
from ..model.boundary import Project
from ..model.facts import Binding, Call, Fact, FileFacts
from ..model.world import ClassInfo, Passed, RowUse, Symbol
from ..plugins import plugins
from ..project.sources import Sources
from ..python.flow.code import load_places, position
from ..python.flow.solve import Solution
from ..python.loaders import Loaders
from ..python.module_names import module_names
from ..python.resolve import Resolver
from .packing import Later
from .programs import programs
from .solutions import Packed, solving
from .store import Store


class LinkedWorld:
    """Implements `World` over facts by path."""

    def __init__(
        self,
        files: Mapping[str, FileFacts],
        sources: Sources,
        project: Project,
        store: Store | None = None,
        workers: int | None = 1,
    ) -> None:
        self.project = project
        self.diagnostics = sources.diagnostics
        self.files = {path: files[path] for path in sorted(files)}
        self._module_of = module_names(self.files, sources.markers, project.roots, sources.package)
        self.modules = {name: path for path, name in sorted(self._module_of.items())}
        self.packages = frozenset(name.partition(".")[0] for name in self.modules)
        """What names of the project's own begin with."""
        loaders = Loaders(project.loaders)
        self.resolver = Resolver(self.files, self._module_of, loaders)
        self.classes: Mapping[str, ClassInfo] = self.resolver.members.classes
        self._calls: dict[str, list[tuple[Call, Symbol | None]]] = {}
        self._scope_ids: dict[tuple[str, str], str] = {}
        for plugin in plugins("analyzer.frameworks", "framework"):
            loaders.labels.update(plugin.labels(self))
            loaders.offers.update(plugin.offers(self))
        for plugin in plugins("analyzer.frameworks", "framework"):
            for handed in plugin.hands(self):
                self.resolver.parameters.add(handed)

        self.rows = {
            plugin.name: list(plugin.rows(self)) for plugin in plugins("analyzer.frameworks", "framework")
        }
        """Which classes are kept in tables, by framework."""
        self._told = {
            (name, path): said
            for rows in self.rows.values()
            for row in rows
            for path, said in row.told
            for name in (row.name, *row.given_by)
        }
        self._solution = self._solving(store, workers)

    @cached_property
    def flow(self) -> Solution:
        """What is called by the values that flow through the application, its tests apart: waited for.

        What tests hand in (fakes, odd values) is not what the application runs on, and there is a lot of it.
        """
        return self._solution()

    def _application(self) -> set[str]:
        """The files of the application: also those named like tests, where it imports them itself."""
        names, modules = self.resolver.names, self.resolver.modules
        found = {path for path in names if not self.is_test(path)}
        waiting = [path for path in found if role_of(path) == "code"]
        while waiting:
            path = waiting.pop()
            for item in self.files[path].imports:
                module = self.resolver.places.absolute(names[path], item.module)
                for name in (module, f"{module}.{item.attribute}"):
                    imported = modules.get(name)
                    if imported in names and imported not in found:
                        found.add(imported)
                        waiting.append(imported)
        return found

    def _solving(self, store: Store | None, workers: int | None) -> Callable[[], Solution]:
        application = self._application()
        rows = [row for rows in self.rows.values() for row in rows]
        return solving(
            store,
            (
                Packed(
                    path,
                    names.module,
                    path.endswith("__init__.py"),
                    self.files[path].code,
                    names.exports,
                )
                for path, names in self.resolver.names.items()
                if self.files[path].code and path in application
            ),
            {
                rule.call: rule.result
                for plugin in plugins("analyzer.frameworks", "framework")
                for rule in plugin.types()
            },
            self.resolver.loaded,
            rows,
            programs(self, application, rows),
            workers,
        )

    def row_uses(self, path: str) -> Sequence[RowUse]:
        uses = self.flow.uses.get(path, ())
        places = self.places(path) if uses else ()
        placed = ((use, position(places[use.line])) for use in uses)
        return [use._replace(line=line, column=column) for use, (line, column) in placed]

    def passed(self, path: str) -> Sequence[Passed]:
        return self.flow.passed.get(path, ())

    def places(self, path: str) -> Sequence[int]:
        """The positions of what the code of a file does (see `flow/code.py`)."""
        return load_places(self.files[path].places)

    def module_of(self, path: str) -> str:
        return self._module_of.get(path, "")

    def facts(self, framework: str) -> Iterator[tuple[str, Fact]]:
        for path, facts in self._with_facts.get(framework, ()):
            for fact in facts:
                yield path, fact

    @cached_property
    def _with_facts(self) -> dict[str, list[tuple[str, Sequence[Fact]]]]:
        """(path, facts) of the files in which each framework saw something."""
        found: dict[str, list[tuple[str, Sequence[Fact]]]] = {}
        for path, file in self.files.items():
            for framework, facts in file.facts.items():
                found.setdefault(framework, []).append((path, facts))
        return found

    def let_go(self, framework: str) -> None:
        """A framework has been linked: its facts are packed until somebody asks for them again."""
        for _, facts in self._with_facts.get(framework, ()):
            if isinstance(facts, Later):
                facts.let_go()

    def close(self) -> None:
        """Lets go of what was found of the files; nobody may ask anything afterwards."""
        vars(self.resolver).clear()
        vars(self).clear()

    def scope_id(self, path: str, scope: str) -> str:
        known = self._scope_ids.get((path, scope))
        if known is None:
            known = self._scope_ids[path, scope] = self._scope_id(path, scope)
        return known

    def _scope_id(self, path: str, scope: str) -> str:
        names = self.resolver.names.get(path)
        if names is None:
            return f"script:{path}"
        while scope:
            definition = names.definitions.get(scope)
            if definition is not None and definition.kind == "function":
                return f"function:{names.module}.{scope}"
            scope = scope.rpartition(".")[0] if definition is None or definition.kind == "class" else ""
        return f"module:{names.module}"

    def resolve(self, path: str, scope: str, expression: str) -> Symbol | None:
        return self.resolver.resolve(path, scope, expression) if path in self.resolver.names else None

    def locate(self, path: str, scope: str, code: str) -> tuple[str, str]:
        return self.resolver.places.locate(path, scope, code) if path in self.resolver.names else ("", "")

    def ancestors(self, name: str) -> Sequence[Symbol]:
        return self.resolver.members.ancestors(name)

    def member(self, class_name: str, attribute: str) -> Symbol | None:
        return self.resolver.members.member(class_name, attribute)

    def binding(self, path: str, scope: str, name: str) -> Binding | None:
        names = self.resolver.names.get(path)
        found = names.bindings.get((scope, name)) if names is not None else None
        return found[-1] if found else None

    def calls(self, path: str) -> Sequence[tuple[Call, Symbol | None]]:
        if path not in self._calls:
            self._calls[path] = [
                (call, self.resolver.resolve(path, call.scope, call.target))
                for call in self.files[path].calls
            ]
        return self._calls[path]

    def told_of(self, name: str, path: str) -> str:
        told: Mapping[tuple[str, str], str] = vars(self).get("_told", {})  # rows are asked for first
        return told.get((name.removesuffix("()"), path), "")

    def is_test(self, path: str) -> bool:
        return role_of(path) == "test"
