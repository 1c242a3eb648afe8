"""Calls of functions through a proxy: the checker as a process, and tokens to ask it with."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ...analyzer.model.routes import RouteTable
from ...generators.checker import access
from ...generators.routing import FOLDER
from .. import processes
from .trial import write


@contextmanager
def checker(folder: Path, table: RouteTable, secrets: Mapping[str, str]) -> Iterator[int]:
    """The generated checker of a table as a process of its own; its port."""
    write(folder, access(table))
    port = processes.free_port()
    env = {**secrets, "CHECKER_LISTEN": f"{processes.HOST}:{port}"}
    argv = [sys.executable, str(folder / FOLDER / "checker.py")]
    with processes.running("checker", argv, log=folder / "checker.log", env=env, port=port):
        yield port


def token(
    issuer: object, audience: str, secret: str, header: Mapping[str, object] | None = None, **claims: object
) -> str:
    """A token of HS256 for the next minute; `header` and `claims` replace parts of it."""
    now = int(time.time())
    parts = (
        {"alg": "HS256", "typ": "JWT", **(header or {})},
        {"iss": issuer, "aud": audience, "iat": now, "exp": now + 60, **claims},
    )
    text = ".".join(_base64(json.dumps(part).encode()) for part in parts)
    return f"{text}.{_base64(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
