"""Django's URL patterns as claims: `path()` and `re_path()` below all that includes them.

Source of the rules: `django.urls.resolvers` (5.2): a pattern that includes others is matched once, from the
left, and what it leaves goes to the patterns below; the first that matches decides, whatever the method.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from ..model.evidence import Place
from ..model.facts import Json
from ..model.routes import ANY_METHOD
from .flask_rules import escape
from .overlaps import is_prefix_free
from .own_converters import LANGUAGE, NONE, Converters
from .regexes import ANY, Unportable, portable
from .route_claims import Claim, Level
from .route_nodes import RouteNode

_HEX = "[0-9a-f]"
_CONVERTERS = {
    "str": "[^/]+", "int": "[0-9]+", "slug": "[-a-zA-Z0-9_]+", "path": f"{ANY}+",
    "uuid": f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}",
}  # fmt: skip
_VARIABLE = re.compile(r"<(?:(?P<converter>[^>:\s]+):)?[^>\s]+>")
_ALL = r"[\s\S]*"
_RUN = "a part of it is known only when the application runs"
_STATED = 'say in carveout.toml what the variable holds: [values], "shop.urls.prefix" = ""'
_BEHIND = (
    "put it behind the routes of the service, or below a path of its own, or say in carveout.toml with what "
    'its paths begin: [values], "library.urls" = "library/"'
)
_LANGUAGE = "(?:[A-Za-z]{2,3}(?:[@_-][A-Za-z0-9]+)*/)?"
"""What may stand where `i18n_patterns` puts a language."""

Piece = tuple[str, str]
"""(kind, text) of one pattern (`python/urlconf/leaves.py`)."""


def django_claims(nodes: Iterable[RouteNode], own: Converters = NONE) -> list[Claim]:
    """One claim for each pattern, in the order in which Django tries them."""
    grouped: dict[str, list[RouteNode]] = {}
    for node in nodes:
        grouped.setdefault(node.attributes.get("tried", node.node.id), []).append(node)
    claims = [_claim(group, own) for group in grouped.values()]
    behind = {node.attributes["behind"] for node in nodes if node.owned and "behind" in node.attributes}
    unknown = {json.dumps(one) for text in sorted(behind) for one in json.loads(text)}
    claims += [_unknown(json.loads(one), own) for one in sorted(unknown)]
    return sorted(claims, key=lambda claim: (claim.order, claim.place))


def _claim(group: Sequence[RouteNode], own: Converters) -> Claim:
    node = next((node for node in group if node.owned), group[0])
    sockets = all(each.method == "WEBSOCKET" for each in group)
    methods = ("WEBSOCKET",) if sockets else (ANY_METHOD,)
    owned = node.owned
    why = "" if len({each.owned for each in group}) == 1 else "its methods belong to several services"
    order: list[str] = []
    try:
        order, pieces = json.loads(node.attributes["tried"])
        pattern, loose = _pattern(pieces, True, own)
        why = loose or why
    except KeyError:
        pattern, why = _ALL, "it is not told how it is reached"
    if owned and not why and node.attributes.get("apart"):
        why = "no ROOT_URLCONF that is known leads to it"
    claim = Claim(
        pattern, methods, _levels(order), node.text, node.handler, node.place, owned, exact=not why, why=why,
        help=_STATED if why == _RUN else "",
    )  # fmt: skip
    return claim.under(node.attributes.get("when", ""))


def _unknown(told: Sequence[Json], own: Converters) -> Claim:
    """The claim of what nobody knows: all that is below the patterns that lead to it."""
    order, pieces, shown, when, path, line = told
    pattern, loose = _pattern(pieces, False, own)
    why = "" if when else "what it answers is not known"
    return Claim(
        pattern if loose else pattern + _ALL, (ANY_METHOD,), _levels(order), shown, "", Place(path, line),
        False, exact=not why, why=why, help=_BEHIND,
    ).under(when)  # fmt: skip


def _levels(order: Sequence[str]) -> tuple[Level, ...]:
    """The root, then the number among its patterns."""
    root = Level(f"root {order[0] if order else ''}", ())
    return (root, *(Level("", (number,)) for number in order[1:]))


def _pattern(pieces: Sequence[Piece], ends: bool, own: Converters) -> tuple[str, str]:
    """The expression of patterns that lead on to each other, and why it takes more than these do ("")."""
    pattern = "/"
    try:
        for index, (kind, text) in enumerate(pieces):
            pattern += _piece(kind, text, ends and index == len(pieces) - 1, own)
    except Unportable as error:
        return pattern + str(error.args[1] if len(error.args) > 1 else _ALL), str(error.args[0])
    return pattern, ""


def _piece(kind: str, text: str, last: bool, own: Converters) -> str:
    """The expression of one pattern. Raises Unportable, with what it may match at most if that is known."""
    kind, _, suffix = kind.partition(" ")
    if kind == "path":
        pattern = _route(text, own)
    elif kind == "regex":
        pattern = _regex(text, last)
    elif text == LANGUAGE:
        told = own.get(LANGUAGE)
        if told is None or told.why:
            why = f": {told.why}" if told is not None else ""
            raise Unportable(f"its language prefix depends on the settings{why}", _LANGUAGE + _ALL)
        pattern = told.regex
    else:
        raise Unportable(_RUN)
    if not last and not is_prefix_free(pattern):
        raise Unportable(f"what {text!r} leaves to the patterns below it can be read in several ways")
    return f"(?:{pattern}|{_with_suffix(kind, text, suffix, own)})" if suffix else pattern


def _with_suffix(kind: str, text: str, suffix: str, own: Converters) -> str:
    """What `format_suffix_patterns` adds beside a pattern."""
    bare, ending = text.rstrip("$").rstrip("/"), f"\\.{suffix}/?"
    return _route(bare, own) + ending if kind == "path" else _regex(f"{bare}{ending}$", last=True)


def _route(text: str, own: Converters) -> str:
    """The expression of a text of `path()`."""
    found, end = "", 0
    for match in _VARIABLE.finditer(text):
        converter = match["converter"] or "str"
        given = own.get(converter)
        if given is not None and given.why:
            raise Unportable(given.why)
        if given is None and converter not in _CONVERTERS:
            raise Unportable(f"the converter {converter!r} is the application's own")
        found += escape(text[end : match.start()]) + (given.regex if given else _CONVERTERS[converter])
        end = match.end()
    if "<" in text[end:]:
        raise Unportable("it is malformed")
    return found + escape(text[end:])


def _regex(text: str, last: bool) -> str:
    """The expression of a text of `re_path()`: Django searches, but for ends that say `$`."""
    if not text:
        return _ALL if last else ""
    regex = portable(text)
    if last and text.endswith("$"):
        return regex.text
    if regex.last and not last:
        raise Unportable("it marks the end of a path that goes on")
    before = "" if regex.first else _ALL
    return before + regex.text + ("" if regex.last or not last else _ALL)
