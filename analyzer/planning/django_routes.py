"""Django's URL patterns as claims: `path()` and `re_path()` below all that includes them.

Source of the rules: `django.urls.resolvers` (5.2): a pattern that includes others is matched once, from the
left, and what it leaves goes to the patterns below; the first that matches decides, whatever the method.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from ..model.routes import ANY_METHOD
from .flask_rules import escape
from .overlaps import is_prefix_free
from .own_converters import NONE, Converters
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
_LANGUAGE = "(?:[A-Za-z]{2,3}(?:[@_-][A-Za-z0-9]+)*/)?"
"""What may stand where `i18n_patterns` puts a language."""


def django_claims(nodes: Iterable[RouteNode], own: Converters = NONE) -> list[Claim]:
    """One claim for each pattern, in the order in which Django tries them."""
    grouped: dict[str, list[RouteNode]] = {}
    for node in nodes:
        grouped.setdefault(node.attributes.get("tried", node.node.id), []).append(node)
    claims = [_claim(group, own) for group in grouped.values()]
    return sorted(claims, key=lambda claim: (claim.order, claim.place))


def _claim(group: Sequence[RouteNode], own: Converters) -> Claim:
    node = next((node for node in group if node.owned), group[0])
    sockets = all(each.method == "WEBSOCKET" for each in group)
    methods = ("WEBSOCKET",) if sockets else (ANY_METHOD,)
    owned = node.owned
    why = "" if len({each.owned for each in group}) == 1 else "its methods belong to several services"
    pattern, order = "/", []
    try:
        numbers, pieces = json.loads(node.attributes["tried"])
        order = [str(number) for number in numbers]
        for index, (kind, text) in enumerate(pieces):
            pattern += _piece(kind, text, index == len(pieces) - 1, own)
    except KeyError:
        pattern, why = _ALL, "it is not told how it is reached"
    except Unportable as error:
        pattern, why = pattern + str(error.args[1] if len(error.args) > 1 else _ALL), str(error.args[0])
    root = Level(f"root {order[0] if order else ''}", ())
    levels = (root, *(Level("", (number,)) for number in order[1:]))
    if owned and not why and node.attributes.get("apart"):
        why = "no ROOT_URLCONF that is known leads to it"
    claim = Claim(
        pattern, methods, levels, node.text, node.handler, node.place, owned, exact=not why, why=why,
        help=_STATED if why == _RUN else "",
    )  # fmt: skip
    return claim.under(node.attributes.get("when", ""))


def _piece(kind: str, text: str, last: bool, own: Converters) -> str:
    """The expression of one pattern. Raises Unportable, with what it may match at most if that is known."""
    if kind == "path":
        pattern = _route(text, own)
    elif kind == "regex":
        pattern = _regex(text, last)
    elif text == "<language>/":
        raise Unportable("its language prefix depends on the settings", _LANGUAGE + _ALL)
    else:
        raise Unportable(_RUN)
    if not last and not is_prefix_free(pattern):
        raise Unportable(f"what {text!r} leaves to the patterns below it can be read in several ways")
    return pattern


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
