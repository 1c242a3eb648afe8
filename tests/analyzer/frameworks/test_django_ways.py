"""Django: ways of writing that real applications have, each told by one function of one small project."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

MODELS = """
    from django.contrib.sites.managers import CurrentSiteManager
    from django.db import models
    from model_utils.managers import InheritanceManagerMixin
    class SiteManager(CurrentSiteManager):
        def open(self): return self.filter(open=True)
    class PersonManager(InheritanceManagerMixin, models.Manager):
        pass
    class Order(models.Model):
        objects = SiteManager()
    class Person(models.Model):
        objects = PersonManager()
        order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="people")
    class Line(models.Model):
        n = models.IntegerField()
        order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
        def save(self, *args, **kwargs):
            super().save(*args, **kwargs)
    class Note(models.Model):
        line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="+")
"""
PLACES = """
    from django.contrib.gis.db import models
    class PlaceQuerySet(models.QuerySet):
        def near(self): return self.filter(near=True)
    def to_order(**options):
        return models.ForeignKey("shop.Order", on_delete=models.CASCADE, related_name="+", **options)
    class Place(models.Model):
        order = to_order(null=True)
        objects = PlaceQuerySet.as_manager()
    class Sort(models.Model):
        pass
    class Kind(models.Model):
        pass
    Place.add_to_class("sort", models.ForeignKey("shop.Sort", null=True, on_delete=models.SET_NULL))
    models.ForeignKey(Kind, null=True, on_delete=models.SET_NULL).contribute_to_class(Place, "kind")
"""
SETTINGS = """
    from configurations import Configuration, values
    class Base(Configuration):
        INSTALLED_APPS = values.ListValue(["shop", "people"])
        AUTH_USER_MODEL = values.Value("people.Member")
"""
MEMBERS = """
    from django.conf import settings
    from django.contrib.auth.models import AbstractUser
    from django.db import models
    class Member(AbstractUser):
        pass
    class Badge(models.Model):
        owner = models.ForeignKey(getattr(settings, "OWNER_MODEL", "people.Member"), on_delete=models.CASCADE)
