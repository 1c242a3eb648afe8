"""The checker that nginx asks before a function is called, and who may call what.

`checker.py` and the `jwks.py` beside it, which services have too, need Python alone. What it lets through
stands in `access/`, one file a service, out of `carveout.toml`; what does not stand there is refused.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..analyzer.model.changes import Change
from ..analyzer.model.routes import RouteTable
from .quoting import name
from .render import render_file
from .routing import FOLDER

MARK = ".carveout-service"
"""The file that marks a folder as no part of the monolith."""


_SAYS = "# Written by carveout. `carveout analyze` passes this folder over: it is not the monolith's.\n"


def access(table: RouteTable) -> Iterable[Change]:
    """The checker, and the grants of one service."""
    slug = name(table.service)
    grants = {
        grant.consumer: {"functions": list(grant.functions), "outside": grant.outside}
        for grant in table.grants
    }
    yield Change(f"{FOLDER}/{MARK}", _SAYS)
    yield jwks(FOLDER)
    yield Change(f"{FOLDER}/checker.py", render_file("proxies/checker/checker.py.jinja", {}))
    text = render_file("proxies/checker/access.json.jinja", {"access": {"service": slug, "grants": grants}})
    yield Change(f"{FOLDER}/access/{slug}.json", text)


def jwks(folder: str) -> Change:
    """What checks tokens by keys that consumers publish, in a folder of the project."""
    return Change(f"{folder}/jwks.py", render_file("proxies/checker/jwks.py.jinja", {}))
