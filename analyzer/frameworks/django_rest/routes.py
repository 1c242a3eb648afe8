"""Routers that are mounted -> routes, and the methods of viewsets that handle them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ...model.evidence import BlindSpot, Place
from ...model.facts import Fact, Json
from ...model.graph import Edge, Node
from ...model.world import World
from ...python.conditions import Conditions
from ...python.urlconf.leaves import Leaf, plain
from ...python.urlconf.mounts import mounts
from ...python.urlconf.routes import route
from ...python.urlconf.unknown import Mount
from ...python.urlconf.views import Answer, Views
from .routers import Key, Registered, Router, Routers

_APART, _LAST = 1_000, 999_999
"""Patterns of one viewset at most, and the place of what comes after all."""


class Action(NamedTuple):
    """A method that `@action` made routable: its path, and the method for each verb."""

    name: str
    detail: bool
    path: str
    url_name: str
    verbs: tuple[tuple[str, str], ...]


def link_routers(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Routes of all mounted routers; what is not known of them is said."""
    routers = Routers(world)
    if not routers.known and not any(True for _ in world.facts("django_rest")):
        return
    making = _Making(world, routers)
    mounted: set[Key] = set()
    for mount in mounts(world):
        leaf = mount.leaf
        if leaf.kind != "router":
            continue
        key = routers.find(leaf.path, leaf.scope, leaf.code)
        if key is None or key not in routers.registered:
            place = Place(leaf.path, leaf.line, leaf.column)
            yield BlindSpot("dynamic-route", place, f"include({leaf.code}.urls)"[:120])
        if key is not None:
            mounted.add(key)
            yield from making.routes(routers.known[key], mount)
    for key in sorted(routers.registered):
        if key not in mounted and not world.is_test(key[0]):
            leaf = Leaf("router", key[0], key[1], 0, 0, key[2])
            yield from making.routes(routers.known[key], Mount("", leaf, False))
    for path, fact in routers.lost:
        if not world.is_test(path) and fact.data.get("on"):
            yield BlindSpot(
                "dynamic-route", Place(path, fact.line, fact.column), f"{fact.data['on']}.register(...)"
            )
    yield from making.unknown()


