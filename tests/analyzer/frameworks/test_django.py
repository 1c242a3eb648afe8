"""Django: tables, relations, access and routes from models as they are really written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

MODELS = "from django.db import models\n"

TABLES = {
    "the label of the folder and the model's name": (
        {"shop/models.py": MODELS + "class Order(models.Model): pass\n"},
        {"shop_order"},
    ),
    "models in a package": (
        {"shop/models/order.py": MODELS + "class Order(models.Model): pass\n"},
        {"shop_order"},
    ),
    "db_table, also with a schema": (
        {
            "shop/models.py": MODELS
            + 'class A(models.Model):\n    class Meta:\n        db_table = \'"x"."Y"\'\n'
        },
        {"x.y"},
    ),
    "the label of the app's configuration": (
        {
            "shop/apps.py": "from django.apps import AppConfig\nclass C(AppConfig):\n    name = 'shop'\n    label = 'store'\n",
            "shop/models.py": MODELS + "class Order(models.Model): pass\n",
        },
        {"store_order"},
    ),
    "abstract bases have no table, their children do": (
        {
            "a/models.py": MODELS
            + "class B(models.Model):\n    class Meta:\n        abstract = True\nclass C(B): pass\n"
        },
        {"a_c"},
    ),
    "a Meta that inherits keeps db_table but is not abstract": (
        {
            "a/models.py": MODELS
            + "class B(models.Model):\n    class Meta:\n        abstract = True\n        db_table = 't'\n"
            + "class C(B):\n    class Meta(B.Meta):\n        ordering = ['x']\n"
        },
        {"t"},
    ),
    "a proxy shares the table of its parent": (
        {
            "a/models.py": MODELS
            + "class B(models.Model): pass\nclass P(B):\n    class Meta:\n        proxy = True\n"
        },
        {"a_b"},
    ),
    "a definition under a condition counts": (
        {"a/models.py": MODELS + "if not registered('a', 'B'):\n    class B(models.Model): pass\n"},
        {"a_b"},
    ),
    "a base from a library that holds model fields": (
        {"a/models.py": MODELS + "from tree.mp import Node\nclass B(Node):\n    name = models.CharField()\n"},
        {"a_b"},
    ),
    "forms and serializers are no models": (
        {"a/forms.py": "from django import forms\nclass F(forms.ModelForm):\n    name = forms.CharField()\n"},
        set(),
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_tables(case: str, graph_of: Callable[..., Graph]) -> None:
    """Each case gives exactly its tables."""
    files, expected = TABLES[case]
    assert {node.name for node in graph_of(files).nodes("table")} == expected


REFERENCES = {
    "a string in another app": (
        {
            "a/models.py": MODELS
            + "class A(models.Model):\n    b = models.ForeignKey('b.B', models.CASCADE)\n",
            "b/models.py": MODELS + "class B(models.Model): pass\n",
        },
        {("a_a", "b_id", "b_b")},
    ),
    "a string in the same app, self, and a class": (
        {
            "a/models.py": MODELS
            + "class A(models.Model):\n    up = models.ForeignKey('self', on_delete=models.CASCADE)\n"
            + "class B(models.Model):\n    a = models.OneToOneField(A, models.CASCADE)\n    c = models.ForeignKey(to='C')\n"
            + "class C(models.Model): pass\n"
        },
        {("a_a", "up_id", "a_a"), ("a_b", "a_id", "a_a"), ("a_b", "c_id", "a_c")},
    ),
    "the user model of the settings": (
        {
            "a/models.py": MODELS
            + "from django.conf import settings\nclass A(models.Model):\n    u = models.ForeignKey(settings.AUTH_USER_MODEL)\n",
            "conf/settings.py": "AUTH_USER_MODEL = 'people.Person'\n",
            "people/models.py": MODELS + "class Person(models.Model): pass\n",
        },
        {("a_a", "u_id", "people_person")},
    ),
    "a model of Django itself": (
        {
            "a/models.py": MODELS
            + "from django.contrib.contenttypes.models import ContentType\n"
            + "class A(models.Model):\n    c = models.ForeignKey(ContentType)\n    u = models.ForeignKey('auth.User')\n"
        },
        {("a_a", "c_id", "django_content_type"), ("a_a", "u_id", "auth_user")},
    ),
    "db_column": (
        {
            "a/models.py": MODELS
            + "class A(models.Model):\n    up = models.ForeignKey('self', db_column='PARENT')\n"
        },
        {("a_a", "parent", "a_a")},
    ),
    "many to many makes a table in between": (
        {
            "a/models.py": MODELS + "class A(models.Model):\n    bs = models.ManyToManyField('b.B')\n",
            "b/models.py": MODELS + "class B(models.Model): pass\n",
        },
        {("a_a_bs", "a_id", "a_a"), ("a_a_bs", "b_id", "b_b")},
    ),
    "many to many through a model makes none": (
        {
            "a/models.py": MODELS
            + "class A(models.Model):\n    bs = models.ManyToManyField('B', through='T')\nclass B(models.Model): pass\n"
            + "class T(models.Model):\n    a = models.ForeignKey(A)\n    b = models.ForeignKey('B')\n"
        },
        {("a_t", "a_id", "a_a"), ("a_t", "b_id", "a_b")},
    ),
    "a foreign key of an abstract base, resolved where it stands": (
        {
            "base/models.py": MODELS
            + "class B(models.Model): pass\nclass A(models.Model):\n    b = models.ForeignKey(B)\n    class Meta:\n        abstract = True\n",
            "a/models.py": "from base.models import A\nclass C(A): pass\n",
        },
        {("a_c", "b_id", "base_b")},
    ),
    "inheritance over tables": (
        {"a/models.py": MODELS + "class A(models.Model): pass\nclass B(A):\n    x = models.IntegerField()\n"},
        {("a_b", "a_ptr_id", "a_a")},
    ),
}


@pytest.mark.parametrize("case", REFERENCES)
def test_references(case: str, graph_of: Callable[..., Graph]) -> None:
    """Each case gives exactly its foreign keys."""
    files, expected = REFERENCES[case]
    found = {(e.source[6:], c, e.target[6:]) for e in graph_of(files).edges("references") for c in e.columns}
    assert found == expected


def test_an_unknown_relation_is_a_blind_spot(graph_of: Callable[..., Graph]) -> None:
    """A relation to something computed is said, not guessed."""
    graph = graph_of({"a/models.py": MODELS + "class A(models.Model):\n    b = models.ForeignKey(pick())\n"})
    assert "unknown-relation" in {spot.kind for spot in graph.blind_spots}
    assert not list(graph.edges("references"))


ACCESS = """
    from django.apps import apps
    from shop.models import Order
    def find(): return Order.objects.filter(x=1).first()
    def make(): Order.objects.create(x=1)
    def wipe(): Order.objects.filter(x=1).delete()
    def store():
        order = Order()
        order.save()
    def loaded():
        Model = apps.get_model("shop", "Order")
        Model._default_manager.get(pk=1)