"""
HEAD = """
from django.contrib.auth import get_user_model
from shop.models import Line, Note, Order, Person
"""
CASES = {
    "a manager below one that a library has": (
        "def f():\n    order = Order.objects.open().first()\n    order.people.filter(x=1).delete()\n",
        {"f reads shop_order", "f writes shop_person"},
    ),
    "a manager below a mixin that a library has": (
        "def f():\n    for person in Person.objects.order_by('pk'):\n        person.order.delete()\n",
        {
            "f reads shop_order",
            "f reads shop_person",
            "f writes shop_order",
            "f writes shop_person",
            "f writes shop_line",
        },
    ),
    "a row's own `save` in place of the library's": (
        "def f(order: Order):\n    for line in order.lines.all():\n        line.save()\n",
        {"f reads shop_line", "f writes shop_line"},
    ),
    "a row that a shortcut finds by a query, given by name": (
        "from django.shortcuts import get_object_or_404\n"
        "def f(pk):\n    order = get_object_or_404(klass=Order.objects.open(), pk=pk)\n    order.save()\n",
        {"f reads shop_order", "f writes shop_order"},
    ),
    "sets of forms that a factory makes": (
        "from django.forms import inlineformset_factory, modelformset_factory\n"
        "Lines = modelformset_factory(Line, fields=['n'])\n"
        "def f(data): Lines(data).save()\n"
        "def g(order, data): inlineformset_factory(Order, Person, fields=['n'])(data, instance=order).save()\n",
        {"f writes shop_line", "g writes shop_person"},
    ),
    "a form that a factory makes": (
        "from django.forms import modelform_factory\n"
        "def f(data): modelform_factory(Line, fields=['n'])(data).save()\n",
        {"f writes shop_line"},
    ),
    "a table by what a model says of itself": (
        "from django.db import connection\n"
        "def f(): connection.cursor().execute(f'SELECT n FROM {Line._meta.db_table} WHERE n > 1')\n"
        "def g(): connection.cursor().execute('DELETE FROM ' + Order._meta.db_table + ' WHERE id = %s', [1])\n",
        {"f reads shop_line", "g writes shop_order"},
    ),
    "what is deleted without a signal": (
        "def f(): Line.objects.filter(n=1)._raw_delete('default')\n",
        {"f writes shop_line"},
    ),
    "conditions that a name holds, made in a loop over fields": (
        "from django.db.models import Q\nFIELDS = ('n', 'order__open')\n"
        "def f(term):\n    found = Q()\n    for field in FIELDS:\n"
        "        found |= Q(**{f'{field}__icontains': term})\n    return list(Line.objects.filter(found))\n"
        "def g(key, value): return list(Line.objects.filter(**{f'order__{key}': value}))\n",
        {"f reads shop_line", "f joins shop_order", "g reads shop_line", "g joins shop_order"},
    ),
    "a table that a query is told to join": (
        "def f(): return list(Line.objects.extra(tables=['pay_bill'], where=['pay_bill.n = shop_line.n']))\n",
        {"f reads shop_line", "f joins pay_bill"},
    ),
    "rows that a permission allows": (
        "from guardian.shortcuts import get_objects_for_user\n"
        "def f(user): return get_objects_for_user(user, 'shop.view_order').count()\n"
        "def g(user): return list(get_objects_for_user(user, 'view_line', klass=Line))\n",
        {"f reads shop_order", "g reads shop_line"},
    ),
    "a method that is made asynchronous": (
        "from channels.db import database_sync_to_async\n"
        "async def f(pk): return await database_sync_to_async(Line.objects.get)(pk=pk)\n",
        {"f reads shop_line"},
    ),
    "GeoDjango's models": (
        "from shop.places import Place\n"
        "def f():\n    for place in Place.objects.near():\n        place.order.lines.all().delete()\n",
        {"f reads shop_place", "f reads shop_order", "f writes shop_line"},
    ),
    "a method of a manager of the project's own, and a manager that a class holds": (
        "class Open:\n    orders = Order.objects\n    def first(self): return self.orders.filter(n=1).first()\n"
        "def f(): return Order.objects.open()\n",
        {"f reads shop_order", "Open.first reads shop_order"},
    ),
    "the object of a view that asks for more beside it": (
        "from django.views.generic import DetailView\n"
        "class Page(DetailView):\n    model = Order\n"
        "    def get_queryset(self): return super().get_queryset().prefetch_related('lines')\n"
        "    def post(self, request): self.get_object().people.update(n=1)\n",
        {
            "Page reads shop_order",
            "Page.get_queryset reads shop_order",
            "Page.get_queryset joins shop_line",
            "Page.post writes shop_person",
        },
    ),
    "lookups of a class of the admin that others below it are registered with": (
        "from django.contrib import admin\n"
        "class Base(admin.ModelAdmin):\n    list_filter = ['order__open']\n"
        "@admin.register(Line)\nclass Lines(Base): pass\n",
        {"Base joins shop_order", "Lines reads shop_line", "Lines writes shop_line"},
    ),
    "a window over a relation": (
        "from django.db.models import F, Window\nfrom django.db.models.functions import Rank\n"
        "def f():\n    rank = Window(expression=Rank(), partition_by=[F('order__open')])\n"
        "    return list(Line.objects.annotate(rank=rank))\n",
        {"f reads shop_line", "f joins shop_order"},
    ),
    "columns of a table": (
        "import django_tables2 as tables\n"
        "class Lines(tables.Table):\n    open = tables.Column(accessor='order__open')\n"
        "    class Meta:\n        model = Line\n",
        {"Lines reads shop_line", "Lines joins shop_order"},
    ),
    "classes of the admin": (
        "from django.contrib import admin\n"
        "class Lines(admin.TabularInline):\n    model = Line\n"
        "@admin.register(Person)\nclass People(admin.ModelAdmin):\n    search_fields = ['^order__lines__n']\n",
        {
            "Lines reads shop_line",
            "Lines writes shop_line",
            "People reads shop_person",
            "People writes shop_person",
            "People joins shop_line",
            "People joins shop_order",
        },
    ),
    "serializers and filters": (
        "from rest_framework import serializers\nimport django_filters\n"
        "class Rows(serializers.ModelSerializer):\n"
        "    owner = serializers.CharField(source='line.order.owner', read_only=True)\n"
        "    key = serializers.PrimaryKeyRelatedField(source='line', read_only=True)\n"
        "    class Meta:\n        model = Note\n        fields = ['owner', 'key']\n"
        "class Chosen(django_filters.FilterSet):\n"
        "    order = django_filters.CharFilter(field_name='order__open')\n"
        "    class Meta:\n        model = Line\n        fields = ['n']\n",
        {
            "Rows reads shop_note",
            "Rows joins shop_line",
            "Rows joins shop_order",
            "Chosen reads shop_line",
            "Chosen joins shop_order",
        },
    ),
    "views that a method tells what to ask for": (
        "from rest_framework import generics\n"
        "class Drop(generics.DestroyAPIView):\n"
        "    def get_queryset(self): return Line.objects.filter(n=1)\n",
        {"Drop writes shop_line", "Drop.get_queryset reads shop_line"},
    ),
    "the user model, named by a class of settings": (
        "def f(): return get_user_model().objects.filter(is_staff=True).count()\n",
        {"f reads people_member"},
    ),
}


def project(views: str) -> dict[str, str]:
    """The files of the small project."""
    return {
        "shop/__init__.py": "", "shop/models.py": MODELS, "shop/places.py": PLACES, "people/__init__.py": "", "people/models.py": MEMBERS,
        "settings.py": SETTINGS, "views.py": HEAD + views,
    }  # fmt: skip


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The graph of one project with the functions of all cases, each in a module of its own."""
    from textwrap import dedent

    from carveout.analyzer.pipeline import analyze

    folder = tmp_path_factory.mktemp("ways")
    files = project("")
    files.update({f"case{number}.py": HEAD + case for number, (case, _) in enumerate(CASES.values())})
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(dedent(text))
    return analyze(folder, cache=False, workers=1)


