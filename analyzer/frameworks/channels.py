"""Django Channels: groups that messages are sent to, and the methods of consumers that are called for them.

`channel_layer.group_send("orders", {"type": "order.paid"})` is heard by `order_paid` of each consumer that
joins the group (`group_add`); a group is `topic:orders`. Consumers answer routes as well (see `django`).
Functions of the project that hand a group on are followed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World
from ..python.filled_patterns import Patterns
from ..python.handed_texts import HandedTexts, Told, Trust, Use, read_hands
from ..python.holes import is_known
from ..python.libraries import imports_any
from ..python.nodes import last_name, shown
from ..python.patterns import parts_of

_PACKAGES = frozenset({"channels"})
_SEND, _ADD = "group_send", "group_add"
_HANDS = re.compile(
    r"\w*(?:publish|send|emit|event|message|notify|broadcast|push|group|update)\w*\Z", re.IGNORECASE
)
_MESSAGES = frozenset({"event", "message", "msg", "data", "payload", "content"})
_OWN = frozenset(
    {
        "receive",
        "receive_json",
        "websocket_receive",
        "websocket_connect",
        "websocket_disconnect",
        "disconnect",
    }
)
_CONSUMER = re.compile(r"channels\.(?:\w+\.)*\w*Consumer\Z")


class Channels(Framework):
    """See the module."""

    name = "channels"
    version = 1
    triggers = ("channels", "group_send", "group_add", "channel_layer", "notify", "send", "broadcast")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        """Facts of kinds `use` (a group is sent to, with the `type`), `added` and `hands`."""
        if syntax is None:
            return
        for call, scope, last in syntax.called(_asked):
            inner = call.func.args[0] if isinstance(call.func, ast.Call) and call.func.args else call.func
            method = last_name(inner)  # also of `async_to_sync(layer.group_send)("orders", ...)`
            if method in (_SEND, _ADD) and isinstance(inner, ast.Attribute) and call.args:
                kind = "use" if method == _SEND else "added"
                yield Fact(kind, scope, call.lineno, call.col_offset, {
                    "kind": "publishes", "texts": [parts_of(syntax, call.args[0], scope)],
                    "text": shown(call), "type": _type(syntax, call, scope) if kind == "use" else "",
                })  # fmt: skip
            if _HANDS.match(last):
                yield from read_hands(syntax, call, scope)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        """Nothing where no code of the project imports the library."""
        if not imports_any(world, _PACKAGES):
            return
        sent: dict[str, set[str]] = {}

        def trusts(path: str, fact: Fact) -> Trust:
            return "certain", "syntax"

        def tells(use: Use, path: str, fact: Fact) -> Told:
            if is_known(use.text):
                sent.setdefault(use.text, set()).add(str(fact.data.get("type", "")))
                evidence = (Evidence(Place(path, fact.line, fact.column), use.via),)
                yield Node(f"topic:{use.text}", attributes=(("store", "channels"),))
                yield Edge(
                    world.scope_id(path, fact.scope), f"topic:{use.text}", use.kind, use.trust, evidence
                )

        facts = [(path, fact) for path, fact in world.facts(self.name) if not world.is_test(path)]
        yield from [*HandedTexts(world, facts, "unknown-topic", trusts, tells).items()]
        yield from _heard(world, facts, sent)


@lru_cache(maxsize=65536)
def _asked(name: str) -> bool:
    return name in ("", _SEND, _ADD) or _HANDS.match(name) is not None


def _type(syntax: Syntax, call: ast.Call, scope: str) -> str:
    """The `type` of what is sent, "" where nothing tells it."""
    held = syntax.bound(call.args[1], scope) if len(call.args) > 1 else None
    for key, value in zip(held.keys, held.values, strict=True) if isinstance(held, ast.Dict) else ():
        if isinstance(key, ast.Constant) and key.value == "type":
            return syntax.string(value) or ""
    return ""


def _heard(world: World, facts: list[tuple[str, Fact]], sent: dict[str, set[str]]) -> Iterator[Node | Edge]:
    """The methods of consumers by the types of what is sent to the groups that they join."""
    patterns = Patterns(world)
    for path, fact in facts:
        owner = f"{world.module_of(path)}.{fact.scope.rpartition('.')[0]}"
        if fact.kind != "added" or owner not in world.classes:
            continue
        kin = world.ancestors(owner)
        if not any(each.kind == "external" and _CONSUMER.match(each.name) for each in kin):
            continue
        group = patterns.text(path, fact.scope, fact.data["texts"][0])
        evidence = (Evidence(Place(path, fact.line, fact.column)),)
        told = False
        for topic in sorted(sent) if not is_known(group) else [group]:
            for method, trust, via in _methods(world, owner, sent.get(topic, set())):
                told = True
                sure: Confidence = trust if topic == group else "likely"
                heard = (Evidence(Place(path, fact.line, fact.column), via),)
                yield Edge(f"function:{method}", f"topic:{topic}", "subscribes", sure, heard)
        if not told and is_known(group):
            yield Node(f"topic:{group}", attributes=(("store", "channels"),))
            yield Edge(world.scope_id(path, fact.scope), f"topic:{group}", "subscribes", "certain", evidence)


def _methods(world: World, owner: str, types: set[str]) -> Iterator[tuple[str, Confidence, Via]]:
    """The methods of a consumer that messages of these types lead to.

    Where nothing tells the type, all that take nothing but a message (`likely`), by convention.
    """
    for type_ in sorted(types - {""}):
        method = world.member(owner, type_.replace(".", "_"))
        if method is not None and method.kind == "function":
            yield method.name, "certain", "syntax"
    info = world.classes[owner]
    for each in world.files[info.path].definitions if "" in types else ():
        holder, _, name = each.name.rpartition(".")
        plain = holder == info.definition.name and name not in _OWN and not name.startswith("_")
        if plain and len(each.parameters) == 2 and each.parameters[1] in _MESSAGES:
            yield f"{owner}.{name}", "likely", "convention"


framework = Channels()
