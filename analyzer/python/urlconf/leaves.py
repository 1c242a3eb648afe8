"""What stands at the ends of URL patterns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ...model.evidence import Place
from ..conditions import NEVER

PATTERNS = "urlpatterns"
"""The variable of a module that Django looks at."""


Piece = tuple[str, str]
"""(`path`, `regex`, or `unknown` for what only a request or a run would tell; text) of one pattern.

`path [a-z]+` and `regex [a-z]+` also answer with a dot and what that expression takes at the end.
"""


class Leaf(NamedTuple):
    """What stands at the end of a pattern, and where.

    `kind` is `view` (`data` holds what may answer, innermost first), `router`, `api` or `object` (something
    whose `.urls` are included; `code` names it), `module` (the patterns of a library), `page` (of the
    admin: `code` is its method), `super`, `text` (a pattern's that is not known) or `unknown`.
    `receiver` is the class of `self`; `name` that of the pattern, `space` its namespaces (`shop:cart:`).
    `pieces` are the patterns that lead to it, from the root, as they are written; `when` is the condition
    under which it is there (`python/conditions.py`).
    """

    kind: str
    path: str
    scope: str
    line: int
    column: int
    code: str
    expression: str = ""
    data: str = ""
    name: str = ""
    receiver: str = ""
    mapping: tuple[tuple[str, str], ...] | None = None
    space: str = ""
    pieces: tuple[Piece, ...] = ()
    when: str = ""

    def below(self, kind: str, text: str) -> Leaf:
        """This leaf with one more pattern before it."""
        return self._replace(pieces=((kind, text), *self.pieces))

    def under(self, condition: str) -> Leaf:
        """This leaf where a condition holds, too; "" always does."""
        return self if not condition or self.when == NEVER else self._replace(when=condition)

    @property
    def place(self) -> Place:
        return Place(self.path, self.line, self.column)

    @property
    def shown(self) -> str:
        """What is included, as it is written."""
        if self.kind == "object":
            return f"include({self.code}.urls)"[:120]
        return f"include({self.code!r})" if self.kind == "module" else self.code[:120]


Entries = tuple[tuple[str, Leaf], ...]
Key = tuple[str, str, str]
"""(path, scope, name) of what holds patterns."""


def under(condition: str, entries: Iterable[tuple[str, Leaf]]) -> Iterator[tuple[str, Leaf]]:
    """Patterns that are there only under a condition ("": in any case)."""
    for text, leaf in entries:
        yield text, leaf.under(condition)


def suffixed(suffix: str, entries: Iterable[tuple[str, Leaf]]) -> Iterator[tuple[str, Leaf]]:
    """Patterns that also answer with a suffix, an expression: what Django REST framework makes of them."""
    for text, leaf in entries:
        *above, (kind, last) = leaf.pieces or (("unknown", ""),)
        if leaf.kind != "view" or kind == "unknown" or not suffix:
            yield text, leaf.below("unknown", "")
        else:
            yield text, leaf._replace(pieces=(*above, (f"{kind} {suffix}", last)))


def within(space: str, entries: Iterable[tuple[str, Leaf]]) -> Iterator[tuple[str, Leaf]]:
    """Patterns whose names stand in a namespace."""
    for text, leaf in entries:
        yield text, leaf._replace(space=f"{space}:{leaf.space}") if space else leaf


def plain(regex: str) -> str:
    """A regular expression without the marks of its ends."""
    return regex.removeprefix("^").removesuffix("$")
