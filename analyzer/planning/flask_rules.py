"""Flask's URL rules as regular expressions, and the order in which Werkzeug tries them.

The translation is that of `werkzeug.routing` (3.x): converters string, int, float, path, uuid and any
with their arguments; a rule that ends with a slash also answers (with a redirect) without it. Digits are
ASCII only. A converter of the application's own that its class does not tell (`own_converters.py`) has a
meaning that only running it would tell: it is refused, with its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ..model.errors import Refused
from ..model.evidence import Place
from .own_converters import NONE, Converters
from .route_claims import FIXED, Claim, Level
from .route_nodes import RouteNode

_PART = re.compile(
    r"/|(?P<static>[^</]+)"
    r"|<(?:(?P<converter>[A-Za-z_]\w*)(?:\((?P<arguments>.*?)\))?:)?(?P<variable>[A-Za-z_]\w*)>",
    re.ASCII,
)
_ARGUMENT = re.compile(
    r"""\s*(?:(?P<name>\w+)\s*=\s*)?(?P<value>[uU]?"(?P<double>[^"]*)"|[uU]?'(?P<single>[^']*)'|[\w.+-]+)\s*(?:,|\Z)"""
)
_UUID = "[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}"


UNKNOWN: tuple[object, ...] = ("unknown",)
"""The weight of what a converter of the application's own says."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a rule between slashes. `weight` is () for fixed text; `rest` takes all that follows."""

    regex: str
    text: str
    weight: tuple[object, ...] = ()
    rest: bool = False


@dataclass(frozen=True, slots=True)
class FlaskRule:
    """A translated rule. Rules with a smaller `order` are tried first where both match."""

    pattern: str
    segments: tuple[Segment, ...]

    @property
    def order(self) -> tuple[tuple[object, ...] | None, ...]:
        return tuple(_value(segment) for segment in self.segments)


def _value(segment: Segment) -> tuple[object, ...] | None:
    if segment.weight == UNKNOWN:
        return None
    return (1, *segment.weight) if segment.weight else FIXED


def translate(text: str, place: Place | None = None, own: Converters = NONE) -> FlaskRule:
    """The rule that a text such as `/payments/<int:id>` means.

    Raises Refused for a converter that cannot be translated and for a text that is no rule.
    """
    try:
        segments = _segments(re.sub("/{2,}", "/", text), own)
    except _Untranslatable as error:
        raise Refused(
            f"the route {text!r} cannot be sent to a service: {error}",
            place=place,
            why="the proxy needs to know exactly which paths the route answers, and guessing would misroute",
            help="use a converter of Flask's own (string, int, float, path, uuid, any), "
            "or leave the route in the monolith",
        ) from None
    pattern = "/".join(segment.regex for segment in segments)
    # `/a/` also redirects `/a` to itself; the root has nothing to leave out.
    last = segments[-1]
    if (len(segments) > 2 and not last.text and not last.weight) or (last.rest and last.regex.endswith("/")):
        pattern += "?"
    return FlaskRule(pattern, segments)


def can_translate(text: str) -> bool:
    """Whether the meaning of a rule is known: no converter of the project's own."""
    try:
        translate(text)
    except Refused:
        return False
    return True


def flask_claims(nodes: Iterable[RouteNode], own: Converters = NONE) -> list[Claim]:
    """One claim for each rule and method, in the order in which Werkzeug tries them.

    HEAD goes with GET; OPTIONS with a rule that is the service's alone.
    """
    nodes = list(nodes)
    rules = [(node, *_loose(node, own)) for node in nodes]
    foreign = {rule.pattern for node, rule, _ in rules if not node.owned}
    claims = []
    for node, rule, why in rules:
        options = not node.owned or rule.pattern not in foreign
        methods = {node.method, "HEAD"} if node.method == "GET" else {node.method}
        order = tuple(Level("", value) for value in rule.order)
        claims.append(
            Claim(
                rule.pattern, tuple(sorted(methods | {"OPTIONS"} if options else methods)), order, node.text,
                node.handler, node.place, node.owned, exact=not why, why=why,
                host=node.attributes.get("host", ""),
            ).under(node.attributes.get("when", ""))
        )  # fmt: skip
    # Levels without a value come last; they belong to rules that are not exact, and nothing depends on them.
    known = [tuple((1,) if level.value is None else level.value for level in claim.order) for claim in claims]
    ranked = sorted(
        zip(known, claims, strict=True), key=lambda pair: (pair[0], pair[1].text, pair[1].methods)
    )
    return [claim for _, claim in ranked]


def _loose(node: RouteNode, own: Converters) -> tuple[FlaskRule, str]:
    """The rule of a route; for one that cannot be translated all that it may match, and why."""
    changing = node.attributes.get("changing")
    if changing:
        anything = (Segment("", ""), Segment(r"[\s\S]*", "", UNKNOWN, True))
        return FlaskRule(r"/[\s\S]*", anything), f"it is as it stands only where {changing}"
    try:
        return translate(node.text, node.place, own), ""
    except Refused as error:
        fixed = re.match(r"(?:/[^<>/]*(?=/))*", node.text)
        segments = [Segment(escape(part), part) for part in (fixed[0] if fixed else "").split("/")]
        rest = Segment(r"[\s\S]*", "", UNKNOWN, True)
        pattern = "/".join(segment.regex for segment in (*segments, rest))
        return FlaskRule(pattern, (*segments, rest)), error.what.partition(": ")[2]


