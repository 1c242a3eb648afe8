"""Requests in, out of a file: for each the text of the route that the framework's own resolver gives it to."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

NONE, ELSEWHERE = "none", "redirect"
"""No route, and a redirect, which either side answers alike."""


def answer(resolve: Callable[[str, str], str]) -> None:
    """Prints a JSON list of texts: what `resolve` says of each (method, path), the path decoded."""
    requests = json.loads(Path(os.environ["REQUESTS"]).read_text("utf-8"))
    found = [resolve(method, unquote(target.partition("?")[0])) for method, target in requests]
    print("\n" + json.dumps(found))
