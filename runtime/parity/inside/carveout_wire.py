"""The rung wire: calls at a seam cross as bytes within this process."""

from __future__ import annotations

import functools
import json
import os
import sys
import threading
import traceback
import urllib.parse
from importlib import import_module
from typing import Any

from carveout_sabotage import wrong


class Rung:
    """Puts itself behind one seam: all of its functions are remote, and answered in this process."""

    def __init__(self, report: Any, told: dict[str, Any]) -> None:
        self._report, self._sabotage = report, told["sabotage"]
        self._functions: dict[str, Any] = {}
        self._inside = threading.local()
        self._serve: Any = None

    def hooks(self) -> dict[str, Any]:
        """Nothing is done to libraries."""
        return {}

    def put_behind(self, module: Any, name: str) -> None:
        """`module` has just been made, and no function stands behind its seam yet."""
        seam = getattr(module, name)
        self.stand_beside(module, seam)
        prefix = seam.service.upper().replace("-", "_")
        os.environ.setdefault(f"{prefix}_SECRET", "of a test run within one process")
        seam.transport.send = functools.partial(self._send, seam)
        seam._next_look = float("inf")
        seam.set_mode("remote")

    def stand_beside(self, module: Any, seam: Any) -> None:
        """Keep the functions, to answer as a service would; what they call of their own stays here."""
        self._serve = import_module(f"{module.__name__.rpartition('.')[0]}.seams.serving").serve
        self._keep_functions(seam)
        away = seam._away
        seam._away = lambda entry, function, args, kwargs: (
            function(*args, **kwargs)
            if getattr(self._inside, "service", False)
            else away(entry, function, args, kwargs)
        )

    def _keep_functions(self, seam: Any) -> None:
        kind = type(seam)
        decorator_of = kind.__call__
        functions = self._functions

        def call(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
            decorate = decorator_of(self, name, *args, **kwargs)

            def keep(function: Any) -> Any:
                functions[name] = function
                return decorate(function)

            return keep

        kind.__call__ = call

    def _send(self, seam: Any, path: str, body: bytes, headers: Any, deadline: float) -> tuple[int, bytes]:
        name = urllib.parse.unquote(path.rpartition("/")[2])
        self._report.crossed(name)
        seam.transport.breaker = type(seam.transport.breaker)()  # tests fail on purpose
        about = seam.functions[name]
        function = self._functions[name]
        if about.binding == "class":  # the service calls it on the class itself
            owner, _, method = name.rpartition(".")
            function = getattr(_resolve(owner), method)
        self._inside.service = True
        try:
            status, answer = self._serve(about, function, json.loads(body))
        except Exception:
            traceback.print_exc()  # where a service would log it
            return 500, b""
        finally:
            self._inside.service = False
        data = json.dumps(answer, allow_nan=False).encode()
        return wrong(status, data) if self._sabotage else (status, data)


def _resolve(name: str) -> Any:
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        module = sys.modules.get(".".join(parts[:end]))
        if module is not None:
            return functools.reduce(getattr, parts[end:], module)
    raise LookupError(name)
