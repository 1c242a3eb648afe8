"""The shop under test: the one at SHOP_BASE_URL, or else one of our own on a new database.

With SHOP_STACK=servers our own shop runs on the PostgreSQL of SHOP_DATABASE_URL and the Redis of
SHOP_REDIS_URL; no worker is needed.
"""

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .client import Client, Response

PACKAGE = Path(__file__).parents[1]
GOOD_CARD = "4000000000000077"
DECLINED_CARD = "4000000000000002"
ADDRESS = {"label": "Home", "line1": "Rua do Sol 1", "city": "Porto", "postcode": "4000-001", "country": "PT"}
STARTUP_SECONDS = 20


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The shop as a visitor sees it."""
    if base_url := os.environ.get("SHOP_BASE_URL"):
        yield Client(base_url.rstrip("/"))
        return
    folder, port = tmp_path_factory.mktemp("shop"), _free_port()
    environment = {
        "SHOP_PASSWORD_ROUNDS": "1",
        **os.environ,
        "PYTHONPATH": str(PACKAGE.parent),
        "SHOP_PORT": str(port),
        "SHOP_UPLOADS": str(folder / "uploads"),
    }
    if environment.get("SHOP_STACK", "embedded") == "embedded":
        environment["SHOP_DATABASE_URL"] = f"sqlite:///{folder / 'shop.db'}"
    command = [sys.executable, "-m", PACKAGE.name]
    subprocess.run([*command, "init-db"], cwd=folder, env=environment, check=True)
    log = folder / "shop.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "serve"], cwd=folder, env=environment, stdout=output, stderr=output
        )
        try:
            client = Client(f"http://127.0.0.1:{port}")
            _wait_for(client, process, log)
            yield client
        finally:
            process.terminate()
            process.wait(timeout=10)


@pytest.fixture
def customer(shop: Client) -> Client:
    """A customer of this test alone, with an address."""
    return _new_customer(shop)


@pytest.fixture
def other_customer(shop: Client) -> Client:
    return _new_customer(shop)


@pytest.fixture(scope="session")
def staff(shop: Client) -> Client:
    answer = shop.post("/users/token", {"email": "staff@mobia.example", "password": "staff-password"})
    assert answer.status == 201, answer.text
    return Client(shop.base_url, answer.json["token"], answer.json["user"])


@pytest.fixture(scope="session")
def product(shop: Client) -> Callable[[str], dict[str, Any]]:
    def find(sku: str) -> dict[str, Any]:
        answer = shop.get("/catalogue/products", sku=sku)
        assert answer.status == 200, answer.text
        found: dict[str, Any] = answer.json["items"][0]
        return found

    return find


@pytest.fixture(scope="session")
def fill_cart(product: Callable[[str], dict[str, Any]]) -> Callable[..., Response]:
    def fill(client: Client, sku: str = "CBL-CC-1", quantity: int = 1) -> Response:
        body = {"product_id": product(sku)["id"], "quantity": quantity}
        answer = client.post("/cart/items", body)
        assert answer.status == 201, answer.text
        return answer

    return fill


@pytest.fixture
def place_order(customer: Client, fill_cart: Callable[..., Response]) -> Callable[..., dict[str, Any]]:
    """Orders one product, for the test's customer unless another is given; pending without a card."""

    def place(
        client: Client = customer,
        sku: str = "CBL-CC-1",
        quantity: int = 1,
        card_number: str | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        fill_cart(client, sku, quantity)
        card = {"card_number": card_number} if card_number else {}
        answer = client.post("/orders", {**card, **more})
        assert answer.status == 201, answer.text
        order: dict[str, Any] = answer.json
        return order

    return place


def _new_customer(shop: Client) -> Client:
    email = f"{uuid.uuid4().hex}@example.org"
    answer = shop.post("/users", {"email": email, "name": "Test Customer", "password": "a-password"})
    assert answer.status == 201, answer.text
    client = Client(shop.base_url, answer.json["token"], answer.json["user"])
    address = client.post("/users/me/addresses", ADDRESS)
    assert address.status == 201, address.text
    client.address_id = address.json["id"]
    return client


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(client: Client, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if client.get("/health").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    pytest.exit(f"The shop did not start:\n{log.read_text()}", returncode=1)
