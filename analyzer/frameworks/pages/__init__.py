"""Pages: what templates are made of, which code renders them, and where pages and code lead to.

A file of templates is `template:path/to/file.html`; a template that is asked for and lies in no file of the
project is `template:its/name.html`. Functions, classes and templates `render` templates (a template those
that it extends, includes or imports) and `link` to routes, by the routes' names or by their paths, and to
`static:` files. What is computed, and names that nothing bears, are blind spots.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from ...project.sources import TEMPLATE_SUFFIXES
from .calls import read_code
from .links import link_pages
from .renders import link_templates
from .templates import read_template


class Pages(Framework):
    """See the module."""

    name = "pages"
    version = 2
    triggers = (
        "emplate", "render", ".html", ".txt", ".jinja", ".j2", ".xml", "url_for", "url_path_for", "reverse",
        "edirect", "resolve_url", "success_url", "login_url", "_URL", "static(", "view_name", "pattern_name",
        "next_page",
        *(f"*{suffix}" for suffix in TEMPLATE_SUFFIXES),
    )  # fmt: skip

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_code(syntax)
        else:
            yield from read_template(file.text)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_templates(world)

    def join(self, world: World, routes: Sequence[Node]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_pages(world, routes)


framework = Pages()