class _Making:
    """Makes the routes of routers."""

    def __init__(self, world: World, routers: Routers) -> None:
        self._world, self._routers, self._views = world, routers, Views(world)
        self._conditions = Conditions(world)
        self._declared: dict[str, list[Action]] = {}
        self._spots: dict[tuple[Place, str], BlindSpot] = {}
        mapped: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for path, fact in world.facts("django_rest"):
            owner = f"{world.module_of(path)}.{fact.scope}"
            if fact.kind == "mapped":
                pair = (str(fact.data["verb"]), str(fact.data["name"]))
                mapped.setdefault((owner, str(fact.data["of"])), []).append(pair)
        for path, fact in world.facts("django_rest"):
            if fact.kind == "action":
                self._declare(path, fact, mapped)

    def _declare(self, path: str, fact: Fact, mapped: dict[tuple[str, str], list[tuple[str, str]]]) -> None:
        owner, name = f"{self._world.module_of(path)}.{fact.scope}", str(fact.data["name"])
        if fact.data["path"] is None:
            self._spot(path, fact.line, fact.column, f"{name}(url_path=...)")
            return
        verbs = {str(verb): name for verb in fact.data["verbs"]} | dict(mapped.get((owner, name), ()))
        action = Action(
            name, bool(fact.data["detail"]), str(fact.data["path"]), str(fact.data["url_name"]),
            tuple(sorted(verbs.items())),
        )  # fmt: skip
        self._declared.setdefault(owner, []).append(action)

    def _spot(self, path: str, line: int, column: int, text: str) -> None:
        place = Place(path, line, column)
        self._spots[place, text] = BlindSpot("dynamic-route", place, text[:120])

    def unknown(self) -> Iterator[BlindSpot]:
        """What could not be told of routers and actions."""
        for _, spot in sorted(self._spots.items()):
            yield spot

    def routes(self, router: Router, mount: Mount) -> Iterator[Node | Edge]:
        """All routes of a router below the prefix at which it is mounted."""
        above = self._routers.nested_in(router)
        if above is None:
            self._spot(
                router.key[0],
                mount.leaf.line,
                mount.leaf.column,
                f"{router.key[2]}: nested in an unknown one",
            )
            return
        if self._routers.has_root(router):
            yield from self._root(router, mount)
        for index, registered in enumerate(self._routers.registered.get(router.key, ())):
            symbol = self._routers.viewset(registered)
            if symbol is None:
                self._spot(registered.path, registered.line, registered.column, registered.viewset)
                continue
            yield from self._viewset(router, registered, symbol.name, mount, above, index * _APART)

    def _root(self, router: Router, mount: Mount) -> Iterator[Node | Edge]:
        """The page of a default router that lists what is registered."""
        view = self._routers.root(router)
        handler = Answer("GET", "function:rest_framework.routers.APIRootView", True)
        if view is not None:
            handler = self._views.answer(view.name, "GET", "get")
        yield from route(_at(mount, "", _LAST, True), mount.text, handler, True, "django_rest", "api-root")

    def _viewset(
        self, router: Router, registered: Registered, viewset: str, mount: Mount, above: str, counted: int
    ) -> Iterator[Node | Edge]:
        known = {"prefix": registered.prefix, "trailing_slash": self._routers.slash(router)}
        known["lookup"] = self._routers.lookup(router, viewset)
        known["basename"] = registered.basename or self._basename(viewset)
        leaf = mount.leaf._replace(path=registered.path, line=registered.line, column=registered.column)
        leaf = leaf.under(self._conditions.of(leaf.path, leaf.line, leaf.column))
        for kind in self._routers.routes_of(router.made_by):
            for url, name, verbs in self._kinds(kind, viewset):
                text = plain(_filled(url, known))
                if not registered.prefix:
                    text = text.removeprefix("/")
                counted += 1
                here = _at(mount._replace(leaf=leaf), above + text, counted, self._routers.has_root(router))
                allowed = self._views.allowed(viewset)
                for verb, action in verbs:
                    if allowed is None or verb in allowed:
                        answer = self._views.answer(viewset, verb, action)
                        named = _filled(name, known) if known["basename"] else ""
                        yield from route(
                            here, f"{mount.text}{above}{text}", answer, True, "django_rest", named
                        )

    def _kinds(
        self, kind: Mapping[str, Json], viewset: str
    ) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
        """(pattern, name, verbs with their methods) of one kind of route: one, or one for each action."""
        url, name = str(kind["url"]), str(kind["name"])
        if not kind.get("dynamic"):
            pairs = sorted((verb.upper(), action) for verb, action in kind.get("mapping", {}).items())
            yield (
                url,
                name,
                [(verb, action) for verb, action in pairs if self._views.actions(viewset, action)],
            )
            return
        for action in self._actions(viewset):
            if action.detail == bool(kind["detail"]):
                known = {"url_path": action.path, "methodname": action.name, "url_name": action.url_name,
                         "methodnamehyphen": action.name.replace("_", "-")}  # fmt: skip
                yield _filled(url, known), _filled(name, known), list(action.verbs)

    def _actions(self, viewset: str) -> Iterator[Action]:
        """The routable methods of a class, those that it inherits too, unless they are overridden plainly."""
        for kin in self._world.ancestors(viewset):
            for action in self._declared.get(kin.name, ()):
                member = self._world.member(viewset, action.name)
                if member is not None and member.name == f"{kin.name}.{action.name}":
                    yield action

    def _basename(self, viewset: str) -> str:
        """The name of the model that a viewset's `queryset` is about, as Django REST framework takes it."""
        for kin in self._world.ancestors(viewset):
            info = self._world.classes.get(kin.name)
            bound = (
                self._world.binding(info.path, info.definition.name, "queryset") if info is not None else None
            )
            found = re.match(r"(?:\w+\.)*(\w+)\.\w*objects\b", bound.value) if bound is not None else None
            if found is not None:
                return found[1].lower()
        return ""


def _at(mount: Mount, text: str, index: int, suffixes: bool) -> Mount:
    """The mount of one pattern of a router; default routers also answer `.json` and the like."""
    # One expression cannot bear a name of a group twice, and nobody asks for it here.
    unnamed = re.sub(r"\(\?P<\w+>", "(?:", text)
    whole = f"(?:{unnamed}|{unnamed.removesuffix('/')}\\.[a-z0-9]+/?)" if suffixes else text
    leaf = mount.leaf
    pieces = (*leaf.pieces, ("regex", f"^{whole}$"))
    return mount._replace(leaf=leaf._replace(pieces=pieces), order=(*mount.order, index))


def _filled(template: str, known: Mapping[str, str]) -> str:
    for word, text in known.items():
        template = template.replace(f"{{{word}}}", text)
    return template
