"""The routes of a service beside the proxy's configuration, so that one can ask where a request goes.

`proxy/routes/<service>.json`: what the emitters were given, in the portable form.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from ..analyzer.model.changes import Change
from ..analyzer.model.errors import CarveoutError
from ..analyzer.model.evidence import Place
from ..analyzer.model.routes import Grant, Route, RouteTable, Traffic
from .quoting import name
from .routing import FOLDER

SCHEMA = "carveout/routes/1"


def kept(table: RouteTable) -> Iterable[Change]:
    """The routes of a service and its share, which is nothing yet."""
    slug = name(table.service)
    data = {
        "schema": SCHEMA,
        "service": table.service,
        "internal": table.internal,
        "sockets": table.sockets,
        "one_slash": table.one_slash,
        "functions": list(table.functions),
        "grants": [
            {"consumer": grant.consumer, "functions": list(grant.functions), "outside": grant.outside}
            for grant in table.grants
        ],
        "routes": [
            {
                "method": route.method,
                "pattern": route.pattern,
                "text": route.text,
                "unless": list(route.unless),
                "path": route.place.path if route.place else "",
                "line": route.place.line if route.place else 0,
            }
            for route in table.routes
        ],
    }
    text = json.dumps(data, ensure_ascii=True, indent=1, sort_keys=True) + "\n"
    yield Change(f"{FOLDER}/routes/{slug}.json", text)
    yield Change(f"{FOLDER}/traffic/{slug}.json", share_text(Traffic()), owner="user")


def share_text(traffic: Traffic) -> str:
    """How much a service gets, as it is kept."""
    return json.dumps({"percent": traffic.percent, "mirror": traffic.mirror}, sort_keys=True) + "\n"


def load_share(text: str, place: Place) -> Traffic:
    """The share out of such a text. Raises CarveoutError for one that is none."""
    try:
        data = json.loads(text)
        percent, mirror = data["percent"], data["mirror"]
        if isinstance(percent, bool) or not 0 <= percent <= 100 or not isinstance(mirror, bool):
            raise ValueError("percent is a number from 0 to 100, mirror true or false")
    except (ValueError, KeyError, TypeError) as error:
        raise CarveoutError(
            f"the share cannot be read: {error}",
            place=place,
            help="carveout route SERVICE rollback writes it anew",
        ) from None
    return Traffic(float(percent), mirror)


def load_table(text: str, place: Place) -> RouteTable:
    """The routes out of such a file. Raises CarveoutError for one of another kind or version."""
    try:
        data = json.loads(text)
        if data["schema"] != SCHEMA:
            raise ValueError(f"its schema is {data['schema']!r}, not {SCHEMA!r}")
        return RouteTable(
            data["service"],
            tuple(_route(index, entry) for index, entry in enumerate(data["routes"])),
            internal=data["internal"],
            sockets=data["sockets"],
            one_slash=data["one_slash"],
            functions=tuple(data["functions"]),
            grants=tuple(
                Grant(entry["consumer"], tuple(entry["functions"]), entry["outside"])
                for entry in data["grants"]
            ),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise CarveoutError(
            f"the routes cannot be read: {error}",
            place=place,
            help="carveout scaffold SERVICE --step routes --apply",
        ) from None


def _route(index: int, entry: Mapping[str, object]) -> Route:
    unless = entry["unless"]
    if not isinstance(unless, list):
        raise ValueError("unless is no list")
    place = Place(str(entry["path"]), int(str(entry["line"]))) if entry["path"] else None
    return Route(
        str(entry["method"]), str(entry["pattern"]), str(entry["text"]), "", "", index,
        tuple(str(each) for each in unless), place,
    )  # fmt: skip
