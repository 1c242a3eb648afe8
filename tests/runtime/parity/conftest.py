"""A small Django project with tests of its own; one service of it works on its database, time and settings."""

import subprocess
import sys
from pathlib import Path

import pytest

from .carrying import carried_out, written

FILES = {
    "carveout.toml": """
        [services.stock]
        modules = ["shop.stock"]
        tables = ["shop_item"]
        """,
    "manage.py": """
        import os, sys
        from django.core.management import execute_from_command_line
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
        execute_from_command_line(sys.argv)
        """,
    "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\n",
    "shop/__init__.py": "",
    "shop/settings.py": """
        import os
        SECRET_KEY = "not a secret, this is a test"
        INSTALLED_APPS = ["shop"]
        DATABASES = {"default": {
            "ENGINE": "django.db.backends." + os.environ.get("DB_ENGINE", "sqlite3"),
            "NAME": os.environ.get("DB_NAME", "shop.sqlite3"), "USER": "shop", "HOST": "127.0.0.1", "PORT": os.environ.get("DB_PORT", ""),
        }}
        USE_TZ = True
        STOCK_LIMIT = 5
        DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
        """,
    "shop/models.py": """
        from django.db import models

        class Item(models.Model):
            sku = models.CharField(max_length=20, unique=True)
            count = models.IntegerField(default=0)
            seen = models.DateTimeField(null=True)
            extra = models.JSONField(default=dict)
        """,
    "shop/prices.py": "def price(sku: str) -> int:\n    return len(sku)\n",
    "shop/stock.py": """
        from django.conf import settings
        from django.db import IntegrityError, transaction
        from django.utils import timezone

        from .models import Item
        from .prices import price

        class SoldOut(Exception): ...

        def put(sku: str, count: int) -> int:
            item, _ = Item.objects.get_or_create(sku=sku, defaults={"extra": {"of": [sku]}})
            item.count = min(item.count + count, settings.STOCK_LIMIT)
            item.seen = timezone.now()
            item.save()
            return item.count

        def take(skus: list[str]) -> int:
            with transaction.atomic():
                for sku in skus:
                    item = Item.objects.select_for_update().get(sku=sku)
                    if not item.count:
                        raise SoldOut(sku)
                    item.count -= 1
                    item.save()
            return len(skus)

        def twice(sku: str) -> bool:
            try:
                with transaction.atomic():
                    Item.objects.bulk_create([Item(sku=sku), Item(sku=sku)])
            except IntegrityError:
                return False
            return True

        def worth(sku: str) -> int:
            return price(sku) * sum(item.count for item in Item.objects.filter(sku=sku).iterator())

        def broken() -> int:
            return 1 // 0
        """,
    "shop/web.py": """
        from .stock import broken, put, take, twice, worth

        def receive(sku, count): return put(sku, count)
        def sell(*skus): return take(list(skus))
        def doubled(sku): return twice(sku)
        def told(sku): return worth(sku)
        def fail(): return broken()
        """,
    "shop/tests.py": """
        import datetime, socket
        from unittest import mock
        import time_machine
        from django.db import connection
        from django.test import TestCase, TransactionTestCase, override_settings
        from shop import web
        from shop.models import Item
        from shop.stock import SoldOut

        class Rows(TestCase):
            @classmethod
            def setUpTestData(cls):
                Item.objects.create(sku="a", count=2)
                Item.objects.create(sku="b", count=0)

            def counts(self): return list(Item.objects.order_by("sku").values_list("sku", "count"))

            def test_sees_what_the_test_wrote(self):
                self.assertEqual(web.receive("a", 1), 3)
                self.assertEqual(self.counts(), [("a", 3), ("b", 0)])
                self.assertEqual(Item.objects.get(sku="a").extra, {})

            def test_writes_within_the_transaction(self):
                self.assertEqual(web.receive("new", 1), 1)
                self.assertEqual(Item.objects.get(sku="new").extra, {"of": ["new"]})

            def test_takes_back_what_failed(self):
                with self.assertRaisesMessage(SoldOut, "b"): web.sell("a", "b")
                self.assertEqual(self.counts(), [("a", 2), ("b", 0)])
                self.assertEqual(web.sell("a"), 1)
                self.assertEqual(self.counts(), [("a", 1), ("b", 0)])

            def test_errors_of_the_database_are_errors_there(self):
                self.assertIs(web.doubled("c"), False)
                self.assertEqual(self.counts(), [("a", 2), ("b", 0)])

            def test_statements_count(self):
                with self.assertNumQueries(1): web.told("a")

            @override_settings(STOCK_LIMIT=50)
            def test_settings(self): self.assertEqual(web.receive("a", 40), 42)

            def test_settings_are_back(self): self.assertEqual(web.receive("a", 40), 5)

            @time_machine.travel("2001-02-03T04:05:06+00:00", tick=False)
            def test_time(self):
                web.receive("a", 1)
                seen = datetime.datetime(2001, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc)
                self.assertEqual(Item.objects.get(sku="a").seen, seen)

            def test_time_goes_on(self):
                web.receive("a", 1)
                self.assertGreater(Item.objects.get(sku="a").seen.year, 2020)

            @mock.patch("shop.stock.price", return_value=7)
            def test_patched(self, price):
                self.assertEqual(web.told("a"), 14)
                price.assert_called_once_with("a")

            @mock.patch("socket.socket")
            def test_patched_below_us(self, fake): self.assertEqual(web.told("a"), 2)

        class Committed(TransactionTestCase):
            def test_without_a_transaction_of_the_test(self):
                Item.objects.create(sku="a", count=2)
                self.assertEqual(web.sell("a", "a"), 2)
                with self.assertRaises(SoldOut): web.sell("a")
                self.assertFalse(connection.in_atomic_block)
                self.assertEqual(Item.objects.get().count, 0)

        class Undeclared(TestCase):
            def test_undeclared(self):
                with self.assertRaises(ZeroDivisionError): web.fail()
        """,
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with its service behind a seam, and the service beside it."""
    root = tmp_path_factory.mktemp("shop")
    written(root, FILES)
    subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "shop"], cwd=root, check=True, capture_output=True
    )
    return carried_out(root, "stock")
