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
from shop.models import Order, Person
"""
CASES = {
    "a manager below one that a library has": (
        "def f():\n    order = Order.objects.open().first()\n    order.people.filter(x=1).delete()\n",
        {"f reads shop_order", "f writes shop_person"},
    ),
    "a manager below a mixin that a library has": (
        "def f():\n    for person in Person.objects.order_by('pk'):\n        person.order.delete()\n",
        {"f reads shop_order", "f reads shop_person", "f writes shop_order", "f writes shop_person"},
    ),
    "the user model, named by a class of settings": (
        "def f(): return get_user_model().objects.filter(is_staff=True).count()\n",
        {"f reads people_member"},
    ),
}


def project(views: str) -> dict[str, str]:
    """The files of the small project."""
    return {
        "shop/__init__.py": "", "shop/models.py": MODELS, "people/__init__.py": "", "people/models.py": MEMBERS,
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


def test_a_foreign_key_to_the_default_of_a_setting(edges_of: Callable[..., set[str]]) -> None:
    found = edges_of(project(""), "references")
    assert "people_badge -> people_member" in found


def test_a_folder_without_init_in_a_package(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """Commands of Django are found without `management/__init__.py`, and belong to their package."""
    files = project("") | {
        "shop/management/commands/__init__.py": "",
        "shop/management/commands/tidy.py": "def go(): pass\n",
    }
    graph = graph_of(files)
    assert graph.node("function:shop.management.commands.tidy.go") is not None
