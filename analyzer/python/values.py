"""Bindings: what modules and classes bind to names, as far as one file tells."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.facts import Binding
from .syntax import PythonSyntax


def read_bindings(syntax: PythonSyntax) -> Iterator[Binding]:
    """The names that the module and its classes bind to something that can be followed."""
    for scope_name, stores in syntax.stores.items():
        scope = syntax.scopes[scope_name]
        if scope.kind == "function":
            continue
        for name, places in stores.items():
            for store in places[:4]:
                value = syntax.expressions.stored(store)
                if f"{store.scope}.{value}" in syntax.scopes and store.scope != scope_name:
                    value = f"{store.scope}.{value}"  # `self.hook = hook`, a function of the method
                if not value.startswith("?"):
                    yield Binding(scope_name, name, value, store.line)
