"""A Django service, for real: a monolith with a seam calls it over loopback, on one database."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from carveout.runtime import processes

from .conftest import SECRET, Shop, carried_out

FILES = {
    "carveout.toml": """
        [services.stock-room]
        functions = ["shop.models.Item", "shop.models.reserve", "shop.models.report", "shop.models.SoldOut"]
        tables = ["shop_item"]
        """,
    "manage.py": "",
    "requirements.txt": "Django>=5\nPyJWT>=2\n",
    "shop/__init__.py": "",
    "shop/settings.py": """
        import os
        SECRET_KEY = "not a secret, this is a test"
        INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DB_NAME"]}}
        USE_TZ = True
        TIME_ZONE = "Europe/Lisbon"
        STOCK_LIMIT = 5
        STOCK_TOKEN = "abc"
        DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
        """,
    "shop/sizes.py": "from enum import Enum\n\nclass Size(Enum):\n    SMALL = 1\n    LARGE = 2\n\ndef unused(): ...\n",
    "shop/models.py": '''
        """The shop's rows."""
        from __future__ import annotations

        import datetime
        import csv
        from dataclasses import dataclass

        from django.conf import settings
        from django.contrib.auth.models import User
        from django.db import models
        from django.utils import timezone

        from .sizes import Size

        class Shelf(models.Model):
            name = models.CharField(max_length=10)

        class Order(models.Model):
            text = models.TextField()

        class SoldOut(Exception):
            def __init__(self, left: int, *, sku: str):
                super().__init__(f"{left} left")
                self.sku = sku

        # What is in stock.
        class Item(models.Model):
            sku = models.CharField(max_length=20, unique=True)
            count = models.IntegerField()
            shelf = models.ForeignKey(Shelf, null=True, on_delete=models.CASCADE, related_name="+")
            seen = models.DateTimeField(default=timezone.now)

            class Meta:
                ordering = ["sku"]

            @classmethod
            def add(cls, sku: str, count: int, user: User) -> int:
                return cls.objects.create(sku=f"{sku}-{user.pk}", count=min(count, settings.STOCK_LIMIT)).pk

        @dataclass(frozen=True)
        class Report:
            when: datetime.date
            counts: dict[str, int]
            size: Size

        def reserve(sku: str, count: int = 1) -> int:
            item = Item.objects.get(sku=sku)
            if item.count < count:
                raise SoldOut(item.count, sku=sku)
            item.count -= count
            item.save()
            return item.count

        def report(sizes: list[Size]) -> Report:
            counts = {item.sku: item.count for item in Item.objects.all()}
            return Report(datetime.date(2020, 1, 2), counts, sizes[0])

        def orders(): return csv.writer(None)
        ''',
    "shop/tests/__init__.py": "",
    "shop/tests/test_stock.py": """
        from django.test import TestCase

        from shop.models import Item, SoldOut, reserve


        class ReserveTest(TestCase):
            def test_reserve(self):
                Item.objects.create(sku="a", count=2)
                self.assertEqual(reserve("a"), 1)

            def test_sold_out(self):
                Item.objects.create(sku="a", count=0)
                with self.assertRaises(SoldOut):
                    reserve("a")
                self.assertEqual(Item.objects.get().count, 0)


        class ShowTest(TestCase):
            def test_page(self):
                assert self.client.get("/").status_code == reserve("a")
        """,
    "shop/web.py": """
        from .models import Item, SoldOut, report, reserve
        from .sizes import Size

        def sell(sku):
            try:
                return reserve(sku), reserve(sku, count=2)
            except SoldOut as error:
                return str(error), error.sku, error.args

        def put(user): return Item.add("s", 9, user)
        def told(): return report([Size.LARGE])
        """,
}
MONOLITH = """
import json, sys, django
django.setup()
from django.core.management import call_command
from django.db import connection
from types import SimpleNamespace
from shop import models, web
from shop._generated.stock_room_seam import stock_room_seam as seam
if sys.argv[1] == "create":
    with connection.schema_editor() as editor:
        for model in (models.Shelf, models.Item): editor.create_model(model)
    sys.exit()
models.Item.objects.all().delete()
seam.set_mode(sys.argv[1])
user = SimpleNamespace(pk=7, session=object())
said = [type(web.put(user)).__name__, web.sell("s-7"), web.sell("s-7"), web.sell("s-7"), repr(web.told())]
try:
    models.reserve("nothing")
except models.Item.DoesNotExist:
    said.append("none")
said.append([row[1:3] for row in models.Item.objects.values_list()])
print(json.dumps({"said": said, "crossed": sum(each["remote"] for each in seam.crossings().values())}))
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = carried_out(tmp_path_factory.mktemp("django"), FILES, "stock-room")
    port = processes.free_port()
    made.environment = {
        "DB_NAME": str(made.root / "shop.db"), "DB_ENGINE": "sqlite3", "STOCK_ROOM_SECRET": SECRET,
        "STOCK_ROOM_URL": f"http://127.0.0.1:{port}", "DJANGO_SETTINGS_MODULE": "shop.settings", "SECRET_KEY": "x" * 40,
        "STOCK_TOKEN": "abc",
    }  # fmt: skip
    created = made.python("-c", MONOLITH, "create")
    assert created.returncode == 0, created.stderr
    serve = (
        "from wsgiref.simple_server import make_server; from stock_room_service.wsgi import application;"
        f"make_server('127.0.0.1', {port}, application).serve_forever()"
    )
    with made.serving("-c", serve, port=port, env={"DJANGO_SETTINGS_MODULE": "stock_room_service.settings"}):
        yield made


def test_the_monolith_cannot_tell_the_service_from_itself(shop: Shop) -> None:
    outcomes = {}
    for mode in ("local", "remote"):
        done = shop.python("-c", MONOLITH, mode)
        assert done.returncode == 0, done.stderr
        outcomes[mode] = json.loads(done.stdout)
    assert outcomes["local"]["said"] == outcomes["remote"]["said"]
    assert (outcomes["local"]["crossed"], outcomes["remote"]["crossed"]) == (0, 9)
    assert outcomes["remote"]["said"][2] == ["1 left", "s-7", ["1 left"]]
    assert "Size.LARGE" in outcomes["remote"]["said"][4]


def test_its_own_tests_pass_on_the_service_alone(shop: Shop) -> None:
    env = {"DB_NAME": ":memory:", "PYTHONPATH": "", "DJANGO_SETTINGS_MODULE": "stock_room_service.settings"}
    done = shop.python("-m", "pytest", "-q", "-p", "no:cacheprovider", env=env, cwd=shop.service)
    assert done.returncode == 0 and "13 passed" in done.stdout, done.stdout
    moved = (shop.service / "src/shop/tests/test_stock.py").read_text()
    assert "class ReserveTest" in moved and "ShowTest" not in moved
    assert "uses .client: the monolith's routes" in (shop.service / "README.md").read_text()
    assert "carveout" not in "".join(
        line
        for path in shop.service.rglob("*.py")
        for line in path.read_text().splitlines()
        if "import" in line
    )


def test_only_what_is_needed_moves_and_models_are_twins(shop: Shop) -> None:
    text = (shop.service / "src/shop/models.py").read_text()
    assert "# What is in stock.\nclass Item(models.Model):" in text
    assert text.count("managed = False") == 2  # of Item, and of Shelf that it refers to
    assert (
        '        managed = False\n        app_label = "shop"\n        db_table = "shop_item"\n        ordering = ["sku"]\n'
        in text
    )
    for gone in ("class Order", "csv", "def orders"):
        assert gone not in text
    assert "unused" not in (shop.service / "src/shop/sizes.py").read_text()
    assert not (shop.service / "src/shop/web.py").exists()
    settings = (shop.service / "src/stock_room_service/settings.py").read_text()
    assert 'STOCK_LIMIT = value("STOCK_LIMIT", "5")' in settings
    assert 'TIME_ZONE = given("TIME_ZONE", "Europe/Lisbon")' in settings
    assert "this is a test" not in settings and "abc" not in settings
    needs = tomllib.loads((shop.service / "pyproject.toml").read_text())["project"]["dependencies"]
    assert needs == ["Django>=5", "gunicorn", "PyJWT>=2"]
    assert len(shop.owned()) <= 20


def test_without_its_secrets_it_does_not_start(shop: Shop) -> None:
    for missing in ("STOCK_ROOM_SECRET", "SECRET_KEY", "DB_NAME"):
        env = {
            "PYTHONPATH": str(shop.service / "src"),
            "DJANGO_SETTINGS_MODULE": "stock_room_service.settings",
            missing: "",
        }
        done = shop.python("-c", "import stock_room_service.wsgi", env=env, cwd=shop.root.parent)
        assert done.returncode != 0 and f"{missing} is not set" in done.stderr


@pytest.mark.full
def test_its_types_are_clean(shop: Shop) -> None:
    argv = ["-m", "mypy", "--no-incremental", "--cache-dir", os.devnull, "src/stock_room_service"]
    done = shop.python(*argv, cwd=shop.service)
    assert done.returncode == 0, done.stdout


def test_its_code_is_clean(shop: Shop) -> None:
    ruff = [
        str(Path(sys.executable).with_name("ruff")),
        "check",
        "--no-cache",
        "--isolated",
        "--select",
        "E,F,I",
        "--line-length",
        "110",
        ".",
    ]
    done = subprocess.run(ruff, cwd=shop.service, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
