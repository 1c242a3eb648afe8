"""What a view gives to the page: a section of HTML that reads without script, and what script adds to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

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
    return environment


def _harmless(value: Any) -> Any:
    """Names of the analysed code steer no terminal and no reader: marks and control characters are shown."""
    return clean(value) if type(value) is str else value


def markup(template: str, context: Mapping[str, Any]) -> Markup:
    """A rendered template of `templates/reports/page`; whatever is printed is escaped."""
    from markupsafe import Markup

    return Markup(_environment().get_template(template).render(context))


def script(name: str) -> str:
    """A file of `templates/reports/page/script` without its comments and indentation."""
    lines = (TEMPLATES / "script" / f"{name}.js").read_text("utf-8").splitlines()
    return "\n".join(line.strip() for line in lines if line.strip() and not line.strip().startswith("//"))
