"""Which hosts functions send requests to: calls of HTTP clients joined, through wrappers of the project."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ...model.facts import Fact, Json
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.filled_patterns import Patterns
from ...python.holes import UNKNOWN
from ...python.patterns import is_text, names_in
from ...python.variables import Variables
from .reading import VERBS

_LIBRARY = re.compile(
    r"(?!.*\.(?:codes|status_codes|headers|cookies)\.)(?P<library>requests|httpx|aiohttp|urllib3|urllib2|urllib|http(?=\.client\.HTTP)|niquests|requests_\w+|google(?=\.auth\.transport)|authlib|treq|grequests|pycurl"
    r"|flask_dance)(?:\.\w+)*?(?:\.(?:[A-Z]\w*|session)\(\))?(?:\.__a?enter__\(\))?\.(?P<method>\w+)\Z"
)
_OPENS = frozenset({"urlopen", "urlretrieve", "setopt"})
_VERB_FIRST = frozenset({"request", "stream", "build_request"})
_MAIL = re.compile(
    r"django\.core\.mail\.(?:send_mail|send_mass_mail|mail_admins|mail_managers|EmailMessage\(\)\.send"
    r"|EmailMultiAlternatives\(\)\.send)\Z|(?:aio)?smtplib\.(?:SMTP(?:_SSL)?|send)\Z|flask_mail\.Mail\(\)\.send\Z"
)
_URL = re.compile(r"(?:(?P<scheme>[a-z]+)://|//)(?P<host>[^/?#]*)(?P<path>[^?#]*)", re.DOTALL)
_HELD = re.compile(r"(?P<host>\{[^{}]*\})(?P<path>(?:[/?#]|\{\}).*)?\Z", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]")
_ROUNDS = 3


class _Sending(NamedTuple):
    """A call of a library that sends a request."""

    library: str
    verb: Sequence[Json]
    url: Sequence[Json]
    base: str
    timeout: str
    path: str
    scope: str
    trust: Confidence
    via: Via


def link_requests(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Nodes of hosts with their calls, `requests` from the functions that send, and unknown hosts."""
    linking = _Linking(world)
    yield from linking.items()
    yield from _mail(world)


