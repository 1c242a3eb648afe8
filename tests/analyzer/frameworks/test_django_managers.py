"""Django: managers made of querysets, what related managers have of them, and what only checkers of types see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

MODELS = """
    from typing import TYPE_CHECKING
    from django.db import models
    if TYPE_CHECKING:
        Typed = models.Manager["Line"]
    class LineQuerySet(models.QuerySet):
        if TYPE_CHECKING:
            def get(self, *args): ...
        def paid(self): return self.filter(paid=True)
        def one(self, pk): return self.get(pk)
        def shop_open(self): return self.filter(order__open=True)
    class LineManager(models.Manager):
        def make(self, **given):
            line = self.model(**given)
            line.save()
            return line
    class Order(models.Model):
        open = models.BooleanField()
        if TYPE_CHECKING:
            lines: "models.Manager[Line]"
    class Line(models.Model):
        order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
        paid = models.BooleanField()
        objects = LineManager.from_queryset(LineQuerySet)()
    class Note(models.Model):
        order = models.ForeignKey(Order, on_delete=models.CASCADE)
        objects = models.Manager.from_queryset(LineQuerySet)()
"""
HEAD = "from django.contrib.auth.models import User\nfrom shop.models import Line, Note, Order\n"

CASES = {
    "a method of the queryset, asked of the manager that was made of it": (
        "def f(): return [line.pk for line in Line.objects.paid().order_by('pk')]\n",
        {"f reads shop_line"},
    ),
    "a method of the manager makes a row, and reads none": (
        "def f(order: Order): return Line.objects.make(order=order)\n",
        set(),
    ),
    "a related manager has the methods of `objects`": (
        "def f(order: Order): return order.lines.paid().first()\n"
        "def g(order: Order): return order.lines.filter(pk=1).paid().exists()\n",
        {"f reads shop_line", "g reads shop_line"},
    ),
    "lookups in a method of the queryset": (
        "def f(): return Line.objects.shop_open().count()\n",
        {"f reads shop_line", "f joins shop_order"},
    ),
    "what is written by a related manager is not its owner's table": (
        "def f(order: Order): return order.lines.bulk_create([Line(order=order)])\n",
        {"f writes shop_line"},
    ),
    "whether a row has an attribute is found out by loading it": (
        "def f(line: Line): return hasattr(line, 'order')\n"
        "def g(line: Line): return hasattr(line, 'paid')\n",
        {"f reads shop_order"},
    ),
    "a user is made, and asked what it may do": (
        "def f(): return User.objects.create_user('a').pk\n"
        "def g(user: User): return user.has_perm('shop.change_line')\n",
        {
            "f writes auth_user", "g reads auth_group", "g reads auth_group_permissions", "g reads auth_permission",
            "g reads auth_user_groups", "g reads auth_user_user_permissions", "g reads django_content_type",
        },
    ),
    "rows that are changed by what other rows say are asked for": (
        "def f(): Line.objects.filter(order__open=True).update(paid=True)\n"
        "def g(): Line.objects.filter(order=1).update(paid=True)\n",
        {"f joins shop_order", "f reads shop_line", "f writes shop_line", "g writes shop_line"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_managers_do(
    graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]], case: tuple[str, set[str]]
) -> None:
    source, expected = case
    graph = graph_of({"shop/__init__.py": "", "shop/models.py": MODELS, "views.py": HEAD + source})
    sure = {
        f"{e.source[15:]} {e.kind} {e.target[6:]}"
        for e in graph.edges("reads", "joins", "writes")
        if e.source.startswith("function:views.") and e.confidence != "possible"
    }
    assert sure == expected


def test_methods_of_managers_and_querysets_themselves(graph_of: Callable[..., Graph]) -> None:
    """`self.model(...)` is a row of the manager's model; a stub for checkers of types hides no method."""
    views = HEAD + "def f(order): return Line.objects.make(order=order), Line.objects.one(3)\n"
    graph = graph_of({"shop/__init__.py": "", "shop/models.py": MODELS, "views.py": views})
    found = {(e.source[21:], e.kind, e.target[6:]) for e in graph.edges("reads", "writes")}
    assert ("LineManager.make", "writes", "shop_line") in found
    assert ("LineQuerySet.one", "reads", "shop_line") in found


def test_what_the_admin_asks_of_users(graph_of: Callable[..., Graph]) -> None:
    views = HEAD + (
        "from django.contrib import admin\nclass Lines(admin.ModelAdmin):\n"
        "    def again(self, request): return self.has_change_permission(request)\n"
        "admin.site.register(Line, Lines)\n"
    )
    graph = graph_of({"shop/__init__.py": "", "shop/models.py": MODELS, "views.py": views})
    reads = {(e.target[6:], e.confidence) for e in graph.out("function:views.Lines.again", "reads")}
    assert {("auth_permission", "possible"), ("auth_group_permissions", "possible")} <= reads


def test_what_feeds_are_asked_about(
    graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]
) -> None:
    views = HEAD + (
        "from django.contrib.syndication.views import Feed\nclass Lines(Feed):\n"
        "    def items(self): return Line.objects.filter(paid=True)[:10]\n"
        "    def item_title(self, item): return item.order.open\n"
    )
    rows = told(graph_of({"shop/__init__.py": "", "shop/models.py": MODELS, "views.py": views}))
    assert rows == {"Lines.items reads shop_line paid", "Lines.item_title reads shop_order"}


def test_what_a_shared_method_makes_is_no_row_of_its_own_model(edges_of: Callable[..., set[str]]) -> None:
    """Templates of nine kinds make jobs of nine kinds through one function: too many to be told apart."""
    kinds = "ABCDEFGHI"
    text = (
        "from django.db import models\n"
        "class Common(models.Model):\n    class Meta:\n        abstract = True\n"
        "class Template(Common):\n"
        "    def create(self):\n"
        "        job = copy(self.kind())\n"
        "        return None if job is None else job\n"
        "class Job(Common):\n    def start(self): pass\n"
        "def copy(kind): return kind()\n"
        "class Plain(Template):\n"
        "    def create(self): return Template.create(self) or Job()\n"
    )
    for kind in kinds:
        text += f"class {kind}Job(Job):\n    def url(self): pass\n"
        text += (
            f"class {kind}(Plain):\n    def kind(self): return {kind}Job\n    def url(self): pass\n"
            f"copy({kind})\n"
        )
    view = "from shop.models import A\ndef view(pk):\n    job = A.objects.get(pk=pk).create()\n    job.start()\n    job.url()\n"
    calls = edges_of({"shop/models.py": text, "shop/views.py": view}, "calls")
    assert "shop.views.view -> shop.models.Job.start" in calls
    assert "shop.views.view -> shop.models.AJob.url" in calls
