"""Django's own resolver asked for requests."""

from __future__ import annotations

from answering import NONE, answer  # type: ignore[import-not-found]  # beside this file


def show(package: str) -> None:
    """Prints the pattern of each request."""
    from django.urls import Resolver404, get_resolver  # type: ignore[import-untyped]

    resolver = get_resolver()

    def resolve(method: str, path: str) -> str:
        try:
            return str(resolver.resolve(path).route)
        except Resolver404:
            return str(NONE)

    answer(resolve)
