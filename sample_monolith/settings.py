"""What differs between installations comes from the environment; the rest is fixed here.

SHOP_STACK chooses everything at once: `embedded` (a SQLite file, a cache in this process, tasks run
where they are called) or `servers` (PostgreSQL, Redis, Celery workers).
"""

import os
from pathlib import Path

SHOP_NAME = "Mobia"
CURRENCY = "EUR"
HOST = "127.0.0.1"
THREADS = 4

STACK = os.environ.get("SHOP_STACK", "embedded")
REDIS_URL = os.environ.get("SHOP_REDIS_URL", "redis://127.0.0.1:6379/0")

# The new rules of discounts were switched on in 2023. The old ones are kept for a quick way back.
STACKED_DISCOUNTS = os.environ.get("SHOP_STACKED_DISCOUNTS", "1") == "1"

DATABASE_TIMEOUT_SECONDS = 10
TOKEN_DAYS = 90
CACHE_SECONDS = 60
LOW_STOCK = 5
POINTS_PER_EURO = 1

# The card processor and the carrier; without an address their stand-ins in this process answer.
GATEWAY_URL = os.environ.get("SHOP_GATEWAY_URL", "")
CARRIER_URL = os.environ.get("SHOP_CARRIER_URL", "")

MAIL_FROM = "shop@mobia.example"


def port() -> int:
    return int(os.environ.get("SHOP_PORT", "8000"))


def database_url() -> str:
    default = "sqlite:///shop.db" if STACK == "embedded" else "postgresql+pg8000://127.0.0.1/shop"
    return os.environ.get("SHOP_DATABASE_URL", default)


def uploads() -> Path:
    """Where uploaded pictures lie: on the disk of this machine."""
    return Path(os.environ.get("SHOP_UPLOADS", "uploads")).resolve()
