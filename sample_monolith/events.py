"""Who wants to know: handlers are called one after the other, in the transaction of the caller."""

from collections.abc import Callable
from typing import Any

Handler = Callable[..., None]

HANDLERS: dict[str, list[Handler]] = {}


def on(name: str) -> Callable[[Handler], Handler]:
    """Registers a function for an event: `@events.on("order_placed")`."""

    def register(handler: Handler) -> Handler:
        HANDLERS.setdefault(name, []).append(handler)
        return handler

    return register


def emit(name: str, **values: Any) -> None:
    for handler in HANDLERS.get(name, []):
        handler(**values)
