"""The filters of `quoting.py` for Jinja. Apart, so that only rendering loads Jinja."""

from __future__ import annotations

from jinja2 import Environment
from jinja2.ext import Extension

from .quoting import FILTERS


class Quoting(Extension):
    """Puts the filters into an environment; cookiecutter loads it by its dotted name."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters.update(FILTERS)
