"""What differs between installations comes from the environment; the rest is fixed here."""

import os

SHOP_NAME = "Mobia"
CURRENCY = "EUR"
HOST = "127.0.0.1"

DATABASE_TIMEOUT_SECONDS = 10


def port() -> int:
    return int(os.environ.get("SHOP_PORT", "8000"))


def database_url() -> str:
    return os.environ.get("SHOP_DATABASE_URL", "sqlite:///shop.db")