@pytest.mark.parametrize("number", range(len(CASES)), ids=CASES)
def test_ways_to_write(everything: Graph, number: int) -> None:
    _, expected = list(CASES.values())[number]
    found = set()
    for edge in everything.edges("reads", "writes", "joins"):
        _, _, name = edge.source.partition(":")
        if name.startswith(f"case{number}.") and edge.confidence != "possible":
            found.add(f"{name.partition('.')[2]} {edge.kind} {edge.target[6:]}")
    assert found == expected


def test_foreign_keys_that_are_told_elsewhere(edges_of: Callable[..., set[str]]) -> None:
    found = edges_of(project(""), "references")
    assert "people_badge -> people_member" in found
    assert {"shop_place -> shop_order", "shop_place -> shop_sort", "shop_place -> shop_kind"} <= found


def test_the_user_model_as_a_base_and_as_a_sender(edges_of: Callable[..., set[str]]) -> None:
    views = """
from django.conf import settings
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver
class Staff(get_user_model()):
    class Meta:
        proxy = True
@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def saved(instance, **kwargs): pass
m2m_changed.connect(saved, sender=get_user_model().groups.through)
"""
    found = edges_of(project(views), "inherits", "subscribes")
    assert "views.Staff -> people.models.Member" in found
    signals = "views.saved -> django.db.models.signals"
    assert f"{signals}.post_save[people.models.Member]" in found
    assert f"{signals}.m2m_changed[people.models.Member.groups.through]" in found


def test_a_folder_without_init_in_a_package(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """Commands of Django are found without `management/__init__.py`, and belong to their package."""
    files = project("") | {
        "shop/management/commands/__init__.py": "",
        "shop/management/commands/tidy.py": "def go(): pass\n",
    }
    graph = graph_of(files)
    assert graph.node("function:shop.management.commands.tidy.go") is not None


def test_a_class_that_is_said_to_be_a_row(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """Checkers of types are told so of what gives a model; and a library's class by its name is an import."""
    models = (
        "from typing import cast\nfrom django.apps import apps\nfrom django.conf import settings\n"
        "from django.db import models\nfrom django.utils.module_loading import import_string\n"
        "class Plan(models.Model): pass\n"
        "def plan_model() -> 'Plan': return cast(Plan, apps.get_model(settings.PLAN_MODEL))\n"
        "def f(): return plan_model().objects.count()\n"
        "def g(): return import_string('requests.Session')()\n"
    )
    graph = graph_of({"shop/__init__.py": "", "shop/models.py": models})
    (call,) = (e for e in graph.out("function:shop.models.f", "calls") if e.target.endswith(".plan_model"))
    assert not [word for word in call.how if word.startswith("gives")]
    assert {edge.target for edge in graph.out("function:shop.models.g", "imports")} == {"module:requests"}
