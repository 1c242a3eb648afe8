"""The service of a test run, in a process of its own: it borrows from the tests what they have changed.

Started by `carveout_process.py` and by nothing else: the service's own files know nothing of this one.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import os
import sys
import threading
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from carveout_channel import Channel

_channel: Channel | None = None


def ask(what: str, *about: Any) -> Any:
    """The answer of the tests' process."""
    assert _channel is not None
    return _channel.ask(what, *about)


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


def start() -> None:
    """Runs until the process of the tests is gone."""
    global _channel
    told = json.loads(os.environ.pop("CARVEOUT_SERVICE"))
    threading.Thread(target=_live, args=(told["lifeline"],), daemon=True).start()
    _channel = Channel(told["reads"], told["writes"])
    sys.path.insert(0, told["src"])
    side = importlib.import_module(f"carveout_{told['framework']}_borrower")
    application = side.application(told["package"], told["rung"])
    if told.get("replay"):
        importlib.import_module("carveout_sent").divert(lambda kind, told: ask("sent", kind, told))
    server = make_server(
        "127.0.0.1", 0, _within(application, told["src"], side.overriding), WSGIServer, _Quiet
    )
    ask("ready", server.server_port)
    server.serve_forever()


def _live(lifeline: int) -> None:
    """Its other end closes with the last process of the tests, however that ends."""
    os.read(lifeline, 1)
    os._exit(0)


def _within(application: Any, src: str, overriding: Callable[[dict[str, Any]], Any]) -> Callable[..., Any]:
    def answer(environ: Any, start_response: Any) -> Any:
        told = ask("context")
        with contextlib.ExitStack() as stack:
            _carry_out_tasks(told["eager"])
            stack.enter_context(_time(told["time"]))
            stack.enter_context(overriding(told["settings"]))
            for module, owner, attribute in told["patches"]:
                stack.enter_context(_patch(src, module, owner, attribute))
            body = application(environ, start_response)
            try:
                return [b"".join(body)]
            finally:
                if hasattr(body, "close"):
                    body.close()

    return answer


def _carry_out_tasks(eager: bool) -> None:
    """Tasks of Celery are carried out where they are sent, if the tests have it so."""
    celery = sys.modules.get("celery")
    if celery is None and eager and importlib.util.find_spec("celery") is not None:
        celery = importlib.import_module("celery")  # the moved code comes to it when it is first asked
    if celery is not None:
        celery.current_app.conf.task_always_eager = eager


@contextlib.contextmanager
def _time(told: Any) -> Iterator[None]:
    """The time is what the test made of it, by the library that it uses."""
    if told is None:
        yield
        return
    library, moment, ticks = told
    module = importlib.import_module(library)
    frozen: Any = (
        module.travel(moment, tick=ticks)
        if library == "time_machine"
        else module.freeze_time(moment, tick=ticks)
    )
    with frozen:
        yield


@contextlib.contextmanager
def _patch(src: str, module: str, owner: str, attribute: str) -> Iterator[None]:
    """A name of the moved code, or of what it imports, is what the test made of it."""
    if module not in sys.modules and _is_moved(src, module):
        importlib.import_module(module)  # as the call that is about to be answered would
    target: Any = sys.modules.get(module)
    for part in filter(None, owner.split(".")):
        target = getattr(target, part, None)
    if target is None or not (hasattr(target, attribute) and _is_used(src, module, target, attribute)):
        yield
        return
    name = ".".join(filter(None, [module, owner, attribute]))
    is_value, value = ask("patched", name)
    original = vars(target).get(attribute, getattr(target, attribute))
    fake = value if is_value else Lent(name)
    if isinstance(original, types.FunctionType) and isinstance(target, type) and not is_value:
        fake = lambda *args, **kwargs: Lent(name)(*args, **kwargs)  # noqa: E731 - Lent does not bind
    setattr(target, attribute, fake)
    try:
        yield
    finally:
        setattr(target, attribute, original)


def _is_moved(src: str, module: str) -> bool:
    """Whether a module is one of the service's own files."""
    inside = Path(src, *module.split("."))
    return inside.with_suffix(".py").is_file() or (inside / "__init__.py").is_file()


def _is_used(src: str, module: str, target: Any, attribute: str) -> bool:
    """Whether a patched name matters here: it is of the moved code, or something that this imports."""
    mine = [
        each
        for each in list(sys.modules.values())
        if str(getattr(each, "__file__", None) or "").startswith(f"{src}{os.sep}")
    ]
    if any(each.__name__ == module for each in mine):
        return True
    value = getattr(target, attribute)
    owners = (target, sys.modules.get(module), value)
    return any(any(found is owner for owner in owners) for each in mine for found in vars(each).values())


class Lent:
    """Stands for what a test put in the place of a name: calls go back to it."""

    def __init__(self, name: str, path: tuple[str, ...] = ()) -> None:
        self._name, self._path = name, path

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return ask("call", self._name, self._path, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Lent(self._name, (*self._path, name))


if __name__ == "__main__":
    sys.modules["carveout_service"] = sys.modules["__main__"]
    start()
