"""Who receives signals, and from which senders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ...model.facts import Fact, Json
from ...model.graph import Edge, Node
from ...model.world import World
from .known import MODEL_SIGNALS, Signals

_RECEIVER = re.compile(r"django\.dispatch\.(?:\w+\.)?receiver\Z")
_THROUGH = re.compile(r"(?P<model>.+)\.(?P<field>\w+)\.through\Z")
_LABEL = re.compile(r"(\w+)\.(\w+)\Z")


def link_subscribing(world: World, signals: Signals) -> Iterator[Node | Edge | BlindSpot]:
    """`subscribes` from handlers to signals; a model whose own signals are received publishes them."""
    for path, fact in world.facts("signals"):
        if fact.kind == "receive":
            yield from _receive(world, signals, path, fact)


def _receive(world: World, signals: Signals, path: str, fact: Fact) -> Iterator[Node | Edge | BlindSpot]:
    by = str(fact.data["by"])
    receiver = _is_receiver(world, path, fact.scope, by)
    given = _handler(world, path, fact.scope, fact.data.get("handler"))
    # An object of a library's module that a function of the project is connected to.
    connected = by == "connect" and _is_own(world, path, fact.scope, fact.data.get("handler"))
    sure = receiver or connected or by == "connect_via" or bool(fact.data.get("sure"))
    place = Place(path, fact.line, fact.column)
    found = False
    for code in fact.data["signals"]:
        id = signals.find(path, fact.scope, code, sure)
        if not id:
            continue
        found = True
        handler = _decorated(world, path, fact) or given
        if handler:
            yield from _subscribed(world, path, fact, id, handler, place)
        elif not world.is_test(path):
            yield BlindSpot("unknown-handler", place, str(fact.data["text"]))
    if not found and "wrapped" in fact.data:
        yield from _wrapped(world, signals, path, fact, place)
    elif not found and receiver and not world.is_test(path):
        yield BlindSpot("unknown-signal", place, str(fact.data["text"]))


def _is_receiver(world: World, path: str, scope: str, code: str) -> bool:
    symbol = world.resolve(path, scope, code) if code != "connect" else None
    return symbol is not None and _RECEIVER.match(symbol.name) is not None


def _wrapped(
    world: World, signals: Signals, path: str, fact: Fact, place: Place
) -> Iterator[Node | Edge | BlindSpot]:
    """`self.connect(paid, self.on_paid)`: by its shape, a call that connects the one to the other."""
    code, given = fact.data["wrapped"]
    id = signals.find(path, fact.scope, code)
    handler = _handler(world, path, fact.scope, given) if id else ""
    if handler:
        yield Edge(handler, id, "subscribes", "likely", (Evidence(place, "convention"),))
    elif id and not world.is_test(path):
        yield BlindSpot("unknown-handler", place, str(fact.data["text"]))


def _decorated(world: World, path: str, fact: Fact) -> str:
    """The node of the function (or class) that a decorator stands above."""
    name = str(fact.data.get("decorated", ""))
    if not name:
        return ""
    dotted = f"{world.module_of(path)}.{name}"
    return f"class:{dotted}" if dotted in world.classes else f"function:{dotted}"


def _handler(world: World, path: str, scope: str, given: Json) -> str:
    """The node of a handler given by name, as a method or as a lambda; "" when it cannot be told."""
    if not isinstance(given, Sequence) or len(given) != 3:
        return ""
    code, line, column = given
    symbol = world.resolve(path, scope, str(code))
    if symbol is not None and symbol.kind in ("function", "class"):
        return f"{symbol.kind}:{symbol.name}"
    if symbol is not None and symbol.kind == "instance":
        member = world.member(symbol.name, "__call__")
        return f"function:{member.name}" if member is not None and member.kind == "function" else ""
    if symbol is not None and symbol.kind == "external" and "()" not in symbol.name:
        return f"function:{symbol.name}"
    module = world.module_of(path)
    for definition in world.files[path].definitions if symbol is None else ():
        if (definition.line, definition.column) == (line, column) and definition.name.endswith(">"):
            return f"function:{module}.{definition.name}"
    return ""


def _is_own(world: World, path: str, scope: str, given: Json) -> bool:
    """Whether what is given by name is a function of the project."""
    if not isinstance(given, Sequence) or len(given) != 3:
        return False
    symbol = world.resolve(path, scope, str(given[0]))
    return symbol is not None and symbol.kind == "function"


def _subscribed(
    world: World, path: str, fact: Fact, id: str, handler: str, place: Place
) -> Iterator[Node | Edge | BlindSpot]:
    name = id.partition(":")[2]
    trust: Confidence = "certain"
    if name in MODEL_SIGNALS and fact.data["sender"] is not None:
        sender, model = _sender(world, path, fact)
        if sender:
            id = f"{id}[{sender}]"
            yield from _of_model(world, id, model, name)
        else:
            trust = "likely"
            if not world.is_test(path):
                yield BlindSpot("unknown-sender", place, str(fact.data["text"]))
    via: Via = "syntax" if trust == "certain" else "convention"
    how: tuple[str, ...] = ()
    if name not in MODEL_SIGNALS and fact.data["sender"] is not None:
        code, text = fact.data["sender"]
        how = (f"from {text or code}",)
    yield Edge(handler, id, "subscribes", trust, (Evidence(place, via),), how=how)


def _of_model(world: World, id: str, model: str, signal: str) -> Iterator[Node | Edge]:
    """A signal of one model: it lies where the model lies, and Django sends it on the model's behalf."""
    info = world.classes.get(model)
    if info is None:
        yield Node(id, attributes=(("sender", model), ("signal", signal)))
        return
    line = info.definition.line
    yield Node(id, info.path, line, line, (("sender", model), ("signal", signal)))
    evidence = (Evidence(Place(info.path, line, info.definition.column), "convention"),)
    yield Edge(f"class:{model}", id, "publishes", "certain", evidence)


def _sender(world: World, path: str, fact: Fact) -> tuple[str, str]:
    """(sender as the node shows it, class of the model) of a signal about models; ("", "") when unknown."""
    code, text = fact.data["sender"]
    label = _LABEL.match(text)
    if label is not None:
        ending = f".{label[2]}"
        models = [n for n in world.classes if n.endswith(ending) and f".{label[1]}." in f".{n}"]
        return (models[0], models[0]) if len(models) == 1 else ("", "")
    through = _THROUGH.match(code)
    model = through["model"] if through is not None else code
    symbol = world.resolve(path, fact.scope, model)
    if symbol is not None and symbol.kind == "external":  # `settings.AUTH_USER_MODEL`
        symbol = symbol._replace(name=world.told_of(symbol.name, "") or symbol.name)
    if symbol is None or symbol.kind not in ("class", "external") or "()" in symbol.name:
        return "", ""
    shown = f"{symbol.name}.{through['field']}.through" if through is not None else symbol.name
    return shown, symbol.name