"""


def test_access_through_managers_and_instances(edges_of: Callable[..., set[str]]) -> None:
    """Managers and instances give reads and writes; chains keep both ends."""
    files = {"shop/models.py": MODELS + "class Order(models.Model): pass\n", "views.py": ACCESS}
    assert edges_of(files, "reads") == {
        "views.find -> shop_order",
        "views.loaded -> shop_order",
    }
    assert edges_of(files, "writes") == {
        "views.make -> shop_order",
        "views.wipe -> shop_order",
        "views.store -> shop_order",
    }


def test_routes_with_prefixes(edges_of: Callable[..., set[str]]) -> None:
    """include() prefixes, nested lists, class-based views with their methods, functions for any method."""
    files = {
        "conf/urls.py": "from django.urls import path, include\nurlpatterns = [path('shop/', include('shop.urls')),"
        " path('x/', include([path('y', include('other'))]))]\n",
        "other.py": "from django.urls import re_path\nfrom shop import views\nurlpatterns = [re_path(r'^z$', views.index)]\n",
        "shop/urls.py": "from django.urls import path\nfrom . import views\n"
        "urlpatterns = [path('', views.index), path('<int:pk>/', views.Detail.as_view(), name='d')]\n",
        "shop/views.py": "from django.views import View\ndef index(request): pass\n"
        "class Detail(View):\n    def get(self, r): pass\n    def post(self, r): pass\n",
    }
    assert edges_of(files, "handles") == {
        "ANY /shop/ -> shop.views.index",
        "ANY /x/yz -> shop.views.index",
        "GET /shop/<int:pk>/ -> shop.views.Detail.get",
        "POST /shop/<int:pk>/ -> shop.views.Detail.post",
    }


FETCHED = """
    from django.contrib.auth.models import User
    from django.shortcuts import get_object_or_404
    from shop.models import Order
    def pay(pk):
        order = Order.objects.get(pk=pk)
        order.save()
    def custom(pk):
        order = Order.published.for_user(pk)
        order.save()
    def four(pk):
        order = get_object_or_404(Order, pk=pk)
        order.delete()
    def plain(pk):
        order = Order.objects.get(pk=pk)
        order.settings.get("x")
        order.is_paid()
    def lines(pk):
        Order.objects.get(pk=pk).lines.all().delete()
    def user(): User.objects.filter(x=1)
