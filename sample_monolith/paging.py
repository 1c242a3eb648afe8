"""Pages of long lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import BadRequest

MAX_PER_PAGE = 50


@dataclass(frozen=True)
class Page:
    number: int
    size: int

    @classmethod
    def from_args(cls, args: Mapping[str, str], size: int = 10) -> "Page":
        return cls(_positive(args, "page", 1), min(_positive(args, "per_page", size), MAX_PER_PAGE))

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    def envelope(self, items: list[dict[str, Any]], total: int) -> dict[str, Any]:
        pages = -(-total // self.size)
        return {"items": items, "page": self.number, "per_page": self.size, "pages": pages, "total": total}


def _positive(args: Mapping[str, str], name: str, default: int) -> int:
    value = args.get(name, str(default))
    if not value.isdecimal() or not 1 <= int(value) <= 1_000_000:
        raise BadRequest(f"{name} must be a positive number.", field=name)
    return int(value)
