"""The cache: Redis, or a stand-in with the part of its interface that the shop uses."""

import json
import threading
import time
from functools import cache as once
from typing import Any, Protocol

from . import settings


class Store(Protocol):
    def get(self, name: str) -> Any: ...
    def setex(self, name: str, time: int, value: Any) -> Any: ...
    def delete(self, *names: str) -> Any: ...
    def incr(self, name: str) -> int: ...


class Memory:
    """Redis for one process: nothing outlives it and no other process sees it."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[float, bytes]] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> bytes | None:
        until, value = self._values.get(name, (0.0, b""))
        return value if until > time.monotonic() else None

    def setex(self, name: str, time_: int, value: str | bytes) -> bool:
        data = value.encode() if isinstance(value, str) else value
        self._values[name] = (time.monotonic() + time_, data)
        return True

    def delete(self, *names: str) -> int:
        return sum(self._values.pop(name, None) is not None for name in names)

    def incr(self, name: str) -> int:
        with self._lock:
            count = int(self.get(name) or 0) + 1
            self._values[name] = (float("inf"), str(count).encode())
            return count


@once
def store() -> Store:
    if settings.STACK == "embedded":
        return Memory()
    import redis

    found: Store = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2)
    return found


def get_json(key: str) -> Any:
    """What was kept under the key, or None."""
    kept = store().get(key)
    return None if kept is None else json.loads(kept)


def set_json(key: str, value: Any, seconds: int = settings.CACHE_SECONDS) -> None:
    store().setex(key, seconds, json.dumps(value))


def delete(*keys: str) -> None:
    store().delete(*keys)
