"""The pages that `explain` prints: one for each rule, pattern and capability, the docstring of its module."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from .model.errors import UsageError
from .plugins import page, plugins


class Page(NamedTuple):
    """A page: `kind` is rule, pattern or capability; `code` the short name of a rule, "" for others."""

    kind: str
    name: str
    code: str
    text: str

    @property
    def title(self) -> str:
        """Its first line."""
        return self.text.partition("\n")[0]


def pages() -> tuple[Page, ...]:
    """All pages: rules by their code, then patterns and capabilities by name."""
    return (*_rules(), *_named("pattern", "analyzer.patterns", "detector"),
            *_named("capability", "analyzer.capabilities", "capability"))  # fmt: skip


def page_named(text: str) -> Page:
    """The page of that name or code, in any case, `-` and `_` alike. Raises UsageError, with the nearest."""
    wanted, known = text.strip().lower().replace("_", "-"), pages()
    for each in known:
        if wanted in (each.name, each.code.lower()):
            return each
    names = [name for each in known for name in (each.name, each.code.lower()) if name]
    near = get_close_matches(wanted, names, n=1)
    meant = f"did you mean {near[0]}? " if near else ""
    listing = ", ".join(f"{each.name} ({each.code})" if each.code else each.name for each in known)
    raise UsageError(f'there is no page "{text}"', help=f"{meant}there are {listing}")


def _rules() -> Iterator[Page]:
    found = plugins("analyzer.rules", "rule")
    for rule in sorted(found, key=lambda rule: (rule.code, rule.id)):
        yield Page("rule", rule.id, rule.code, page(rule))


def _named(kind: str, folder: str, noun: str) -> Iterator[Page]:
    for each in sorted(plugins(folder, noun), key=lambda each: str(each.name)):
        yield Page(kind, each.name.replace("_", "-"), "", page(each))
