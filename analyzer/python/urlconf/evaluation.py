"""Trees of URL patterns -> the patterns with what stands at their ends, through all files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from ...model.facts import Json
from ...model.world import Symbol, World
from ..conditions import Conditions, opposite
from .admin import Registry, is_site
from .called import URLS, Called
from .enrolment import Enrolment
from .handing import Handing, under_flags
from .holders import Holders
from .leaves import PATTERNS, Entries, Key, Leaf, plain, suffixed, under, within
from .objects import Objects
from .plugins import Installed, references
from .reading import RESULT
from .standing import At, Handed
from .texts import Texts
from .trees import Tree

_NESTED = 60
_MOST = 20_000
"""Patterns of one list; more are not followed."""


class Evaluation:
    """Evaluates trees, each once for each class of `self`; `below` says which lists each one leads to."""

    def __init__(self, world: World, trees: dict[Key, Tree], framework: str) -> None:
        self._world, self._trees, self._holders = world, trees, Holders(world, trees, framework)
        self.objects, self._texts = Objects(world, framework), Texts(world)
        self._admin, self._conditions = Registry(world, framework), Conditions(world)
        self._calls, self._installed = Called(world, self._holders, self.objects), Installed(world, framework)
        self._enrolment = Enrolment(world, framework)
        self._handing = Handing(world, self._holders, self.objects, self._texts, framework)
        self._memo: dict[tuple[Key, str], Entries] = {}
        self._running: list[Key] = []
        self._unshared = 0
        self.below: dict[Key, set[Key]] = {}
        self._spaces = {p: str(f.data["name"]) for p, f in world.facts(framework) if f.kind == "space"}
        self._added: dict[Key, list[Key]] = {}
        for key in sorted(trees):
            target = self._holders.elsewhere(key)
            if target is not None:
                self._added.setdefault(target, []).append(key)

    def entries(
        self,
        key: Key,
        receiver: str = "",
        given: tuple[tuple[str, Entries], ...] = (),
        handed: Mapping[str, Handed] = {},
        flags: Mapping[str, bool] = {},
    ) -> Entries:
        """(text, leaf) of the patterns of a variable or a function's result."""
        if self._running:
            self.below.setdefault(self._running[-1], set()).add(key)
        memo, alike = (key, receiver), not given and not handed and not flags
        if alike and memo in self._memo:
            return self._memo[memo]
        self._unshared += not alike
        if len(self._running) > _NESTED or (not alike and (key in self._running or self._unshared > _MOST)):
            return ()
        if alike:
            self._memo[memo] = ()  # what includes itself ends here
        self._running.append(key)
        at = At(key[0], key[1], receiver, given, handed=handed, flags=flags)
        try:
            found = list(self._starred(key))
            for item in self._evaluate(self._trees.get(key, ["nothing"]), at):
                if len(found) >= _MOST:
                    break
                found.append(item)
            for other in self._added.get(key, ()):
                found += self.entries(other, receiver)
        finally:
            self._running.pop()
        if alike:
            self._memo[memo] = tuple(found)
        return tuple(found)

    def _starred(self, key: Key) -> Iterator[tuple[str, Leaf]]:
        """Patterns that came by `from .base import *`, or by their name, and may have been added to."""
        path, scope, name = key
        if scope or name == RESULT:
            return
        for item in self._world.files[path].imports:
            if item.scope == "" and (item.attribute == "*" or item.name == name):
                other = self._holders.imported(path, item.module, item.attribute if item.name else name)
                if other is not None and other in self._trees and other != key:
                    yield from self.entries(other)

    # Trees ----------------------------------------------------------------------------------------

    def _evaluate(self, tree: Tree, at: At) -> Iterator[tuple[str, Leaf]]:
        kind = tree[0]
        if kind == "list":
            for inner in tree[1]:
                yield from self._evaluate(inner, at)
        elif kind == "prefix":
            for text, leaf in self._evaluate(tree[2], at):
                yield f"{tree[1]}{text}", leaf.below("unknown", str(tree[1]))
        elif kind == "suffixed":
            yield from suffixed(str(tree[1]), self._evaluate(tree[2], at))
        elif kind == "unless":
            when = self._conditions.of(at.path, tree[1], tree[2])
            yield from under(opposite(when), self._evaluate(tree[3], at))
        elif kind == "space":
            name, named = self._space(tree[1], at), tree[2][0] in ("ref", "module")
            inner = self._evaluate(tree[2], at._replace(named=bool(name) and named))
            yield from within(name, inner)
        elif kind == "path":
            yield from under(self._when(tree[6:8], at), self._path(tree, at))
        elif kind == "module":
            yield from under(self._when(tree[2:4], at), self._module(str(tree[1]), tree, at))
        elif kind == "ref":
            found = self._reference(str(tree[1]), str(tree[2]), tree[3], tree[4], at)
            yield from under(self._when(tree[3:5], at), found)
        elif kind in ("call", "apps"):
            found = self._call(tree, at) if kind == "call" else self._apps(tree, at)
            yield from under(self._when(tree[4:6], at), found)

    def _apps(self, tree: Tree, at: At) -> Iterator[tuple[str, Leaf]]:
        """A tree once for each application of the project; what libraries' applications add is not known."""
        for modules in self._installed.modules(tree[1], tree[2]):
            given = dict(at.given)
            for variable in tree[2]:
                path = self._world.modules.get(modules.get(variable, ""))
                for code in references(tree[3], variable):
                    name = code.removeprefix(f"{variable}.")
                    given[code] = self.entries((path, "", name)) if path is not None else ()
            yield from self._evaluate(tree[3], at._replace(given=tuple(given.items())))
        yield (
            "",
            Leaf("unknown", at.path, at.scope, tree[4], tree[5], "patterns of applications of libraries"),
        )

    def _when(self, place: Sequence[Json], at: At) -> str:
        """The condition under which code runs."""
        return under_flags(self._conditions.of(at.path, place[0], place[1]), at.flags)

    def _path(self, tree: Tree, at: At) -> Iterator[tuple[str, Leaf]]:
        _, written, shown, regex, target, name, line, column = tree
        text, whole = (written, True) if isinstance(written, str) else self._text(written, at, target)
        if not whole:
            kind = "unknown" if text is None else "text"  # what has one is a pattern below
            yield "", Leaf(kind, at.path, at.scope, line, column, str(shown))
        if text is None:
            return
        piece = ("regex" if regex else "path") if whole else "unknown", text
        text = plain(text) if regex else text
        innermost = target
        while innermost[0] == "view" and innermost[3][0] == "view":
            innermost = innermost[3]
        if innermost[0] == "view" and innermost[1] in at.handed:  # a project's own `path()`
            _, target, at = at.handed[innermost[1]]
        if target[0] != "view":
            for inner, leaf in self._evaluate(target, at):
                yield f"{text}{inner}", leaf.below(*piece)
            return
        code, expression = str(target[1]), str(target[2])
        held = re.fullmatch(r"[\w.]+", code) and self._holders.variable(at.path, at.scope, at.receiver, code)
        if held or (URLS.search(expression) and self._view_symbol(at, expression) is None):
            for inner, leaf in self._reference(code, expression, line, column, at):
                yield f"{text}{inner}", leaf.below(*piece)
            return
        called = name if isinstance(name, str) else self._text(name, at, target)[0] or ""
        yield text, self._view(target, at, called, line, column).below(*piece)

    def _text(self, parts: Sequence[Json], at: At, target: Tree) -> tuple[str | None, bool]:
        return self._handing.text(parts, at, target[0] != "view")

    def _view_symbol(self, at: At, expression: str) -> Symbol | None:
        found = self.objects.symbol(at.path, at.scope, expression, at.receiver)
        return (
            found
            if found is not None and found.kind == "function" and not found.name.endswith("urls")
            else None
        )

    def _view(self, target: Tree, at: At, name: str, line: int, column: int) -> Leaf:
        mapping = target[4]
        pairs = None if mapping is None else tuple(sorted((str(k), str(v)) for k, v in mapping.items()))
        codes: list[str] = []
        inner: Json = target
        while inner and inner[0] == "view":  # the innermost one is what answers
            codes.append(self._handing.view(inner, at) or str(inner[2]) or str(inner[1]))
            pairs = pairs if inner[4] is None else tuple(sorted(inner[4].items()))
            inner = inner[3]
        return Leaf(
            "view", at.path, at.scope, line, column, str(target[1]), str(target[2]),
            "\n".join(reversed(codes)), name, at.receiver, pairs,
        )  # fmt: skip

    def _module(self, name: str, tree: Tree, at: At) -> Iterator[tuple[str, Leaf]]:
        path = self._world.modules.get(name)
        if path is not None:
            space = "" if at.named else self._spaces.get(path, "")
            yield from within(space, self.entries((path, "", PATTERNS)))
            return
        module, _, variable = name.rpartition(".")
        owner = self._world.modules.get(module)
        if owner is not None and (owner, "", variable) in self._trees:
            yield from self.entries((owner, "", variable))
            return
        text = self._world.project.values.get(name, "")
        leaf = Leaf("module", at.path, at.scope, tree[2], tree[3], name)
        yield text, leaf.below("path", text) if text else leaf

    def _reference(
        self, code: str, expression: str, line: int, column: int, at: At
    ) -> Iterator[tuple[str, Leaf]]:
        given = dict(at.given)
        if code in given:
            yield from given[code]
            return
        key = self._holders.variable(at.path, at.scope, at.receiver, code)
        if key is not None:
            receiver = at.receiver if key[1] else ""
            here = bool(key[1]) and key[:2] == (at.path, at.scope)  # a variable of this very function
            entries = self.entries(key, receiver, *((at.given, at.handed, at.flags) if here else ()))
            yield from self._bare(entries, key, receiver) if at.named else entries
            return
        found = URLS.search(expression)
        if found is not None:
            yield from self._object(code, expression[: found.start()], found[0], line, column, at)
            return
        symbol = self.objects.symbol(at.path, at.scope, expression, at.receiver)
        if symbol is not None and symbol.kind == "module":
            yield from self._module(symbol.name, ["module", symbol.name, line, column], at)
        elif code != "self" and code not in self._holders.parameters(at.path, at.scope):
            yield "", Leaf("unknown", at.path, at.scope, line, column, code)

    def _object(
        self, code: str, expression: str, ending: str, line: int, column: int, at: At
    ) -> Iterator[tuple[str, Leaf]]:
        """`x.urls`: the patterns of a module, or what the property `urls` of an object gives."""
        symbol = self.objects.symbol(at.path, at.scope, expression, at.receiver)
        if symbol is not None and symbol.kind == "module":
            inner = f"{symbol.name}.urls"
            yield from self._module(inner if inner in self._world.modules else symbol.name,
                                    ["module", symbol.name, line, column], at)  # fmt: skip
            return
        owner = self.objects.class_of(at.path, at.scope, expression, at.receiver)
        if owner is not None and owner.kind == "class" and not self._holders.is_router(owner):
            key = self._holders.method(self._world.ancestors(owner.name), "urls")
            if key is not None:
                entries = self.entries(key, owner.name)
                yield from self._bare(entries, key, owner.name) if ending.endswith("]") else entries
                return
        named = URLS.sub("", code)
        name = owner.name if owner is not None else ""
        kind = "api" if self._holders.is_api(owner) else "object"
        kind = "router" if self._holders.is_router(owner) else kind
        leaf = Leaf(kind, at.path, at.scope, line, column, named, expression, ending, "", name)
        if is_site(owner, tuple(self._world.ancestors(name))):
            yield from self._site(leaf, name)
        else:
            yield "", leaf

    def _space(self, name: Json, at: At) -> str:
        """A namespace: as it is written, or what an attribute of `self` holds."""
        if isinstance(name, str):
            return name
        attribute = str(name[1]).removeprefix("self.")
        kin = self._world.ancestors(at.receiver) if at.receiver else ()
        return self._texts.attribute((symbol.name for symbol in kin), attribute)

    def _bare(self, entries: Entries, key: Key, receiver: str) -> Iterator[tuple[str, Leaf]]:
        """Patterns without the namespace that stands beside them in a tuple: `app.urls[0]`."""
        tree = self._trees.get(key, ["nothing"])
        at = At(key[0], key[1], receiver, ())
        space = f"{self._space(tree[1], at)}:" if tree[0] == "space" else ""
        for text, leaf in entries:
            yield text, leaf._replace(space=leaf.space.removeprefix(space))

    def _site(self, leaf: Leaf, site: str) -> Iterator[tuple[str, Leaf]]:
        """A site of Django's admin: patterns of the project's own classes, then those that Django makes."""
        classes = [("", site), *((f"{item.text}/", item.shown_by) for item in self._admin.registered)]
        for prefix, name in classes:
            key = self._holders.method(self._world.ancestors(name), "get_urls")
            for text, inner in self.entries(key, name) if key is not None else ():
                below = inner.below("path", prefix) if prefix else inner
                yield f"{prefix}{text}", below._replace(space=f"admin:{inner.space}")
        yield from self._admin.pages(leaf, site)

    def _call(self, tree: Tree, at: At) -> Iterator[tuple[str, Leaf]]:
        """What a function of the project gives; another one may do with its patterns what it likes."""
        _, code, expression, trees, line, column, handed, constants = tree
        told = ((place, inner) for place, inner in enumerate(trees) if self._calls.tells(inner, at))
        given = {place: tuple(self._evaluate(inner, at)) for place, inner in told}
        found = self._calls.function(str(expression), at)
        if found is not None and self._enrolment.makes(found[0]):
            self.below.setdefault(self._running[-1], set()).add(found[0])
            yield from self._enrolment.patterns(found[0], constants, at)
        elif found is not None:
            key, receiver = found
            held = self._handing.given(key, receiver, handed, constants, at)
            taken = self._holders.taken(key, bool(receiver), given)
            yield from self.entries(key, receiver, taken, held.handed, held.flags)
        elif given or not self._calls.is_quiet(str(code)):
            above = self._calls.above(str(expression), at)
            yield "", Leaf("super" if above else "unknown", at.path, at.scope, line, column, f"{code}()",
                           receiver=above or at.receiver)  # fmt: skip
            for text, leaf in chain.from_iterable(given.values()):
                yield text, leaf.below("unknown", "")