"""


def test_what_is_done_to_fetched_objects(edges_of: Callable[..., set[str]]) -> None:
    """Saving what was fetched writes; its attributes and methods are no queries; Django's models count."""
    models = MODELS + "class Order(models.Model):\n    published = models.Manager()\n"
    files = {"shop/models.py": models, "views.py": FETCHED}
    assert edges_of(files, "writes") == {
        "views.pay -> shop_order", "views.custom -> shop_order", "views.four -> shop_order",
    }  # fmt: skip
    assert edges_of(files, "reads") == {
        "views.pay -> shop_order", "views.custom -> shop_order", "views.plain -> shop_order",
        "views.lines -> shop_order", "views.user -> auth_user", "views.four -> shop_order",
    }  # fmt: skip


def test_an_included_list_in_a_variable(edges_of: Callable[..., set[str]]) -> None:
    """`include(urls)` of a list of the file gives its prefix, each time it is included."""
    urls = """
        from django.urls import path, include
        from django.views.decorators import csrf
        def index(r): pass
        sub = [path("a/", csrf.csrf_exempt(index))]
        urlpatterns = [path("v1/", include(sub)), path("v2/", include((sub, "app")))]
    """
    assert edges_of({"u.py": urls}, "handles") == {"ANY /v1/a/ -> u.index", "ANY /v2/a/ -> u.index"}


def test_urls_of_a_router_are_a_blind_spot(graph_of: Callable[..., Graph]) -> None:
    """What a router adds is not read yet, and that is said."""
    urls = "from django.urls import path, include\nfrom x import router\nurlpatterns = [path('api/', include(router.urls))]\n"
    spots = graph_of({"u.py": urls}).blind_spots
    assert [spot.text for spot in spots if spot.kind == "dynamic-route"] == ["include(router.urls)"]


def test_urlconfs_that_include_each_other_end(graph_of: Callable[..., Graph]) -> None:
    """Ten configurations that all include all others take no time."""
    names = [f"u{n}" for n in range(10)]
    body = "from django.urls import path, include\nfrom v import f\nurlpatterns = [path('x', f)] + [\n"
    files = {
        f"{n}.py": body + "".join(f"path('{m}/', include('{m}')),\n" for m in names) + "]\n" for n in names
    }
    assert len(list(graph_of({**files, "v.py": "def f(r): pass\n"}).nodes("route"))) <= 200


def test_models_are_loaded_by_the_label_of_their_app(edges_of: Callable[..., set[str]]) -> None:
    """The label of an AppConfig may be another than the name of its folder."""
    files = {
        "shop/__init__.py": "",
        "shop/billing/__init__.py": "",
        "shop/billing/apps.py": """
            from django.apps import AppConfig
            class BillingConfig(AppConfig):
                name = "shop.billing"
                label = "money"
        """,
        "shop/billing/models.py": """
            from django.db import models
            class Invoice(models.Model):
                total = models.IntegerField()
        """,
        "shop/orders.py": """
            from django.apps import apps
            def totals():
                return [invoice.total for invoice in apps.get_model("money", "Invoice").objects.all()]
        """,
    }
    assert "shop.orders.totals -> money_invoice" in edges_of(files, "reads")


def test_the_case_of_a_models_name_does_not_matter(edges_of: Callable[..., set[str]]) -> None:
    """Django does not mind; where one class bears the name as it is written, that one is meant."""
    files = {
        "shop/__init__.py": "",
        "shop/money/__init__.py": "",
        "shop/money/models.py": """
            from django.db import models
            class Invoice(models.Model):
                total = models.IntegerField()
        """,
        "shop/money/forms.py": "class invoice: pass\n",
        "shop/orders.py": """
            from django.apps import apps
            Invoice = apps.get_model("money", "INVOICE")
            def totals():
                return [invoice.total for invoice in Invoice.objects.all()]
        """,
    }
    assert "shop.orders.totals -> money_invoice" in edges_of(files, "reads")
    assert "shop.orders -> shop.money.models" in edges_of(files, "imports")
