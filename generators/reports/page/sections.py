"""What a view gives to the page: a section of HTML that reads without script, and what script adds to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from ....analyzer.model.results import ReviewResult
from ...diagrams.text import clean
from ..groupings import Grouping

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

TEMPLATES = Path(__file__).parents[3] / "templates" / "reports" / "page"


@dataclass(frozen=True, slots=True)
class Section:
    """A view as HTML. `badge` is a figure beside its title in the navigation, "" for none."""

    body: Markup
    badge: str = ""


Cell = str | tuple[str, str]
"""A text; in the first column the value of its button and the text, elsewhere a tone and the text."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a view tells of one grouping: the rows of its table, and sentences by the name of their place.

    Rows may be shorter than those of the page: the cells that are missing are the same for every grouping.
    `further` are rows of further tables by their name; the page calls them `view.name`.
    """

    rows: Sequence[Sequence[Cell]]
    said: Mapping[str, str]
    further: Mapping[str, Sequence[Sequence[Cell]]] = field(default_factory=dict)


@runtime_checkable
class Following(Protocol):
    """A view whose table follows the chosen grouping; the page itself tells of the first."""

    def shown(self, result: ReviewResult, grouping: Grouping) -> Shown: ...


class View(Protocol):
    """One view of the page: `name` is its address, `rank` its place in the navigation.

    `render` gives None where there is nothing to show. `script` is what it does beyond reading; it is called
    in the scope of `templates/reports/page/script`.
    """

    name: str
    title: str
    rank: int
    script: str

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None: ...


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.filters["number"] = lambda value: f"{value:,}"
    environment.filters["told_by"] = told_by
    return environment


def _harmless(value: Any) -> Any:
    """Names of the analysed code steer no terminal and no reader: marks and control characters are shown."""
    return clean(value) if type(value) is str else value


def told_by(value: str, text: str) -> str:
    """A value for an attribute beside its text, with `*` for what the text says: `route:*` of `GET /`."""
    same = clean(text) == text and value.endswith(text)
    return f"{value.removesuffix(text)}*" if same else value


def markup(template: str, context: Mapping[str, Any]) -> Markup:
    """A rendered template of `templates/reports/page`; whatever is printed is escaped."""
    from markupsafe import Markup

    return Markup(_environment().get_template(template).render(context))


def script(name: str) -> str:
    """A script of `templates/reports/page` without its comments and indentation."""
    lines = (TEMPLATES / f"{name}.js").read_text("utf-8").splitlines()
    return "\n".join(line.strip() for line in lines if line.strip() and not line.strip().startswith("//"))
