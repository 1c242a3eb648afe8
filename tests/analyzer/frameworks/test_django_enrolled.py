"""Django: views that a decorator enrols for a model, and the function that makes patterns of them."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

FILES = {
    "conf/settings.py": "ROOT_URLCONF = 'conf.urls'\n",
    "conf/urls.py": """
        from django.urls import include, path
        urlpatterns = [path("shop/", include("shop.urls"))]
        """,
    "core/kept.py": """
        from collections import defaultdict
        KIND = "views"
        kept = {KIND: defaultdict(dict)}
        """,
    "core/views.py": """
        from django.db.models import Model
        from core.kept import KIND, kept
        def enrol(model, name="", path=None, detail=True, kwargs=None):
            def wrapped(cls):
                label = model._meta.app_label
                short = model._meta.model_name
                if short not in kept[KIND][label]:
                    kept[KIND][label][short] = []
                kept[KIND][label][short].append({
                    "name": name, "view": cls, "path": path if path is not None else name,
                    "detail": detail, "kwargs": kwargs or {},
                })
                return cls
            return wrapped
        """,
    "core/patterns.py": """
        from django.urls import path
        from django.utils.module_loading import import_string
        from core.kept import KIND, kept
        def patterns_of(label, short, detail=True):
            found = []
            try:
                views = [v for v in kept[KIND][label][short] if v["detail"] == detail]
            except KeyError:
                return []
            for one in views:
                view = import_string(one["view"]) if type(one["view"]) is str else one["view"]
                view = view.as_view()
                name = f"{short}_{one['name']}" if one["name"] else short
                route = f"{one['path']}/" if one["path"] else ""
                found.append(path(route, view, name=name, kwargs=one["kwargs"]))
            return found
        """,
    "core/generic.py": """
        from django.views import View
        class Journaled: pass
        class Journal(View):
            def get(self, r): pass
        """,
    "core/features.py": """
        from django.db import models
        from core.generic import Journaled
        from core.views import enrol
        def everywhere(*models):
            for model in models:
                if issubclass(model, Journaled):
                    enrol(model, "journal")("core.generic.Journal")
        """,
    "shop/models.py": """
        from django.db import models
        from core.generic import Journaled
        class Order(Journaled, models.Model): pass
        class Item(models.Model): pass
        """,
    "shop/views.py": """
        from django.views import View
        from core.views import enrol
        from shop.models import Item, Order
        @enrol(Order, name="list", path="", detail=False)
        class Orders(View):
            def get(self, r): pass
        @enrol(Order)
        class Show(View):
            def get(self, r): pass
        @enrol(model=Order, name="add", detail=False)
        @enrol(model=Order, name="edit")
        class Edit(View):
            def post(self, r): pass
        @enrol(Item)
        class Other(View):
            def get(self, r): pass
        """,
    "shop/urls.py": """
        from django.urls import include, path, reverse
        from core.patterns import patterns_of
        app_name = "shop"
        urlpatterns = [
            path("orders/", include(patterns_of("shop", "order", detail=False))),
            path("orders/<int:pk>/", include(patterns_of(label="shop", short="order"))),
        ]
        def to(): return reverse("shop:order_edit", args=[1])
        """,
}


def test_patterns_of_what_is_enrolled(edges_of: Callable[..., set[str]]) -> None:
    """Each view under its model's prefix; what is enrolled for all of a kind, too; names lead there."""
    assert edges_of(FILES, "handles") == {
        "GET /shop/orders/ -> shop.views.Orders.get",
        "POST /shop/orders/add/ -> shop.views.Edit.post",
        "GET /shop/orders/<int:pk>/ -> shop.views.Show.get",
        "POST /shop/orders/<int:pk>/edit/ -> shop.views.Edit.post",
        "GET /shop/orders/<int:pk>/journal/ -> core.generic.Journal.get",
    }


def test_names_lead_to_them(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """`reverse` finds the pattern by the name that is put together; nothing is unknown."""
    graph = graph_of(FILES)
    assert [(e.source, e.target) for e in graph.edges("links")] == [
        ("function:shop.urls.to", "route:POST /shop/orders/<int:pk>/edit/")
    ]
    assert not [spot for spot in graph.blind_spots if spot.kind == "dynamic-route"]


def test_a_model_that_a_run_tells(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """A call of which the names are not known is a blind spot."""
    urls = FILES["shop/urls.py"].replace(
        'patterns_of("shop", "order", detail=False)', "patterns_of(LABEL, 'order')"
    )
    graph = graph_of({**FILES, "shop/urls.py": urls})
    assert [spot.text for spot in graph.blind_spots if spot.kind == "dynamic-route"] == ["route"]
