"""A service of FastAPI in a test run: its application of ASGI answers one request after the other."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import Callable, Iterator
from typing import Any

from carveout_given import give, needed
from carveout_sqlalchemy_borrower import borrow


def application(package: str, rung: str) -> Any:
    """The service's own application behind a door of WSGI."""
    give(needed(package))
    if rung == "process":
        borrow()
    return _door(importlib.import_module(f"{package}.asgi").application)


@contextlib.contextmanager
def overriding(told: dict[str, Any]) -> Iterator[None]:
    """It has no settings but its environment."""
    yield


def _door(inner: Any) -> Callable[..., list[bytes]]:
    def answer(environ: Any, start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(inner(_scope(environ), receive, send))
        start = sent[0]
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
        start_response(f"{start['status']} .", headers)
        return [message.get("body", b"") for message in sent[1:]]

    return answer


def _scope(environ: Any) -> dict[str, Any]:
    named = {
        name[5:].lower().replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    named["content-type"] = environ.get("CONTENT_TYPE", "")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": environ["REQUEST_METHOD"],
        "scheme": "http",
        "path": environ["PATH_INFO"],
        "raw_path": environ["PATH_INFO"].encode(),
        "query_string": environ.get("QUERY_STRING", "").encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in named.items()],
    }
