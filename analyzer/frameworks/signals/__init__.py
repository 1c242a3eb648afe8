"""Signals of Django and of blinker: where they are made, who sends them and who receives them.

Django's own signals about models (`post_save` ...) are told apart by the model that sends them: the node
is then `signal:django.db.models.signals.post_save[shop.models.Order]`, and the model publishes to it.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .known import Signals
from .publishing import link_publishing
from .reading import read_signals
from .subscribing import link_subscribing


class SignalReader(Framework):
    """See the module."""

    name = "signals"
    version = 2
    triggers = ("signal", "Signal", "receiver", ".connect", "blinker")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_signals(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        signals = Signals(world)
        yield from signals.items()
        yield from link_publishing(world, signals)
        yield from link_subscribing(world, signals)


framework = SignalReader()
