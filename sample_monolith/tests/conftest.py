"""The shop under test: the one at SHOP_BASE_URL, or else one of our own on a new database."""

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

from .client import Client

PACKAGE = Path(__file__).parents[1]
GOOD_CARD = "4000000000000077"
STARTUP_SECONDS = 20


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    if base_url := os.environ.get("SHOP_BASE_URL"):
        yield Client(base_url)
        return
    folder, port = tmp_path_factory.mktemp("shop"), _free_port()
    environment = {
        **os.environ,
        "PYTHONPATH": str(PACKAGE.parent),
        "SHOP_PORT": str(port),
        "SHOP_DATABASE_URL": f"sqlite:///{folder / 'shop.db'}",
    }
    command = [sys.executable, "-m", PACKAGE.name]
    subprocess.run([*command, "init-db"], cwd=folder, env=environment, check=True)
    log = folder / "shop.log"
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
        try:
            client = Client(f"http://127.0.0.1:{port}")
            _wait_for(client, process, log)
            yield client
        finally:
            process.terminate()
            process.wait(timeout=10)


@pytest.fixture
def customer(shop: Client) -> dict[str, Any]:
    """A customer of this test alone."""
    answer = shop.post("/users", {"email": f"{uuid.uuid4().hex}@example.org", "name": "Test Customer"})
    assert answer.status == 201
    created: dict[str, Any] = answer.json
    return created


@pytest.fixture
def product(shop: Client) -> Callable[[str], dict[str, Any]]:
    def find(sku: str) -> dict[str, Any]:
        items = shop.get("/catalogue/products", per_page=50).json["items"]
        found: dict[str, Any] = next(item for item in items if item["sku"] == sku)
        return found

    return find


@pytest.fixture
def place_order(
    shop: Client, customer: dict[str, Any], product: Callable[[str], dict[str, Any]]
) -> Callable[..., dict[str, Any]]:
    """Places an order of the test's customer, pending unless a card is given."""

    def place(sku: str = "CBL-CC-1", quantity: int = 1, card_number: str | None = None) -> dict[str, Any]:
        lines = [{"product_id": product(sku)["id"], "quantity": quantity}]
        body = {"user_id": customer["id"], "lines": lines, "card_number": card_number}
        answer = shop.post("/orders", body)
        assert answer.status == 201, answer.text
        order: dict[str, Any] = answer.json
        return order

    return place


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
