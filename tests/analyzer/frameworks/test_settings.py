"""Settings: who reads which, where they are defined, who overrides them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

DJANGO = {
    "shop/__init__.py": "",
    "shop/settings.py": """
        import os
        PAYMENT_URL = os.environ.get("PAY_URL", "https://pay")
        PAGE_SIZE = 20
        unrelated = 1
    """,
}

READS = {
    "django.conf, also by name": (
        {
            **DJANGO,
            "shop/pay.py": """
                from django.conf import settings
                from django import conf
                def pay(): return settings.PAYMENT_URL
                def size(): return getattr(settings, "PAGE_SIZE", 1) + conf.settings.OTHER
                def other(settings): return settings.PAYMENT_URL
            """,
        },
        {
            "env.PAY_URL -> PAYMENT_URL",
            "env.PAY_URL -> shop.settings",
            "PAYMENT_URL -> shop.pay.pay",
            "PAGE_SIZE -> shop.pay.size",
            "OTHER -> shop.pay.size",
        },
    ),
    "the environment, in all its forms": (
        {
            "a.py": """
                import os
                from os import environ, getenv
                import environ as django_environ
                from decouple import config
                env = django_environ.Env()
                def one(): return os.environ["A"], environ.get("B"), getenv("C"), os.environ.pop("D", None)
                def two(): return env("E"), env.bool("F", default=False), config("G", cast=int)
                def three(config): return config("H"), {}.get("I")
                def four(names): return "J" in os.environ, "K" not in environ, "L" in names
            """
        },
        {f"env.{name} -> a.one" for name in "ABCD"}
        | {f"env.{name} -> a.two" for name in "EFG"}
        | {f"env.{name} -> a.four" for name in "JK"},
    ),
    "names kept in constants of other modules and of classes": (
        {
            "names.py": "PORT = 'SHOP_PORT'",
            "a.py": """
                import os, names
                from flask import current_app
                from names import PORT
                class Page:
                    KEY = "PAGE_KEY"
                    def get(self): return current_app.config[self.KEY], os.getenv(PORT), os.environ[names.PORT]
            """,
        },
        {"PAGE_KEY -> a.Page.get", "env.SHOP_PORT -> a.Page.get"},
    ),
    "a function that hands the name on": (
        {
            "a.py": """
                import os
                def env_int(name, default): return int(os.getenv(name, default))
                def port(): return env_int("PORT", 80)
                def other(): return print("PORT")
            """,
            "config.py": "ENV_HOST = 'HOST'\nDEBUG = True\n",
            "b.py": """
                import os, config
                from a import env_int
                from config import ENV_HOST
                ENV_ROOT = "ROOT"
                def root(): return env_int(ENV_ROOT, 1)
                def host(): return env_int(config.ENV_HOST, 1), os.getenv(ENV_HOST)
                def other(): return env_int(config.DEBUG, 1), print(ENV_ROOT)
            """,
        },
        {
            "env.PORT -> a.port",
            "env.ROOT -> b.root",
            "env.HOST -> b.host",
            "ENV_HOST -> b.host",
            "DEBUG -> b.other",
        },
    ),
    "Flask's configuration": (
        {
            "app.py": """
                from flask import current_app
                from flask import current_app as now
                from core import app
                conf = app.config
                def one(): return current_app.config["A"], app.config.get("B", 1), conf["C"]
                class View:
                    def get(self): return now.config["D"], self.app.config["E"], self.config["F"]
            """
        },
        {"A -> app.one", "B -> app.one", "C -> app.one", "D -> app.View.get", "E -> app.View.get"},
    ),
    "fields of pydantic's settings": (
        {
            "core/config.py": """
                from pydantic_settings import BaseSettings
                class AppSettings(BaseSettings):
                    url: str = "x"
                    debug: bool = False
                    def shown(self): return self.url
                def get_settings() -> AppSettings: return AppSettings()
            """,
            "core/use.py": """
                from core.config import get_settings, AppSettings
                def one(): return get_settings().url
                def two(settings: AppSettings): return settings.debug
            """,
        },
        {
            "core.config.AppSettings.url -> core.config.AppSettings.shown",
            "core.config.AppSettings.url -> core.use.one",
            "core.config.AppSettings.debug -> core.use.two",
        },
    ),
    "modules and classes of several packages that bind the same name": (
        {
            "orders/config.py": "TIMEOUT = 1\nONLY = 1\n",
            "billing/config.py": "TIMEOUT = 2\n",
            "billing/jobs.py": "class JobConfig:\n    LIMIT = 3\ndef run(): return JobConfig.LIMIT\n",
            "use.py": """
                import orders.config
                from billing import config
                def one(): return orders.config.TIMEOUT, orders.config.ONLY
                def two(): return config.TIMEOUT
            """,
        },
        {
            "orders.config.TIMEOUT -> use.one",
            "ONLY -> use.one",
            "billing.config.TIMEOUT -> use.two",
            "billing.jobs.JobConfig.LIMIT -> billing.jobs.run",
        },
    ),
    "a module of constants that is called so": (
        {
            "shop/__init__.py": "",
            "shop/settings/__init__.py": "from shop.settings.base import *\n",
            "shop/settings/base.py": "import os\nLIMIT = int(os.environ['LIMIT'])\n",
            "shop/a.py": """
                from shop import settings
                import shop.words as words
                def one(): return settings.LIMIT
                def two(): return words.WORD
            """,
            "shop/words.py": "WORD = 1\n",
        },
        {"env.LIMIT -> LIMIT", "env.LIMIT -> shop.settings.base", "LIMIT -> shop.a.one"},
    ),
}


@pytest.mark.parametrize("name", READS)
def test_reading(name: str, edges_of: Callable[..., set[str]]) -> None:
    """A setting configures each function that reads it; what only looks like one does not."""
    files, expected = READS[name]
    assert edges_of(files, "configures") == expected


def test_where_a_setting_is_defined(graph_of: Callable[..., Graph]) -> None:
    """The node lies where the settings module binds it; an environment variable has no place."""
    graph = graph_of(
        {**DJANGO, "shop/a.py": "from django.conf import settings\ndef f(): return settings.PAYMENT_URL\n"}
    )
    node = graph.node("setting:PAYMENT_URL")
    assert node is not None
    assert (node.path, node.line) == ("shop/settings.py", 3)
    variable = graph.node("setting:env.PAY_URL")
    assert variable is not None
    assert variable.path is None


def test_setting_and_overriding(edges_of: Callable[..., set[str]]) -> None:
    """What sets a setting writes it, tests included; a decorated function is who does."""
    text = """
        import os
        from unittest import mock
        from django.conf import settings
        from django.test import TestCase, override_settings
        from flask import current_app
        class PayTest(TestCase):
            @override_settings(PAYMENT_URL="x")
            def test_one(self): pass
            def test_two(self):
                with self.settings(PAGE_SIZE=1): pass
            def test_three(self):
                os.environ["A"] = "1"
                current_app.config["B"] = 1
                current_app.config.update(C=1)
        def test_four(settings, monkeypatch):
            settings.PAGE_SIZE = 3
            monkeypatch.setenv("D", "1")
            monkeypatch.setattr(settings, "PAYMENT_URL", "y")
        @mock.patch.dict(os.environ, {"E": "1"})
        def test_five(): pass
    """
    assert edges_of({**DJANGO, "tests/test_pay.py": text}, "writes") == {
        "tests.test_pay.PayTest.test_one -> PAYMENT_URL",
        "tests.test_pay.PayTest.test_two -> PAGE_SIZE",
        "tests.test_pay.PayTest.test_three -> env.A",
        "tests.test_pay.PayTest.test_three -> B",
        "tests.test_pay.PayTest.test_three -> C",
        "tests.test_pay.test_four -> PAGE_SIZE",
        "tests.test_pay.test_four -> PAYMENT_URL",
        "tests.test_pay.test_four -> env.D",
        "tests.test_pay.test_five -> env.E",
    }


def test_names_that_are_computed_are_said(graph_of: Callable[..., Graph]) -> None:
    """A name that the code does not tell is a blind spot."""
    text = """
        import os
        from django.conf import settings
        def f(names):
            for name in names:
                print(os.environ[name + "_FILE"], getattr(settings, name))
    """
    spots = [s.text for s in graph_of({"a.py": text}).blind_spots if s.kind == "unknown-setting"]
    assert spots == ["os.environ[name + '_FILE']", "getattr(settings, name)"]


def test_hostile_input(graph_of: Callable[..., Graph]) -> None:
    """Odd shapes give nothing and break nothing."""
    text = """
        import os
        from django.conf import settings
        from django.test import override_settings
        os.environ[1], os.environ[...], os.environ.get(), os.getenv(*x), os.environ["a\\nb:c"]
        os.environ.get("x{}y"), getattr(settings), getattr(), setattr(settings, 1, 2), settings.__class__
        override_settings(**x)(y), settings.lower, patch.dict(), app.config[1], app.config[x]
        class Settings(Settings): X: int = 1
        def f(settings=settings): return Settings().X, settings.X.Y.Z
        @override_settings(X=1)
        class C: pass
    """
    graph = graph_of({"a.py": text})
    assert {e.target for e in graph.edges("configures")} <= {"module:a", "function:a.f"}
