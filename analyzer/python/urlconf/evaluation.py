"""Trees of URL patterns -> the patterns with what stands at their ends, through all files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...model.facts import Json
from ...model.world import Symbol, World
from ..conditions import Conditions
from .admin import Registry, is_site
from .holders import Holders
from .leaves import PATTERNS, Entries, Key, Leaf, plain, under, within
from .objects import Objects
from .reading import RESULT
from .texts import Texts
from .trees import Tree

_NESTED = 60
_MOST = 20_000
"""Patterns of one list; more are not followed."""
_QUIET = frozenset({"static", "staticfiles_urlpatterns"})
"""Helpers that only serve files while developing."""
_URLS = re.compile(r"\.(?:urls|urlpatterns)(?:\[\d*\])?\Z")
_SUPER = re.compile(r"\{super ([^}]*)\}\.(\w+)\Z")


class _Handed(NamedTuple):
    """What a parameter holds: a text, or a view with where it stands."""

    text: str | None
    tree: Tree
    at: _At


class _At(NamedTuple):
    """Where a tree stands: its file and scope, the class of `self`, what parameters were handed."""

    path: str
    scope: str
    receiver: str
    given: tuple[tuple[str, Entries], ...]
    named: bool = False
    """Whether a namespace was given to what stands here, so that `app_name` does not count."""
    handed: Mapping[str, _Handed] = {}


class Evaluation:
    """Evaluates trees, each once for each class of `self`; `below` says which lists each one leads to."""

    def __init__(self, world: World, trees: dict[Key, Tree], framework: str) -> None:
        self._world, self._trees, self._holders = world, trees, Holders(world, trees)
        self.objects, self._texts = Objects(world, framework), Texts(world)
        self._admin, self._conditions = Registry(world, framework), Conditions(world)
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
        handed: Mapping[str, _Handed] = {},
    ) -> Entries:
        """(text, leaf) of the patterns of a variable or a function's result."""
        if self._running:
            self.below.setdefault(self._running[-1], set()).add(key)
        memo, alike = (key, receiver), not given and not handed
        if alike and memo in self._memo:
            return self._memo[memo]
        self._unshared += not alike
        if len(self._running) > _NESTED or (not alike and (key in self._running or self._unshared > _MOST)):
            return ()
        if alike:
            self._memo[memo] = ()  # what includes itself ends here
        self._running.append(key)
        at = _At(key[0], key[1], receiver, given, handed=handed)
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

    def _evaluate(self, tree: Tree, at: _At) -> Iterator[tuple[str, Leaf]]:
        kind = tree[0]
        if kind == "list":
            for inner in tree[1]:
                yield from self._evaluate(inner, at)
        elif kind in ("perhaps", "prefix"):
            for text, leaf in self._evaluate(tree[2], at):
                yield f"{tree[1]}{text}", leaf.below("unknown", str(tree[1]))
        elif kind == "space":
            name, named = self._space(tree[1], at), tree[2][0] in ("ref", "module")
            inner = self._evaluate(tree[2], at._replace(named=bool(name) and named))
            yield from within(name, inner)
        elif kind == "path":
            when = self._conditions.of(at.path, tree[6], tree[7])
            yield from under(when, self._path(tree, at))
        elif kind == "module":
            yield from self._module(str(tree[1]), tree, at)
        elif kind == "ref":
            yield from self._reference(str(tree[1]), str(tree[2]), tree[3], tree[4], at)
        elif kind == "call":
            yield from self._call(tree, at)

    def _path(self, tree: Tree, at: _At) -> Iterator[tuple[str, Leaf]]:
        _, written, shown, regex, target, name, line, column = tree
        text, whole = (written, True) if isinstance(written, str) else self._text(written, at, target)
        if not whole:
            yield "", Leaf("unknown", at.path, at.scope, line, column, str(shown))
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
        if _URLS.search(expression) and self._view_symbol(at, expression) is None:
            for inner, leaf in self._reference(code, expression, line, column, at):
                yield f"{text}{inner}", leaf.below(*piece)
            return
        yield text, self._view(target, at, str(name), line, column).below(*piece)

    def _text(self, parts: Sequence[Json], at: _At, target: Tree) -> tuple[str | None, bool]:
        given = {name: handed.text for name, handed in at.handed.items() if handed.text is not None}
        return self._texts.text(at.path, at.scope, parts, target[0] != "view", given)

    def _view_symbol(self, at: _At, expression: str) -> Symbol | None:
        found = self.objects.symbol(at.path, at.scope, expression, at.receiver)
        return (
            found
            if found is not None and found.kind == "function" and not found.name.endswith("urls")
            else None
        )

    def _view(self, target: Tree, at: _At, name: str, line: int, column: int) -> Leaf:
        mapping = target[4]
        pairs = None if mapping is None else tuple(sorted((str(k), str(v)) for k, v in mapping.items()))
        codes: list[str] = []
        inner: Json = target
        while inner and inner[0] == "view":  # the innermost one is what answers
            codes.append(str(inner[2]) or str(inner[1]))
            pairs = pairs if inner[4] is None else tuple(sorted(inner[4].items()))
            inner = inner[3]
        return Leaf(
            "view", at.path, at.scope, line, column, str(target[1]), str(target[2]),
            "\n".join(reversed(codes)), name, at.receiver, pairs,
        )  # fmt: skip

    def _module(self, name: str, tree: Tree, at: _At) -> Iterator[tuple[str, Leaf]]:
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
        yield "", Leaf("module", at.path, at.scope, tree[2], tree[3], name)

    def _reference(
        self, code: str, expression: str, line: int, column: int, at: _At
    ) -> Iterator[tuple[str, Leaf]]:
        given = dict(at.given)
        if code in given:
            yield from given[code]
            return
        key = self._holders.variable(at.path, at.scope, at.receiver, code)
        if key is not None:
            receiver = at.receiver if key[1] else ""
            here = bool(key[1]) and key[:2] == (at.path, at.scope)  # a variable of this very function
            entries = self.entries(key, receiver, *((at.given, at.handed) if here else ()))
            yield from self._bare(entries, key, receiver) if at.named else entries
            return
        found = _URLS.search(expression)
        if found is not None:
            yield from self._object(code, expression[: found.start()], found[0], line, column, at)
            return
        symbol = self.objects.symbol(at.path, at.scope, expression, at.receiver)
        if symbol is not None and symbol.kind == "module":
            yield from self._module(symbol.name, ["module", symbol.name, line, column], at)
        elif code != "self" and code not in self._holders.parameters(at.path, at.scope):
            yield "", Leaf("unknown", at.path, at.scope, line, column, code)

    def _object(
        self, code: str, expression: str, ending: str, line: int, column: int, at: _At
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
        named = _URLS.sub("", code)
        name = owner.name if owner is not None else ""
        kind = "router" if self._holders.is_router(owner) else "object"
        leaf = Leaf(kind, at.path, at.scope, line, column, named, expression, ending, "", name)
        if is_site(owner, tuple(self._world.ancestors(name))):
            yield from self._site(leaf, name)
        else:
            yield "", leaf

    def _space(self, name: Json, at: _At) -> str:
        """A namespace: as it is written, or what an attribute of `self` holds."""
        if isinstance(name, str):
            return name
        attribute = str(name[1]).removeprefix("self.")
        kin = self._world.ancestors(at.receiver) if at.receiver else ()
        return self._texts.attribute((symbol.name for symbol in kin), attribute)

    def _bare(self, entries: Entries, key: Key, receiver: str) -> Iterator[tuple[str, Leaf]]:
        """Patterns without the namespace that stands beside them in a tuple: `app.urls[0]`."""
        tree = self._trees.get(key, ["nothing"])
        at = _At(key[0], key[1], receiver, ())
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

    def _call(self, tree: Tree, at: _At) -> Iterator[tuple[str, Leaf]]:
        _, code, expression, trees, line, column, handed = tree
        given = [tuple(self._evaluate(inner, at)) for inner in trees if self._tells(inner, at)]
        found = self._called(str(expression), at)
        if found is not None:
            key, receiver = found
            names = self._holders.parameters(key[0], key[1])[1 if receiver else 0 :]
            held = {
                names[name] if isinstance(name, int) else str(name): _Handed(text, inner, at)
                for name, text, inner in handed
                if not isinstance(name, int) or name < len(names)
            }
            yield from self.entries(key, receiver, tuple(zip(names, given, strict=False)), held)
        elif given:
            for entries in given:
                yield from entries
        elif str(code).rpartition(".")[2] not in _QUIET:
            above = _SUPER.match(str(expression))
            owner = f"{self._world.module_of(at.path)}.{above[1]}" if above is not None else ""
            kind = "super" if above is not None else "unknown"
            yield "", Leaf(kind, at.path, at.scope, line, column, f"{code}()", receiver=at.receiver or owner)

    def _tells(self, tree: Tree, at: _At) -> bool:
        """Whether an argument holds patterns, as far as can be seen."""
        if tree[0] == "ref":
            code = str(tree[1])
            key = self._holders.variable(at.path, at.scope, at.receiver, code)
            return code in dict(at.given) or key is not None or bool(_URLS.search(code))
        if tree[0] == "list":
            return any(self._tells(inner, at) for inner in tree[1])
        if tree[0] == "call":
            return (
                any(self._tells(inner, at) for inner in tree[3]) or self._called(str(tree[2]), at) is not None
            )
        return tree[0] in ("path", "prefix", "module", "space")

    def _called(self, expression: str, at: _At) -> tuple[Key, str] | None:
        """The function that gives patterns, and the class of its `self`."""
        above = _SUPER.match(expression)
        if above is not None:
            owner = f"{self._world.module_of(at.path)}.{above[1]}"
            receiver = at.receiver or owner
            key = self._holders.method(self.objects.above(receiver, owner), above[2])
            return None if key is None else (key, receiver)
        base, _, name = expression.rpartition(".")
        if base:
            owner_class = self.objects.class_of(at.path, at.scope, base, at.receiver)
            if owner_class is not None and owner_class.kind == "class":
                key = self._holders.method(self._world.ancestors(owner_class.name), name)
                if key is not None:
                    return key, owner_class.name
        symbol = self.objects.symbol(at.path, at.scope, expression, at.receiver)
        if symbol is None or symbol.kind != "function":
            return None
        key = self._holders.function(symbol.name)
        return None if key is None else (key, "")
