"""What was found of the parameters of one function so far, and what facts keep of it."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.facts import Access
from . import paths as steps
from .flow.code import OF_CLASS, STATIC, ScopeCode


class Draft:
    """What was found of one function so far."""

    def __init__(self) -> None:
        self.reads: set[tuple[int, str]] = set()
        self.writes: set[tuple[int, str]] = set()
        self.escapes: set[tuple[int, str, str]] = set()
        self.handed: set[tuple[int, str, str, int, str]] = set()


def parameters_of(scope: ScopeCode) -> list[str]:
    """The parameters in the order of their registers; those that take the rest with their stars."""
    more = [f"*{scope.vararg}"] if scope.vararg else []
    return [*scope.positional, *scope.keywords, *more, *([f"**{scope.kwarg}"] if scope.kwarg else [])]


def access_of(scope: ScopeCode, draft: Draft, types: Sequence[str]) -> Access:
    """What was found of a function, as facts hold it."""
    return Access(
        scope.name,
        parameters_of(scope),
        list(types),
        len(scope.positional),
        scope.flags & (STATIC | OF_CLASS),
        _longest(draft.reads),
        _longest(draft.writes),
        sorted(draft.escapes),
        sorted(draft.handed),
    )


def _longest(found: set[tuple[int, str]]) -> list[tuple[int, str]]:
    """What is read on the way to something else goes without saying."""
    by_parameter: dict[int, set[str]] = {}
    for parameter, path in found:
        by_parameter.setdefault(parameter, set()).add(path)
    return [
        (parameter, path)
        for parameter in sorted(by_parameter)
        for path in steps.longest(by_parameter[parameter])
    ]
