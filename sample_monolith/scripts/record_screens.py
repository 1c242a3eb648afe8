"""Walks through the screens of the app in a running shop and keeps what went over the wire:

    python -m sample_monolith.scripts.record_screens [--url URL]

Each screen becomes one HAR file in screens/, for the app developers, who replay them without a shop.
"""

import argparse
import http.client
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from .. import settings

FOLDER = Path(__file__).parents[1] / "screens"
SHOWN_URL = "http://shop.example"

EMAIL, PASSWORD = "ines.castro@example.org", "customer-password"
CARD = "4000000000000077"
REDACTED = "REDACTED"


class App:
    """The app as the shop sees it: one connection, one customer, and a list of what was said."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname or settings.HOST, parts.port, timeout=20)
        self.entries: list[dict[str, Any]] = []
        self.token = ""
        self.token = self.post("/users/token", {"email": EMAIL, "password": PASSWORD})["token"]
        self.product_id = self.get("/catalogue/products", sku="CBL-CC-1")["items"][0]["id"]

    def get(self, path: str, **query: Any) -> Any:
        return self._send("GET", f"{path}?{urlencode(query)}" if query else path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._send("POST", path, body)

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        began, clock = datetime.now(UTC), time.perf_counter()
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        waited = time.perf_counter() - clock
        text = answer.read().decode()
        received = time.perf_counter() - clock - waited
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path} was answered with {answer.status}: {text}")
        timings = {"send": 0, "wait": _milliseconds(waited), "receive": _milliseconds(received)}
        entry = {"startedDateTime": _iso(began), "time": _milliseconds(waited + received), "cache": {}}
        exchange = {"request": _request(method, path, headers, body), "response": _response(answer, text)}
        self.entries.append({**entry, **exchange, "timings": timings})
        return json.loads(text)


# ---------------------------------------------------------------- the screens


def home(app: App) -> None:
    app.get("/catalogue/home")
    app.get("/recommendations", limit=6)
    app.get("/cart/count")
    app.get("/notifications/count")


def search(app: App) -> None:
    app.get("/catalogue/categories")
    app.get("/catalogue/products", q="case", per_page=6)
    app.get("/catalogue/products", q="case", per_page=6, sort="price")
    app.get("/pricing/promotions")


def product(app: App) -> None:
    app.get(f"/catalogue/products/{app.product_id}")
    app.get(f"/catalogue/products/{app.product_id}/reviews")
    app.get(f"/inventory/{app.product_id}")
    app.get(f"/recommendations/products/{app.product_id}")
    app.post("/recommendations/views", {"product_id": app.product_id})


def cart(app: App) -> None:
    app.post("/cart/items", {"product_id": app.product_id, "quantity": 2})
    app.get("/cart")
    app.get("/pricing/coupons/WELCOME10")
    app.post("/cart/coupon", {"code": "WELCOME10"})
    app.get(f"/inventory/{app.product_id}")


def checkout(app: App) -> None:
    app.get("/cart")
    address = app.get("/users/me/addresses")["items"][0]
    app.get("/shipping/rates", country=address["country"], grams=200)
    order = app.post("/orders", {"address_id": address["id"]})
    paid = {"order_id": order["id"], "amount_cents": order["total_cents"]}
    app.post("/payments", {**paid, "card_number": CARD})
    app.get("/cart/count")


def orders(app: App) -> None:
    order = app.get("/orders", per_page=5)["items"][0]
    app.get(f"/orders/{order['number']}")
    app.get(f"/orders/{order['number']}/timeline")
    app.get("/payments", order_id=order["id"])
    app.get(f"/shipping/orders/{order['number']}")


def profile(app: App) -> None:
    app.get("/users/me")
    app.get("/users/me/addresses")
    app.get("/notifications/settings")
    app.get("/payments")


def notifications(app: App) -> None:
    app.get("/notifications")
    app.post("/notifications/read-all", {})
    app.get("/notifications/count")
    app.get("/orders", per_page=1)


def recommendations(app: App) -> None:
    app.get("/recommendations")
    app.get("/recommendations/recent")
    app.get("/catalogue/best-sellers")
    app.get("/cart/count")


SCREENS = (home, search, product, cart, checkout, orders, profile, notifications, recommendations)

# ---------------------------------------------------------------- HAR 1.2


def har(name: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    page = {"startedDateTime": entries[0]["startedDateTime"], "id": name, "title": name, "pageTimings": {}}
    creator = {"name": settings.SHOP_NAME, "version": "1"}
    paged = [{"pageref": name, **entry} for entry in entries]
    return {"log": {"version": "1.2", "creator": creator, "pages": [page], "entries": paged}}


def _request(method: str, path: str, headers: dict[str, str], body: dict[str, Any] | None) -> dict[str, Any]:
    shown = {"Host": urlsplit(SHOWN_URL).netloc, **headers}
    if "Authorization" in shown:
        shown["Authorization"] = REDACTED
    request: dict[str, Any] = {
        "method": method,
        "url": SHOWN_URL + path,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(shown.items()),
        "queryString": _pairs(parse_qsl(urlsplit(path).query)),
        "headersSize": -1,
        "bodySize": 0 if body is None else len(json.dumps(body)),
    }
    if body is not None:
        # Cards are not for the eyes of those who replay this.
        kept = {name: REDACTED if name == "card_number" else value for name, value in body.items()}
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(kept)}
    return request


def _response(answer: http.client.HTTPResponse, text: str) -> dict[str, Any]:
    size = len(text.encode())
    return {
        "status": answer.status,
        "statusText": answer.reason,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(answer.getheaders()),
        "content": {"size": size, "mimeType": answer.getheader("Content-Type", ""), "text": text},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": size,
    }


def _pairs(items: Any) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in items]


def _iso(time_: datetime) -> str:
    return time_.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


def main() -> int:
    program = "python -m sample_monolith.scripts.record_screens"
    parser = argparse.ArgumentParser(prog=program, description=__doc__)
    parser.add_argument("--url", default=f"http://{settings.HOST}:{settings.port()}", help="the running shop")
    arguments = parser.parse_args()
    try:
        app = App(arguments.url)
        FOLDER.mkdir(exist_ok=True)
        for screen in SCREENS:
            app.entries = []
            screen(app)
            name = screen.__name__
            text = json.dumps(har(name, app.entries), indent=2, ensure_ascii=False)
            (FOLDER / f"{name}.har").write_text(text + "\n", "utf-8")
            print(f"{name}: {len(app.entries)} requests")
    except (OSError, RuntimeError) as error:
        print(f"{arguments.url}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
