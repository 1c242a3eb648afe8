"""Amazon's SNS and SQS (boto3, aioboto3): which functions send to which queue or topic, and which receive.

A queue is called as its address ends (`topic:bills` of `https://sqs.../bills`, `arn:aws:sns:...:bills`), or
by the setting that holds it. Functions of the project that hand an address on are followed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..model.evidence import BlindSpot, Evidence, Place
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World
from ..python.handed_texts import HandedTexts, Told, Trust, Use, read_hands
from ..python.holes import is_known
from ..python.libraries import imports_any, is_of
from ..python.nodes import last_name, shown
from ..python.patterns import parts_of

_PACKAGES = frozenset({"boto3", "aioboto3", "botocore", "aiobotocore", "types_boto3_sqs", "mypy_boto3_sqs"})
_SENDS = frozenset({"send_message", "send_message_batch", "send_messages", "publish", "publish_batch"})
_RECEIVES = frozenset({"receive_message", "receive_messages"})
_WORDS = ("QueueUrl", "TopicArn", "TargetArn")
_MAKES = frozenset({"get_queue_url", "get_queue_by_name", "create_queue", "create_topic", "Queue", "Topic"})
_OBJECT = re.compile(r"\.(?:Queue|Topic|get_queue_by_name|create_queue|create_topic)\(\)\Z")
_NAMES = ("QueueName", "Name", "url", "arn")
_HANDS = re.compile(
    r"\w*(?:publish|send|emit|event|message|consum|poll|receive|topic|queue|sqs|sns|notify|put|push)\w*\Z",
    re.IGNORECASE,
)


class Sqs(Framework):
    """See the module."""

    name = "sqs"
    version = 2
    triggers = ("boto", "QueueUrl", "TopicArn", "TargetArn", "queue", "topic", "publish", "send")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        """Facts of kinds `use` and `hands`."""
        if syntax is None:
            return
        for call, scope, last in syntax.called(_asked):
            if last in _SENDS or last in _RECEIVES:
                yield from _used(syntax, call, scope, last)
            if _HANDS.match(last):
                yield from read_hands(syntax, call, scope)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        """Nothing where no code of the project imports one of the libraries."""
        if not imports_any(world, _PACKAGES):
            return

        def trusts(path: str, fact: Fact) -> Trust | None:
            symbol = world.resolve(path, fact.scope, str(fact.data["on"]))
            if fact.data["kept"] and not (symbol is not None and _OBJECT.search(symbol.name)):
                return None
            if is_of(world, symbol, _PACKAGES) or fact.data["made"]:
                return "certain", "syntax"
            own = symbol is not None and symbol.internal and symbol.kind != "variable"
            return None if own else ("likely", "convention")

        def tells(use: Use, path: str, fact: Fact) -> Told:
            name = _called(use.text)
            if is_known(name):
                evidence = (Evidence(Place(path, fact.line, fact.column), use.via),)
                yield Node(f"topic:{name}", attributes=(("store", "sqs"),))
                yield Edge(world.scope_id(path, fact.scope), f"topic:{name}", use.kind, use.trust, evidence)

        facts = [(path, fact) for path, fact in world.facts(self.name) if not world.is_test(path)]
        yield from HandedTexts(world, facts, "unknown-topic", trusts, tells).items()


@lru_cache(maxsize=65536)
def _asked(name: str) -> bool:
    return name in _SENDS or name in _RECEIVES or _HANDS.match(name) is not None


def _called(address: str) -> str:
    """What a queue or topic is called: the end of its address."""
    if address.startswith(("http://", "https://")):
        return address.rstrip("/").rpartition("/")[2]
    return address.rpartition(":")[2] if address.startswith("arn:") else address


def _used(syntax: Syntax, call: ast.Call, scope: str, last: str) -> Iterator[Fact]:
    """`sqs.send_message(QueueUrl=url, ...)`, `sqs.get_queue_by_name(QueueName="bills").send_message(...)`."""
    if not isinstance(call.func, ast.Attribute):
        return
    given = next((word.value for word in call.keywords if word.arg in _WORDS), None)
    made = _made(syntax, call.func.value, scope)
    named = made if given is None else _made(syntax, given, scope) or given
    if named is None:  # perhaps an object that stands for a queue, kept elsewhere
        named = call.func.value
    yield Fact("use", scope, call.lineno, call.col_offset, {
        "kind": "publishes" if last in _SENDS else "subscribes", "texts": [parts_of(syntax, named, scope)],
        "text": shown(call), "on": syntax.express(call.func.value, scope), "made": made is not None,
        "kept": given is None and made is None,
    })  # fmt: skip


def _made(syntax: Syntax, node: ast.expr, scope: str) -> ast.expr | None:
    """The name of a queue that code asked for: `sqs.get_queue_url(QueueName="bills")["QueueUrl"]`."""
    held = syntax.bound(node, scope)
    while isinstance(held, ast.Subscript | ast.Await):
        held = syntax.bound(held.value, scope)
    if (
        not isinstance(held, ast.Call)
        or last_name(held.func) not in _MAKES
        or not isinstance(held.func, ast.Attribute)
    ):
        return None
    return next((word.value for word in held.keywords if word.arg in _NAMES), next(iter(held.args), None))


framework = Sqs()
