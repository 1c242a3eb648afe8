"""What holds URL rules (blueprints, APIs, namespaces), and the prefixes under which each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...model.evidence import BlindSpot, Confidence, Place
from ...model.facts import Fact, Json
from ...model.world import World
from ..filled_patterns import Patterns
from ..settings_read import is_settings_class, is_settings_module, settings_told
from ..variables import Variables
from .changing import Changing

READERS = ("flask", "flask_restful")
"""The frameworks whose facts tell of holders."""
_APPLICATION = re.compile(
    r"(?:flask\.(?:app\.)?Flask|(?:.*\.)?\w*(?:APIFlask|Blueprint)|flask_openapi3\.(?:.*\.)?OpenAPI"
    r"|quart\.(?:app\.)?Quart)(?:\(\))?\Z|(?:flask|quart)\.(?:globals\.)?current_app\Z"
)
_NAMED = re.compile(r"(?:flask_|web_|main_)?(?:app|application)\Z|bp\Z|blueprint\Z")
"""What applications and blueprints are called that nothing else tells of."""
_SETTING = re.compile(r"\{(?:settings|env)\.(\w+)\}")
_NESTED, _MOST = 50, 64


class Holder(NamedTuple):
    """A blueprint, API or namespace: the dotted name of its variable and what it says of itself.

    `prefix` is None where a part of it is unknown; `called` is its own name, `library` that of its class.
    """

    name: str
    kind: str
    prefix: str | None
    called: str
    library: str
    place: Place
    host: str = ""
    """The host or subdomain that its rules are for, "" for all."""
    changing: str = ""
    """What its class does with rules (`changing.py`)."""


class Mount(NamedTuple):
    """A registration: in which holder ("": an application), under which prefix (None: the holder's own)."""

    parent: str
    prefix: str | None
    unknown: bool
    place: Place
    host: str = ""


class Holders:
    """All that holds URL rules in a project."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._patterns = Patterns(world)
        self._settings, self.changing = self._constants(), Changing(world)
        self._patterns.settings = self._settings
        facts = [row for reader in READERS for row in world.facts(reader)]
        self._returned = {
            f"{world.module_of(path)}.{fact.scope}": (path, fact)
            for path, fact in facts
            if fact.kind == "returns"
        }
        self._sequences = {
            f"{world.module_of(path)}.{fact.data['name']}": (path, fact)
            for path, fact in facts
            if fact.kind == "sequence"
        }
        self.known = {holder.name: holder for path, fact in facts for holder in self._holder(path, fact)}
        self._variables = Variables(world, self.known)
        self.mounts: dict[str, list[Mount]] = {}
        self._prefixes: dict[str, list[str]] = {}
        self._open: dict[str, set[str]] = {}
        """Holder -> those of its prefixes of which a part is unknown."""
        self.used: set[str] = set()
        """The holders that rules were found in."""

    def _constants(self) -> dict[str, str]:
        """Name -> text of settings, the first of several in the order of their files."""
        found: dict[str, str] = {}
        for path, fact in self._world.facts("constants"):
            if self._world.is_test(path):
                continue
            module = is_settings_module(self._world.module_of(path))
            for name, scope, parts in fact.data["texts"]:
                owner, _, last = str(name).rpartition(".")
                if last.isupper() and (module or is_settings_class(owner)):
                    found.setdefault(last, self._patterns.text(path, scope, parts))
        return found | settings_told(self._world.project.values)

    def text(
        self, path: str, scope: str, parts: Sequence[Json], given: Mapping[str, str] = {}
    ) -> tuple[str, bool]:
        """What a rule or prefix says, and whether all of it is known; unknown parts are left out."""
        parts = [piece for part in parts for piece in self._unchanged(path, scope, part)]
        text = self._patterns.text(path, scope, parts, given)
        text = _SETTING.sub(lambda hole: self._settings.get(hole[1], "{}"), text)
        return text.replace("{}", ""), "{}" not in text

    def _unchanged(self, path: str, scope: str, part: Json) -> Sequence[Json]:
        """The argument in place of a call of a function that may give it back as it is."""
        if isinstance(part, str) or part[0] != "call":
            return [part]
        function = self._world.resolve(path, scope, str(part[1]))
        found = self._returned.get(function.name) if function is not None else None
        if found is None:
            return [part]
        where, fact = found
        parameters = list(self._world.files[where].parameters(fact.scope))
        index = parameters.index(fact.data["code"]) if fact.data["code"] in parameters else len(part[2])
        return list(part[2][index]) if index < len(part[2]) else [part]

    # Who holds ------------------------------------------------------------------------------------

    def _holder(self, path: str, fact: Fact) -> Iterator[Holder]:
        if fact.kind != "holder":
            return
        scope, own = fact.scope, str(fact.data["name"])
        owner = f"{self._world.module_of(path)}.{scope.rpartition('.')[0]}"
        if own.startswith("self.") and owner in self._world.classes:  # all methods of the class share it
            scope = scope.rpartition(".")[0]
        name = ".".join(part for part in (self._world.module_of(path), scope, own) if part)
        prefix, whole = self.text(path, fact.scope, fact.data["text"] or [""])
        yield Holder(
            name, str(fact.data["kind"]), prefix if whole else None, str(fact.data["called"]),
            str(fact.data["library"]), Place(path, fact.line, fact.column),
            str(fact.data.get("host", "")),
            self.changing.of(path, fact.scope, str(fact.data.get("class", ""))),
        )  # fmt: skip

    def find(self, path: str, scope: str, code: str) -> str:
        """The dotted name of the holder that code means, "" for none."""
        if code.endswith("()"):  # a function that makes one
            function = self._world.resolve(path, scope, code.removesuffix("()"))
            found = self._returned.get(function.name) if function is not None else None
            return self._variables.find(found[0], found[1].scope, str(found[1].data["code"])) if found else ""
        name = code.removeprefix("self.")
        if name != code and name.isidentifier():  # `self.api`, made in a method of the class
            module, owner = self._world.module_of(path), scope
            while owner:
                if f"{module}.{owner}.{code}" in self.known:
                    return f"{module}.{owner}.{code}"
                owner = owner.rpartition(".")[0]
        return self._variables.find(path, scope, code)

    def elements(self, path: str, scope: str, code: str) -> list[str]:
        """The holders in a list that another module keeps."""
        module, name = self._world.locate(path, scope, code)
        found = self._sequences.get(f"{module}.{name}")
        if found is None:
            return []
        where, fact = found
        return [held for held in (self.find(where, fact.scope, str(e)) for e in fact.data["codes"]) if held]

    def is_application(self, path: str, scope: str, code: str) -> bool:
        """Whether code names a Flask application: by what it is bound to, or by its usual name."""
        symbol = self._world.resolve(path, scope, code)
        if symbol is not None and symbol.kind == "external":
            return bool(_APPLICATION.match(symbol.name)) or symbol.name.endswith("Flask()")
        if symbol is not None and symbol.kind == "instance":
            kin = self._world.ancestors(symbol.name)
            return any(k.kind == "external" and _APPLICATION.match(k.name) for k in kin)
        return bool(_NAMED.match(code.rpartition(".")[2]))

    # Where they stand -----------------------------------------------------------------------------

    def mount(self, child: str, mount: Mount) -> None:
        """Notes a registration."""
        self.mounts.setdefault(child, []).append(mount)

    def prefixes(self, name: str, depth: int = _NESTED) -> list[str]:
        """The whole prefixes of a holder, sorted: one for each way from an application to it."""
        if name not in self.known:
            return [""]
        if name not in self._prefixes:
            self._prefixes[name] = []  # what stands in itself is served nowhere
            holder, told, unknown = self.known[name], set[str](), set[str]()
            for mount in self.mounts.get(name) or [Mount("", None, False, holder.place)]:
                own = holder.prefix if mount.prefix is None else mount.prefix
                above = self.prefixes(mount.parent, depth - 1) if mount.parent and depth else [""]
                for prefix in above:
                    parts = mount.unknown or own is None or self.trust(mount.parent, prefix) != "certain"
                    (unknown if parts else told).add(prefix + (own or ""))
            self._prefixes[name] = sorted(told | unknown)[:_MOST]
            self._open[name] = unknown - told
        return self._prefixes[name]

    def trust(self, name: str, prefix: str) -> Confidence:
        """How sure a prefix of a holder is: parts of it that are unknown are left out."""
        return "possible" if prefix in self._open.get(name, ()) else "certain"

    def blueprint(self, name: str) -> str:
        """What the nearest blueprint around a holder is called, "" without any."""
        for _ in range(_NESTED):
            holder = self.known.get(name)
            if holder is None or holder.kind == "blueprint":
                return holder.called if holder is not None else ""
            mounts = self.mounts.get(name)
            name = mounts[0].parent if mounts else ""
        return ""

    def unknown(self, kinds: Sequence[str]) -> Iterator[BlindSpot]:
        """Prefixes that nothing tells."""
        for name in sorted(self.known):
            holder = self.known[name]
            if holder.kind not in kinds or (holder.kind == "namespace" and name not in self.used):
                continue  # other libraries have namespaces, too
            mounts = self.mounts.get(name, ())
            if holder.prefix is None and (not mounts or any(m.prefix is None for m in mounts)):
                yield BlindSpot("dynamic-route", holder.place, f"prefix of {name}")
            for mount in mounts:
                if mount.unknown:
                    yield BlindSpot("dynamic-route", mount.place, f"prefix of {name}")
