"""What calls send is told and not sent: tasks of Celery, mail of Django; other hosts are not reached.

Used while recorded calls are asked again, in the process of the monolith and in that of the service.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import ipaddress
import socket
import uuid
from collections.abc import Callable
from typing import Any

Tell = Callable[[str, Any], None]
"""Is given (`task`, `mail` or `host`; what of it)."""


def divert(tell: Tell) -> None:
    """From now on. Where something is missing it cannot be sent either."""
    for library, module, how in (
        ("celery", "celery.app.task", _tasks),
        ("django", "django.core.mail.message", _mail),
    ):
        if importlib.util.find_spec(library) is not None:
            how(importlib.import_module(module), tell)
    _hosts(tell)


def _tasks(module: Any, tell: Tell) -> None:
    original = module.Task.apply_async

    @functools.wraps(original)
    def apply_async(self: Any, args: Any = None, kwargs: Any = None, task_id: Any = None, **more: Any) -> Any:
        if self.app.conf.task_always_eager:
            return original(self, args, kwargs, task_id, **more)
        tell("task", {"type": self.name, "args": repr(tuple(args or ())), "kwargs": repr(dict(kwargs or {}))})
        return self.AsyncResult(task_id or str(uuid.uuid4()))

    module.Task.apply_async = apply_async
    app = importlib.import_module("celery.app.base").Celery

    @functools.wraps(app.send_task)
    def send_task(self: Any, name: str, args: Any = None, kwargs: Any = None, **more: Any) -> Any:
        tell("task", {"type": name, "args": repr(tuple(args or ())), "kwargs": repr(dict(kwargs or {}))})
        return self.AsyncResult(more.get("task_id") or str(uuid.uuid4()))

    app.send_task = send_task


def _mail(module: Any, tell: Tell) -> None:
    def send(self: Any, fail_silently: bool = False) -> int:
        told = {
            "type": "mail",
            "to": repr(self.recipients()),
            "subject": str(self.subject),
            "body": str(self.body),
        }
        tell("mail", told)
        return len(self.recipients())

    module.EmailMessage.send = send


def _hosts(tell: Tell) -> None:
    """Sockets reach this machine alone: the service, and databases beside it."""
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _guarded(getattr(socket.socket, name), tell))


def _guarded(original: Any, tell: Tell) -> Any:
    @functools.wraps(original)
    def connect(self: Any, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
            tell("host", str(address[0]))
            raise ConnectionRefusedError(f"calls that are asked again reach no other host: {address[0]}")
        return original(self, address)

    return connect


def _is_here(host: Any) -> bool:
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return bool(host == "localhost")
