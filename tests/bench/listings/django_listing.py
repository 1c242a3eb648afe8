"""The rows of a Django application, off its own resolver; viewsets of Django REST framework included."""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from collections.abc import Iterator
from types import CellType
from typing import Any

EMPTY = CellType()
SUFFIXED = re.compile(r"\(\?P<format>[^(]*\Z|<drf_format_suffix\w*:format>\Z")
"""What Django REST framework adds beside each pattern for suffixes such as `.json`."""


def peeled(view: Any) -> Iterator[Any]:
    """A view and what its decorators wrap, those too that do not say so: the one function that they keep."""
    while view is not None:
        yield view
        cells = [cell.cell_contents for cell in getattr(view, "__closure__", None) or () if cell != EMPTY]
        kept = [content for content in cells if inspect.isfunction(content)]
        view = getattr(view, "__wrapped__", kept[0] if len(kept) == 1 else None)


def dotted(function: Any) -> str:
    """`module.function` of what stands inside decorators and bound methods."""
    *_, function = peeled(function)
    function = getattr(function, "__func__", function)
    name = getattr(function, "__qualname__", type(function).__qualname__)
    if name == "<lambda>":
        name = f"<lambda{number(function)}>"
    return f"{function.__module__}.{name}".replace("<locals>.", "")


def number(function: Any) -> int:
    """Which of its module's lambdas a function is."""
    tree = ast.parse(inspect.getsource(sys.modules[function.__module__]))
    lines = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
    return sorted(lines).index(function.__code__.co_firstlineno) + 1


def text_of(pattern: Any) -> str:
    """A pattern as it is written; regular expressions without the marks of their ends."""
    if type(pattern).__name__ == "LocalePrefixPattern":
        return "<language>/"
    if type(pattern).__name__ == "RegexPattern":
        return str(pattern).removeprefix("^").removesuffix("$")
    return str(pattern)


def of_class(view: type, method: str, package: str) -> str:
    """`module.Class.method` where the project defines the method, else the view class."""
    for base in view.__mro__:
        if method in vars(base):
            name = dotted(vars(base)[method])  # the library's where a decorator only wraps that
            if base.__module__.partition(".")[0] == name.partition(".")[0] == package:
                return name
            break
    return f"{view.__module__}.{view.__qualname__}"


def methods(view: Any) -> list[str]:
    """The methods that `require_http_methods` and the like let through to a function."""
    for function in peeled(view):
        names = getattr(getattr(function, "__code__", None), "co_freevars", ())
        free = dict(zip(names, getattr(function, "__closure__", None) or (), strict=True))
        if "request_method_list" in free:
            return [method for method in free["request_method_list"].cell_contents if method != "HEAD"]
    return ["ANY"]


def answers(view: Any, package: str) -> Iterator[tuple[str, str]]:
    """(method, handler) of one view; of Django Ninja's, those of all operations at its path."""
    operations = getattr(own(view), "operations", None)
    if operations is not None:
        for operation in operations:
            yield from ((method, dotted(operation.view_func)) for method in operation.methods)
        return
    layers = list(peeled(view))
    made = next((found for layer in layers if (found := class_of(layer)) is not None), None)
    if made is None:
        for method in methods(view):
            yield method, dotted(view)
        return
    actions = next((layer.actions for layer in layers if getattr(layer, "actions", None)), None)
    names = actions or {method: method for method in made.http_method_names if hasattr(made, method)}
    for method, name in names.items():
        if made.__qualname__ == "WrappedAPIView":  # what `@api_view` makes of a function
            yield method.upper(), f"{made.__module__}.{made.__name__}"
        elif method in made.http_method_names:
            yield method.upper(), of_class(made, name, package)
    if set(names) <= {"options", "head", "trace"}:
        yield "ANY", of_class(made, "dispatch", package)


def own(view: Any) -> Any:
    """The object that a function made by one of its methods keeps as `self`."""
    names = getattr(getattr(view, "__code__", None), "co_freevars", ())
    cells = dict(zip(names, getattr(view, "__closure__", None) or (), strict=True))
    return cells["self"].cell_contents if "self" in cells else None


def class_of(view: Any) -> Any:
    """The class of a view that `as_view()` made."""
    return getattr(view, "cls", None) or getattr(view, "view_class", None)


def rows(resolver: Any, package: str, prefix: str = "/") -> Iterator[tuple[str, str, str]]:
    """(path, method, handler) of all patterns below a resolver."""
    for pattern in resolver.url_patterns:
        text = prefix + text_of(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from rows(pattern, package, text)
        else:
            for method, handler in answers(pattern.callback, package):
                while "//" in text:
                    text = text.replace("//", "/")
                yield text, method, handler


def show(package: str) -> None:
    """Prints the rows of the application whose settings are configured."""
    from django.urls import get_resolver  # type: ignore[import-untyped]

    found = {row for row in rows(get_resolver(), package) if not SUFFIXED.search(row[0])}
    print("\n" + json.dumps(sorted(found)))
