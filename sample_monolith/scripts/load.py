"""A customer with many thumbs: reads the screens of the app in a running shop and tells how quick they are.

    python -m sample_monolith.scripts.load [--url URL] [--seconds 10] [--connections 4]

It speaks HTTP by itself, over few connections that stay open: it has to leave the processor to the shop.
"""

import argparse
import asyncio
import sys
import time
from collections import defaultdict
from itertools import count
from urllib.parse import urlsplit

from .. import settings
from .record_screens import App

ERRORS_SHOWN = 5

# What the app reads for each screen, as record_screens does, but for what would change the shop.
SCREENS = {
    "home": ["/catalogue/home", "/recommendations?limit=6", "/cart/count", "/notifications/count"],
    "search": ["/catalogue/categories", "/catalogue/products?q=case&per_page=6", "/pricing/promotions"],
    "product": [
        "/catalogue/products/{product_id}",
        "/catalogue/products/{product_id}/reviews",
        "/inventory/{product_id}",
        "/recommendations/products/{product_id}",
    ],
    "cart": ["/cart", "/pricing/coupons/WELCOME10", "/shipping/rates?country=PT&grams=200"],
    "orders": [
        "/orders?per_page=5",
        "/orders/{number}",
        "/orders/{number}/timeline",
        "/payments?order_id={order_id}",
    ],
    "profile": ["/users/me", "/users/me/addresses", "/notifications/settings"],
    "notifications": ["/notifications", "/notifications/count"],
    "recommendations": ["/recommendations", "/recommendations/recent", "/catalogue/best-sellers"],
}


class Results:
    def __init__(self) -> None:
        self.milliseconds: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []

    def report(self, seconds: float) -> str:
        total = sum(map(len, self.milliseconds.values()))
        lines = [f"{'screen':<16} {'requests':>8} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8}"]
        for screen, times in self.milliseconds.items():
            times.sort()
            shown = " ".join(f"{times[int(len(times) * part)]:8.1f}" for part in (0.5, 0.95, 0.99))
            lines.append(f"{screen:<16} {len(times):8} {shown}")
        lines.append(f"{total / seconds:.0f} requests/s, {len(self.errors)} errors")
        return "\n".join(lines + self.errors[:ERRORS_SHOWN])


class Connection:
    """One connection to the shop, opened again when the other side has closed it."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or settings.HOST, parts.port or 80
        self.head = f"Host: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n"
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> int:
        """The status of the answer, once all of it has arrived."""
        if self.streams is None:
            self.streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.streams
        writer.write(f"GET {path} HTTP/1.1\r\n{self.head}".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        _, _, length = head.partition("\r\ncontent-length:")
        await reader.readexactly(int(length.partition("\r\n")[0]))
        if "\r\nconnection: close" in head:
            self.close()
        return int(head.split(" ", 2)[1])

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


def prepare(url: str) -> tuple[str, dict[str, list[str]]]:
    """Signs in, sees to it that there is something in the cart, and fills in the paths."""
    app = App(url)
    if not app.get("/cart")["items"]:
        app.post("/cart/items", {"product_id": app.product_id})
    order = app.get("/orders", per_page=1)["items"][0]
    facts = {"product_id": app.product_id, "number": order["number"], "order_id": order["id"]}
    return app.token, {name: [path.format(**facts) for path in paths] for name, paths in SCREENS.items()}


async def visit(
    connection: Connection, screens: dict[str, list[str]], first: int, until: float, results: Results
) -> None:
    """Goes from screen to screen until the time is over."""
    names = list(screens)
    for position in count(first):
        name = names[position % len(names)]
        for path in screens[name]:
            began = time.perf_counter()
            if began >= until:
                connection.close()
                return
            try:
                status = await connection.get(path)
                if status != 200:
                    results.errors.append(f"{path}: {status}")
            except (OSError, EOFError, ValueError) as error:
                results.errors.append(f"{path}: {error!r}")
                connection.close()
                await asyncio.sleep(0.1)
            results.milliseconds[name].append((time.perf_counter() - began) * 1000)


async def measure(url: str, seconds: float, connections: int) -> Results:
    token, screens = prepare(url)
    results, until = Results(), time.perf_counter() + seconds
    # Each connection starts at another screen: customers do not walk in step.
    visits = [visit(Connection(url, token), screens, first, until, results) for first in range(connections)]
    await asyncio.gather(*visits)
    return results


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m sample_monolith.scripts.load", description="Load on a running shop."
    )
    parser.add_argument("--url", default=f"http://{settings.HOST}:{settings.port()}", help="the running shop")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--connections", type=int, default=4)
    arguments = parser.parse_args()
    try:
        results = asyncio.run(measure(arguments.url, arguments.seconds, arguments.connections))
    except (OSError, RuntimeError) as error:
        print(f"{arguments.url}: {error}", file=sys.stderr)
        return 1
    print(results.report(arguments.seconds))
    return 1 if results.errors else 0


if __name__ == "__main__":
    sys.exit(main())
