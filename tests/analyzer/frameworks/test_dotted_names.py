"""Code that settings name by dotted strings."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

SHOP = {
    "shop/__init__.py": "",
    "shop/logs.py": "class Handler: pass\n",
    "shop/web.py": "class Middleware: pass\ndef context(request): pass\napplication = make()\n",
    "shop/urls.py": "urlpatterns = []\n",
    "orders/__init__.py": "",
    "orders/models.py": "class Order: pass\n",
}


def named(graph: Graph) -> set[str]:
    """ "source -> target" of what dotted strings name."""
    return {
        f"{e.source} -> {e.target}"
        for e in graph.edges("configures")
        if e.evidence[0].via == "convention" and e.confidence == "likely"
    }


def test_settings(graph_of: Callable[..., Graph]) -> None:
    """Middleware, applications, log handlers and template processors are configured by their setting."""
    settings = """
        ROOT_URLCONF = "shop.urls"
        WSGI_APPLICATION = "shop.web.application"
        EVENTS_BACKEND = "shop.logs.Handler"
        INSTALLED_APPS = ["django.contrib.admin", "orders"]
        INSTALLED_APPS += ["shop.urls"]
        MIDDLEWARE = ("shop.web.Middleware", "shop.web.Missing", "shop.web")
        TEMPLATES = [{"OPTIONS": {"context_processors": ["shop.web.context"]}}]
        LOGGING = {"handlers": {"db": {"class": "shop.logs.Handler"}}, "loggers": {"shop.web": {}}}
        LABEL = "shop.web.context is here"
    """
    graph = graph_of({**SHOP, "shop/settings.py": settings})
    assert named(graph) == {
        "setting:ROOT_URLCONF -> module:shop.urls",
        "setting:WSGI_APPLICATION -> module:shop.web",
        "setting:EVENTS_BACKEND -> class:shop.logs.Handler",
        "setting:INSTALLED_APPS -> module:orders",
        "setting:INSTALLED_APPS -> module:shop.urls",
        "setting:MIDDLEWARE -> class:shop.web.Middleware",
        "setting:MIDDLEWARE -> module:shop.web",
        "setting:TEMPLATES -> function:shop.web.context",
        "setting:LOGGING -> class:shop.logs.Handler",
    }
    node = graph.node("setting:MIDDLEWARE")
    assert node is not None
    assert node.path == "shop/settings.py"


def test_elsewhere(graph_of: Callable[..., Graph]) -> None:
    """Lists and keywords of code name things as well; texts, labels and names of tasks do not."""
    text = """
        from celery import Celery
        import os, logging
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.urls")
        app = Celery("shop", include=["orders.models"])
        BACKENDS = {"a": "shop.logs:Handler"}
        log = logging.getLogger("shop.web")
        def f():
            "shop.web.context"
            log.info("shop.web.context")
            load(middleware="shop.web.Middleware", name="shop.web", to="orders.models.Order")
            discover_tasks(["shop.urls"])
            skip(["shop.logs"])
            return {"task": "shop.web.context"}
    """
    assert named(graph_of({**SHOP, "main.py": text})) == {
        "module:main -> module:shop.urls",
        "module:main -> module:orders.models",
        "module:main -> class:shop.logs.Handler",
        "function:main.f -> module:shop.urls",
        "function:main.f -> class:shop.web.Middleware",
    }


def test_types_name_nothing(graph_of: Callable[..., Graph]) -> None:
    """Strings in the brackets of a type are annotations."""
    text = 'from typing import Union\ndef f(x: Union["shop.web.Middleware", "shop.logs.Handler"]): ...\n'
    assert named(graph_of({**SHOP, "a.py": text})) == set()


def test_hostile_input(graph_of: Callable[..., Graph]) -> None:
    """Odd shapes give nothing and break nothing."""
    text = """
        A = ["a.a.a.a", "shop..b", ".shop", "shop.", "shop.logs.Handler.x.y", "ш.ж", "x" * 3, None, ...]
        B = C = {**A, "x": ["shop.logs.Handler"] * 2, 1: "shop.logs.Handler\\n"}
        (D, E), F.g = "shop.logs.Handler", ["a.b"]
        def f(x=["a.b"], **y): return f(**{"z": "shop.logs"})
    """
    graph = graph_of({**SHOP, "a.py": text})
    assert "module:a -> class:shop.logs.Handler" in named(graph)