class _Linking:
    """Joins the facts; what functions are handed is told where they are called."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._patterns = Patterns(world)
        self._clients: dict[str, tuple[str, Fact]] = {}
        for path, fact in world.facts("http_clients"):
            if fact.kind == "client":
                self._clients.setdefault(f"{world.module_of(path)}.{fact.data['name']}", (path, fact))
        self._held = Variables(world, self._clients)
        self._unknown: dict[str, list[BlindSpot]] = {}

    def items(self) -> Iterator[Node | Edge | BlindSpot]:
        """Everything, in the order of the files."""
        world = self._world
        handing: dict[str, list[_Sending]] = {}
        waiting: list[tuple[str, Fact]] = []
        for path, fact in world.facts("http_clients"):
            if fact.kind != "call":
                continue
            symbol = world.resolve(path, fact.scope, str(fact.data["by"]))
            found = list(self._sendings(path, fact, symbol))
            for sending in found:
                yield from self._told(sending, path, fact, {}, handing)
            if not found and symbol is not None and symbol.kind == "function":
                waiting.append((path, fact))
        for _ in range(_ROUNDS):
            more: dict[str, list[_Sending]] = {}
            still: list[tuple[str, Fact]] = []
            for path, fact in waiting if handing else ():
                symbol = world.resolve(path, fact.scope, str(fact.data["by"]))
                sendings = handing.get(symbol.name, ()) if symbol is not None else ()
                told = [item for sending in sendings for item in self._handed(sending, path, fact, more)]
                if symbol is not None and told and not world.is_test(path):
                    self._unknown.pop(symbol.name, None)
                yield from told
                if not sendings:
                    still.append((path, fact))
            handing, waiting = more, still
        for items in self._unknown.values():
            yield from items

    def _sendings(self, path: str, fact: Fact, symbol: Symbol | None) -> Iterator[_Sending]:
        """What a call sends, if it is one of a library: one for each text that its URL may be."""
        match = _LIBRARY.match(symbol.name) if symbol is not None and symbol.kind == "external" else None
        method = match["method"] if match is not None else ""
        if symbol is None or match is None or method not in VERBS | _OPENS | _VERB_FIRST:
            return
        client = self._client(path, fact)
        words, given = fact.data["words"], fact.data["given"]
        verb: Sequence[Json] = words.get("method", ["GET"]) if method in _OPENS else [method.upper()]
        if method in _VERB_FIRST:
            verb = words.get("method") or (given[0][0] if given else UNKNOWN)
            given = given[1:] if "method" not in words else given
        urls = [words["url"]] if "url" in words else given[0] if given else [UNKNOWN]
        urls = [url for url in urls if is_text(url)] or urls[:1]
        timeout = self._timeout(path, fact, fact.data["timeout"])
        base = ""
        if client is not None:
            where, made = client
            base = self._patterns.text(where, made.scope, made.data["base"])
            timeout = self._timeout(where, made, made.data["timeout"]) if timeout == "default" else timeout
        trust: Confidence = "certain" if symbol.evident or symbol.via == "convention" else "likely"
        via: Via = symbol.via if symbol.via != "convention" else "syntax"  # type: ignore[assignment]
        for url in urls:
            yield _Sending(match["library"], verb, url, base, timeout, path, fact.scope, trust, via)

    def _client(self, path: str, fact: Fact) -> tuple[str, Fact] | None:
        """The statement that makes the client that a call is asked of."""
        held = self._held.find(path, fact.scope, str(fact.data["on"])) if fact.data["on"] else ""
        return self._clients[held] if held else None

    def _timeout(self, path: str, fact: Fact, given: Json) -> str:
        if isinstance(given, str):
            return given
        text = self._patterns.text(path, fact.scope, given)
        return (
            text if text.replace(".", "").isdigit() or text.startswith(("{settings.", "{env.")) else "unknown"
        )

    def _told(
        self,
        sending: _Sending,
        path: str,
        fact: Fact,
        given: Mapping[str, str],
        handing: dict[str, list[_Sending]],
    ) -> Iterator[Node | Edge | BlindSpot]:
        """The edge of a call; where its URL is up to callers, they are asked first."""
        text = self._patterns.text(sending.path, sending.scope, sending.url, given)
        host, where = _split(text, sending.base)
        if host == "{}" and given:
            return  # whom this caller asks is no better known than before
        verb = self._patterns.text(sending.path, sending.scope, sending.verb, given).upper()
        place = Place(path, fact.line, fact.column)
        evidence = (Evidence(place, sending.via),)
        about = f"{sending.library} {verb if _WORD.match(verb) else '?'} {sending.timeout} {where}".rstrip()
        yield Node(f"host:{host}", attributes=((str(place) + f":{place.column}", about),))
        yield Edge(
            self._world.scope_id(path, fact.scope), f"host:{host}", "requests", sending.trust, evidence
        )
        function = f"{self._world.module_of(path)}.{fact.scope}"
        waits = set(names_in([*sending.url, *sending.verb])) & set(self._parameters(path, fact.scope))
        if waits and not given:
            handing.setdefault(function, []).append(sending)
        if host == "{}" and not self._world.is_test(path):
            spot = BlindSpot("unknown-host", place, str(fact.data["text"]))
            self._unknown.setdefault(function if waits and not given else "", []).append(spot)

    def _handed(
        self, sending: _Sending, path: str, fact: Fact, more: dict[str, list[_Sending]]
    ) -> Iterator[Node | Edge | BlindSpot]:
        """A call of a function that sends what it is given."""
        names = [
            name for name in self._parameters(sending.path, sending.scope) if name not in ("self", "cls")
        ]
        parts: dict[str, Sequence[Json]] = {
            **{name: item[0] for name, item in zip(names, fact.data["given"], strict=False)},
            **{name: item for name, item in fact.data["words"].items() if name in names},
        }
        given = {name: self._patterns.text(path, fact.scope, item) for name, item in parts.items()}
        own = set(self._parameters(path, fact.scope))
        url, verb = _filled(sending.url, parts), _filled(sending.verb, parts)
        if own & set(names_in([*url, *verb])):
            handed = sending._replace(url=url, verb=verb, path=path, scope=fact.scope)
            more.setdefault(f"{self._world.module_of(path)}.{fact.scope}", []).append(handed)
        yield from self._told(
            sending._replace(trust="likely", via="value-flow"), path, fact, given or {"": ""}, more
        )

    def _parameters(self, path: str, scope: str) -> Sequence[str]:
        return self._world.files[path].parameters(scope)


def _filled(text: Sequence[Json], parts: Mapping[str, Sequence[Json]]) -> list[Json]:
    """A text whose parameters are replaced by what was given for them."""
    return [
        item
        for part in text
        for item in (
            parts.get(str(part[1])[1:], [part]) if part[0] == "code" and part[1][:1] == "?" else [part]
        )
    ]


def _split(text: str, base: str) -> tuple[str, str]:
    """(host, path) of a URL pattern; `{}` for a host that is not known."""
    found = _URL.match(text)
    if found is None and base and not text.startswith("{"):
        found = _URL.match(base) or _HELD.match(base)
        rest = f"/{text.lstrip('/')}" if text else ""
        if found is not None:
            return found["host"].rpartition("@")[2] or "{}", (found["path"] or "").rstrip("/") + rest
        return (base.partition("/")[0], rest) if "{}" not in base else ("{}", rest)
    if found is not None:
        host, path = found["host"].rpartition("@")[2], found["path"]
        if host.endswith("{}") and re.search(r"[.:]", host[:-2]) and host[-3] not in ".:-":
            host, path = host[:-2], "{}" + path  # a path that begins with its own slash
        host = host.lower() if "{" not in host else host
        return host if host and host.strip(":{}") else "{}", path
    held = _HELD.match(text)
    if held is not None:
        return held["host"], (held["path"] or "").partition("?")[0]
    return "{}", text if text.startswith("/") else ""


def _mail(world: World) -> Iterator[Node | Edge]:
    """Functions that send mail, by whichever server."""
    for path in world.files:
        for call, symbol in world.calls(path):
            if symbol is not None and symbol.kind == "external" and _MAIL.match(symbol.name):
                evidence = (Evidence(Place(path, call.line, call.column)),)
                source = world.scope_id(path, call.scope)
                yield Edge(source, "host:smtp", "requests", "certain", evidence, call.order)