class _Untranslatable(Exception):
    """Why a rule cannot be translated; becomes the message of a Refused."""


def _segments(text: str, own: Converters) -> tuple[Segment, ...]:
    if not text.startswith("/"):
        raise _Untranslatable("it does not start with a slash")
    done: list[Segment] = []
    current = _Draft()
    position = 0
    while position < len(text):
        match = _PART.match(text, position)
        if match is None:
            raise _Untranslatable("it is malformed")
        position = match.end()
        if match["variable"] is not None:
            name, arguments = match["converter"] or "default", match["arguments"] or ""
            regex, weight, isolating = _converted(name, arguments, own)
            current.variable(regex, weight, isolating)
        elif match["static"] is not None:
            current.fixed(match["static"])
        elif current.rest:
            current.fixed("/")
        else:
            done.append(current.segment())
            current = _Draft()
    done.append(current.segment())
    return tuple(done)


class _Draft:
    """A segment that is still growing. Its weight is compared as Werkzeug compares: fixed text first."""

    def __init__(self) -> None:
        self.regex, self.text = "", ""
        self.rest = self.dynamic = False
        self._lengths: list[tuple[int, int]] = []
        self._weights: list[int] = []

    def fixed(self, text: str) -> None:
        self.regex += escape(text)
        self.text += text
        if text != "/":
            self._lengths.append((len(self._lengths), -len(text)))

    def variable(self, regex: str, weight: int, isolating: bool) -> None:
        self.regex += regex
        self.dynamic = True
        self.rest = self.rest or not isolating
        self._weights.append(weight)

    def segment(self) -> Segment:
        if not self.dynamic:
            return Segment(self.regex, self.text)
        weight = (-len(self._lengths), tuple(self._lengths), -len(self._weights), tuple(self._weights))
        return Segment(self.regex, self.text, weight, self.rest)


def escape(text: str) -> str:
    """Text that a regular expression takes literally, in Python and in PCRE alike."""
    return "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    if character.isalnum() or character in "_-/~" or ord(character) > 127:
        return character
    return f"\\x{ord(character):02x}" if ord(character) <= 32 or character == "\x7f" else "\\" + character


def _converted(name: str, arguments: str, own: Converters) -> tuple[str, int, bool]:
    """(regex, weight, whether it stays within one segment) of a converter."""
    values, named = _arguments(arguments)
    given = own.get(name)
    if given is not None and (given.why or arguments):
        raise _Untranslatable(given.why or f"the converter {name!r} is the application's own, with arguments")
    if given is not None:
        return given.regex, given.weight, given.isolating
    convert = _CONVERTERS.get(name)
    if convert is None:
        raise _Untranslatable(f"the converter {name!r} is the application's own")
    try:
        return convert(values, named)
    except (ValueError, IndexError):
        raise _Untranslatable(f"the arguments of {name}({arguments}) make no sense") from None


def _arguments(text: str) -> tuple[list[str], dict[str, str]]:
    values: list[str] = []
    named: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _ARGUMENT.match(text, position)
        if match is None:
            raise _Untranslatable(f"its arguments ({text}) are malformed")
        position = match.end()
        value = next((v for v in (match["double"], match["single"]) if v is not None), match["value"])
        if match["name"]:
            named[match["name"]] = value
        else:
            values.append(value)
    return values, named


def _string(values: list[str], named: Mapping[str, str]) -> tuple[str, int, bool]:
    named = {**dict(zip(("minlength", "maxlength", "length"), values, strict=False)), **named}
    if "length" in named:
        return f"[^/]{{{int(named['length'])}}}", 100, True
    least = int(named.get("minlength", "1"))
    if "maxlength" in named:
        return f"[^/]{{{least},{int(named['maxlength'])}}}", 100, True
    return "[^/]+" if least == 1 else f"[^/]{{{least},}}", 100, True


def _number(digits: str, signed_at: int) -> Callable[[list[str], Mapping[str, str]], tuple[str, int, bool]]:
    # Bounds and numbers of digits are checked after matching: out of bounds is 404 in either process.
    def convert(values: list[str], named: Mapping[str, str]) -> tuple[str, int, bool]:
        signed = named.get("signed", values[signed_at] if len(values) > signed_at else "False")
        return ("-?" if signed in ("True", "1") else "") + digits, 50, True

    return convert


def _any(values: list[str], named: Mapping[str, str]) -> tuple[str, int, bool]:
    if not values:
        raise ValueError("any() of nothing")
    # Werkzeug compares one segment at a time, so that a value with a slash never matches.
    return f"(?:{'|'.join(escape(value) for value in values if '/' not in value)})", 100, True


_CONVERTERS: Mapping[str, Callable[[list[str], Mapping[str, str]], tuple[str, int, bool]]] = {
    "default": _string,
    "string": _string,
    "int": _number("[0-9]+", 3),
    "float": _number(r"[0-9]+\.[0-9]+", 2),
    "path": lambda values, named: ("[^/].*?", 200, False),
    "uuid": lambda values, named: (_UUID, 100, True),
    "any": _any,
}
