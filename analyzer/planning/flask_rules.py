"""Flask's URL rules as regular expressions, and the order in which Werkzeug tries them.

The translation is that of `werkzeug.routing` (3.x): converters string, int, float, path, uuid and any
with their arguments; a rule that ends with a slash also answers (with a redirect) without it. Digits are
ASCII only. A converter of the application's own has a meaning that only running it would tell: it
is refused, with its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..model.errors import Refused
from ..model.evidence import Place

_PART = re.compile(
    r"/|(?P<static>[^</]+)"
    r"|<(?:(?P<converter>[A-Za-z_]\w*)(?:\((?P<arguments>.*?)\))?:)?(?P<variable>[A-Za-z_]\w*)>",
    re.ASCII,
)
_ARGUMENT = re.compile(
    r"""\s*(?:(?P<name>\w+)\s*=\s*)?(?P<value>[uU]?"(?P<double>[^"]*)"|[uU]?'(?P<single>[^']*)'|[\w.+-]+)\s*(?:,|\Z)"""
)
_UUID = "[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}"


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
    def order(self) -> tuple[tuple[object, ...], ...]:
        return tuple((1, *segment.weight) if segment.weight else (0,) for segment in self.segments)


def translate(text: str, place: Place | None = None) -> FlaskRule:
    """The rule that a text such as `/payments/<int:id>` means.

    Raises Refused for a converter that cannot be translated and for a text that is no rule.
    """
    try:
        segments = _segments(re.sub("/{2,}", "/", text))
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
    if len(segments) > 2 and segments[-1].text == "" and not segments[-1].weight:
        pattern += "?"
    elif segments[-1].rest and segments[-1].regex.endswith("/"):
        pattern = pattern[:-1] + "(?<!/)/?"
    return FlaskRule(pattern, segments)


def overlap(one: FlaskRule, other: FlaskRule) -> bool:
    """Whether some path may match both rules. True where that is not certain."""
    left, right = list(one.segments), list(other.segments)
    for rule in (left, right):
        if len(rule) > 2 and rule[-1] == Segment("", ""):
            rule.pop()
    for index in range(max(len(left), len(right))):
        if any(rule[min(index, len(rule) - 1)].rest for rule in (left, right)):
            return True
        if index >= len(left) or index >= len(right) or not _may_meet(left[index], right[index]):
            return False
    return True


def _may_meet(one: Segment, other: Segment) -> bool:
    if one.weight and other.weight:
        return True
    if not one.weight and not other.weight:
        return one.text == other.text
    fixed, variable = (other, one) if one.weight else (one, other)
    return re.fullmatch(variable.regex, fixed.text) is not None


class _Untranslatable(Exception):
    """Why a rule cannot be translated; becomes the message of a Refused."""


def _segments(text: str) -> tuple[Segment, ...]:
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
            regex, weight, isolating = _converted(match["converter"] or "default", match["arguments"] or "")
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


def _converted(name: str, arguments: str) -> tuple[str, int, bool]:
    """(regex, weight, whether it stays within one segment) of a converter."""
    values, named = _arguments(arguments)
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
