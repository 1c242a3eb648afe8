"""Django: which function reads, joins and writes which table, told by the values that flow."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

MODELS = """
    from django.contrib.auth.models import Group
    from django.db import models
    class Plan(models.Model):
        name = models.CharField(max_length=3)
    class User(models.Model):
        plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="users")
        email = models.CharField(max_length=3)
    class OrderQuerySet(models.QuerySet):
        def paid(self):
            return self.filter(paid=True)
        def late(self):
            return self.paid().exclude(user__plan__name="x")
    class Order(models.Model):
        user = models.ForeignKey("User", on_delete=models.CASCADE)
        paid = models.BooleanField()
        products = models.ManyToManyField("shop.Product", related_name="orders")
        objects = OrderQuerySet.as_manager()
    class Line(models.Model):
        order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    class Product(models.Model):
        title = models.CharField(max_length=3)
"""
HEAD = "from shop.models import *\nfrom django.db.models import F, Q, Count\n"

CASES = {
    "a queryset that is handed on": (
        "def ask(found): return found.filter(paid=True)\ndef f(): ask(Order.objects.all())\n",
        {"ask reads shop_order paid", "f reads shop_order"},
    ),
    "a form is no row of a model that is called so; a base class of the admin is about all that inherit it": (
        "from django.contrib import admin\n"
        "class Form(models.Model):\n    pass\n"
        "class Base(admin.ModelAdmin):\n"
        "    def save_form(self, request, form, change): return form.save(commit=False)\n"
        "    def save_model(self, request, obj, form, change): obj.save()\n"
        "class Inner(Base):\n    def save_model(self, request, obj, form, change):\n        obj.save()\n"
        "        Base.save_model(self, request, obj, form, change)\n"
        "class Outer(Base): pass\n"
        "admin.site.register(Order, Inner)\nadmin.site.register(Plan, Outer)\n"
        "def check(form): form.save()\n",
        {
            "Base.save_model writes shop_order (insert update)",
            "Base.save_model writes shop_plan (insert update)",
            "Inner.save_model writes shop_order (insert update)",
        },
    ),
    "lookups in a dictionary that a condition spreads; a model that is loaded by words": (
        "def f():\n    wanted = {'user__plan__name': 'x'}\n    return list(Order.objects.filter(Q(**wanted)))\n"
        "def g():\n    from django.apps import apps\n"
        "    return apps.get_model(app_label='shop', model_name='Plan')._default_manager.count()\n",
        {
            "f reads shop_order user_id", "f joins shop_user", "f joins shop_plan",
            "g reads shop_plan (aggregate)",
        },
    ),
    "a field that a form declares itself stands in place of its model's": (
        "from django import forms\n"
        "class Own(forms.ModelForm):\n    user = forms.IntegerField()\n"
        "    class Meta:\n        model = Order\n        fields = ['user', 'paid']\n"
        "class Given(forms.ModelForm):\n"
        "    class Meta:\n        model = Order\n        fields = ['user', 'paid']\n"
        "def f(request): return Own(request.POST).is_valid()\n"
        "def g(request): return Given(request.POST).is_valid()\n",
        {"f reads shop_order", "g reads shop_order", "g reads shop_user"},
    ),
    "what forms choose from": (
        "from django import forms\n"
        "class Pick(forms.Form):\n    line = forms.ModelChoiceField(queryset=Line.objects.all())\n"
        "    def clean(self): self.cleaned_data.get('line').delete()\n"
        "class OrderForm(forms.ModelForm):\n    class Meta:\n        model = Order\n        fields = ['user', 'paid']\n"
        "def f(data):\n    form = Pick(data)\n    if form.is_valid(): form.cleaned_data['line'].save()\n"
        "def g(data):\n    form = OrderForm(data)\n    if form.is_valid(): form.cleaned_data['user'].save()\n",
        {
            "Pick.clean writes shop_line (delete)",
            "f reads shop_line",
            "f writes shop_line (insert update)",
            "g reads shop_order",
            "g reads shop_user",
            "g writes shop_user (insert update)",
        },
    ),
    "views of the admin, and feeds about an object": (
        "from django.contrib import admin\nfrom django.contrib.syndication.views import Feed\n"
        "class PlanAdmin(admin.ModelAdmin):\n"
        "    def add_view(self, request): return super().add_view(request)\n"
        "    def change_view(self, request, id): return super().change_view(request, id)\n"
        "admin.site.register(Plan, PlanAdmin)\n"
        "class News(Feed):\n    def get_object(self, request, id): return Order.objects.get(pk=id)\n"
        "    def items(self, obj): return obj.lines.all()\n"
        "    def title(self, obj): return obj.user.email\n",
        {
            "PlanAdmin.add_view writes shop_plan (insert)",
            "PlanAdmin.change_view reads shop_plan",
            "PlanAdmin.change_view writes shop_plan (update)",
            "News.get_object reads shop_order",
            "News.items reads shop_line",
            "News.title reads shop_user",
        },
    ),
    "generic views that are gone on with": (
        "from django.views.generic import CreateView, DeleteView, DetailView, ListView, UpdateView\n"
        "class Add(CreateView):\n    model = Line\n    def form_valid(self, form): return super().form_valid(form)\n"
        "class Change(UpdateView):\n    model = Line\n    def post(self, request): return super().post(request)\n"
        "class Drop(DeleteView):\n    model = Line\n    def delete(self, request): return super().delete(request)\n"
        "class All(ListView):\n    def get_queryset(self): return Line.objects.all()\n"
        "    def post(self, request): return super().get(request)\n"
        "class One(DetailView):\n    model = Line\n    def dispatch(self, request): return super().dispatch(request)\n",
        {
            "Add.form_valid writes shop_line (insert)",
            "Change.post reads shop_line",
            "Change.post writes shop_line (update)",
            "Drop.delete reads shop_line",
            "Drop.delete writes shop_line (delete)",
            "All.get_queryset reads shop_line",
            "All.post reads shop_line",
            "One.dispatch reads shop_line",
        },
    ),
    "tables in between that have a name of their own": (
        "Bought = Order.products.through\n"
        "def f(rows): Bought.objects.bulk_create(rows)\n"
        "def g(): Order.products.through.objects.filter(order_id=1).delete()\n"
        "def h():\n    kept = Order.products.through\n    return kept.objects.count()\n",
        {
            "f writes shop_order_products (insert)",
            "g writes shop_order_products (delete)",
            "h reads shop_order_products (aggregate)",
        },
    ),
    "models of other libraries": (
        "from auditlog.models import LogEntry\nfrom wagtail.images.models import Image\n"
        "from tools.models import Helper\nfrom shop.models import Group\n"
        "def k(): Group.objects.create(name='x')\n"
        "def f():\n    for entry in LogEntry.objects.all(): entry.delete()\n"
        "def g(): Image.objects.create(title='x')\n"
        "def h(): Helper().run()\n",
        {
            "f reads auditlog_logentry",
            "f writes auditlog_logentry (delete loop)",
            "g writes wagtailimages_image (insert)",
            "k writes auth_group (insert)",
        },
    ),
    "managers of a library's own kind": (
        "from tools.managers import TreeManager\n"
        "class Node(models.Model):\n    objects = models.Manager()\n    tree = TreeManager()\n"
        "class Base:\n    def rows(self): return Node.objects.filter(pk=1)\n    def more(self): return Node.tree.all()\n"
        "class Sub(Base):\n    def f(self): return list(self.rows())\n"
        "    def g(self):\n        for node in self.more(): node.save()\n",
        {
            "Base.rows reads views_node",
            "Base.more reads views_node",
            "Sub.f reads views_node",
            "Sub.g reads views_node",
            "Sub.g writes views_node (insert loop update)",
        },
    ),
    "a queryset that is kept": (
        "class Box:\n    def __init__(self): self.found = Order.objects.all()\n    def f(self): self.found.count()\n",
        {"Box.__init__ reads shop_order", "Box.f reads shop_order (aggregate)"},
    ),
    "methods of a queryset of the project, in chains": (
        "def f(): return Order.objects.paid().late().first()\n",
        {"f reads shop_order", "f joins shop_user", "f joins shop_plan"},
    ),
    "related managers, by their names and by default, with methods of the project": (
        "def f():\n    user = User.objects.get(pk=1)\n    user.order_set.paid().delete()\n"
        "def g(order: Order): order.lines.create()\n",
        {"f reads shop_user", "f reads shop_order", "f writes shop_order (delete)",
            "f reads shop_line", "f writes shop_line (delete)", "f reads shop_order_products",
            "f writes shop_order_products (delete)", "g writes shop_line (insert)"},
    ),
    "rows that point to any model": (
        "from django.contrib.contenttypes.fields import GenericRelation\n"
        "class Note(models.Model):\n    object_id = models.IntegerField()\n"
        "class Page(models.Model):\n    notes = GenericRelation(Note)\n"
        "def f(page: Page): page.notes.filter(object_id=1).update(object_id=2)\n"
        "def g(page: Page): page.notes.create()\n"
        "def h(): return Page.objects.filter(notes__object_id=1).first()\n"
        "def i(page: Page): page.delete()\n",
        {
            "f writes views_note (update) object_id", "g writes views_note (insert)", "h reads views_page",
            "h joins views_note", "i writes views_page (delete)", "i reads views_note", "i writes views_note (delete)",
        },
    ),
    "tables in between": (
        "def f(order: Order): order.products.add(3)\n"
        "def g(product: Product): return product.orders.clear(), product.orders.first()\n",
        {
            "f reads shop_order_products", "f writes shop_order_products (insert)",
            "g writes shop_order_products (delete)", "g reads shop_order", "g joins shop_order_products",
        },
    ),
    "tables in between, of rows that a query gives": (
        "class Team(models.Model):\n    users = models.ManyToManyField(User, related_name='teams')\n"
        "class Room(models.Model):\n    users = models.ManyToManyField(User, related_name='rooms')\n"
        "def f(): Team.objects.get(pk=1).users.add(3)\n"
        "def g():\n    room = Room.objects.first()\n    room.users.remove(*Team.objects.get(pk=1).users.all())\n",
        {
            "f reads views_team", "f reads views_team_users", "f writes views_team_users (insert)",
            "g reads views_room", "g writes views_room_users (delete)", "g reads views_team",
            "g reads shop_user", "g joins views_team_users",
        },
    ),
    "deletions that keep the rows": (
        "class Kept(models.QuerySet):\n    def delete(self): self.update(gone=1)\n"
        "class Manager(models.Manager):\n    def get_queryset(self): return Kept(self.model)\n"
        "class Group(models.Model):\n    gone = models.IntegerField()\n    objects = Manager()\n"
        "    def delete(self):\n        self.gone = 1\n        self.save()\n"
        "    def drop(self): super().delete()\n"
        "class Member(models.Model):\n    group = models.ForeignKey(Group, on_delete=models.CASCADE)\n"
        "class Room(models.Model):\n    def delete(self): super().delete()\n"
        "class Seat(models.Model):\n    room = models.ForeignKey(Room, on_delete=models.CASCADE)\n"
        "def f(): Group.objects.get(pk=1).delete()\ndef g(): Group.objects.filter(pk=1).delete()\n"
        "def h(): Room.objects.filter(pk=1).delete()\n",
        {
            "Group.delete writes views_group (insert update)", "Group.drop writes views_group (delete)",
            "Group.drop reads views_member", "Group.drop writes views_member (delete)",
            "Room.delete writes views_room (delete)", "Room.delete reads views_seat",
            "Room.delete writes views_seat (delete)", "f reads views_group", "f writes views_group (delete)",
            "g reads views_group", "g writes views_group (delete)", "h reads views_room",
            "h writes views_room (delete)", "h reads views_seat",
            "h writes views_seat (delete)",
        },
    ),
    "attributes that lead to another row, once for each turn of a loop": (
        "def f(order: Order): return order.user.plan.name, order.user_id\n"
        "def g():\n    for order in Order.objects.all():\n        order.user.email\n",
        {"f reads shop_user", "f reads shop_plan", "g reads shop_order", "g reads shop_user (loop)"},
    ),
    "a queryset that is narrowed in a loop is asked once": (
        "def f(words):\n    found = Order.objects.all()\n    for word in words:\n"
        "        found = found.filter(paid=word)\n    return found\n",
        {"f reads shop_order paid"},
    ),
    "comprehensions and attempts": (
        "def f(order: Order): return [Line.objects.get(order=o) for o in order.user.order_set.all()]\n"
        "def g():\n    for n in range(3):\n        Plan.objects.first()\n",
        {"f reads shop_line (loop) order_id", "f reads shop_user", "f reads shop_order", "g reads shop_plan"},
    ),
    "lookups that lead through other tables; a last foreign key is a column": (
        "def f(): Line.objects.filter(Q(order__user__plan__name='x') | Q(order__user=1)).order_by('order__paid')\n"
        "def g(): Plan.objects.annotate(n=Count('users__order'))\n",
        {
            "f reads shop_line order_id", "f joins shop_order", "f joins shop_user", "f joins shop_plan",
            "g reads shop_plan", "g joins shop_user", "g joins shop_order",
        },
    ),
    "what is fetched beside": (
        "def f(): Order.objects.select_related('user').prefetch_related('lines')\n",
        {"f reads shop_order user_id", "f joins shop_user", "f joins shop_line"},
    ),
    "locks, updates and what is both": (
        "def f(): Order.objects.select_for_update().get(pk=1)\n"
        "def g(): Order.objects.filter(paid=False).update(paid=F('paid'))\n"
        "def h(): Plan.objects.get_or_create(name='x')\n"
        "def i():\n    order = Order(paid=True)\n    order.save(update_fields=['paid'])\n",
        {
            "f reads shop_order (lock)", "g writes shop_order (update) paid",
            "h reads shop_plan name", "h writes shop_plan (insert) name", "i writes shop_order (update) paid",
        },
    ),
    "rows that may be new": (
        "def f():\n    order, created = Order.objects.get_or_create(pk=1)\n    return order.lines.count()\n",
        {"f reads shop_order", "f writes shop_order (insert)", "f reads shop_line (aggregate)"},
    ),
    "what a queryset asks for beside its rows goes where it goes": (
        "def build(): return Order.objects.filter(user__plan__name='x', products=3).select_related('user')\n"
        "def f(): return build().count()\n"
        "def g(): return [order.paid for order in build().exclude(paid=True)]\n"
        "def h():\n    order, made = Order.objects.get_or_create(paid=True)\n    order.lines.create()\n",
        {
            "build reads shop_order user_id", "build joins shop_user", "build joins shop_plan",
            "build joins shop_order_products", "f reads shop_order (aggregate)", "f joins shop_user", "f joins shop_plan",
            "g reads shop_order paid", "g joins shop_user", "g joins shop_plan", "h reads shop_order paid", "h writes shop_order (insert) paid",
            "h writes shop_line (insert)",
        },
    ),
    "lookups in a dictionary that is spread": (
        "def f(late):\n    wanted = {'user__plan__name': 'x'}\n    if late: wanted['lines__id'] = 1\n"
        "    return Order.objects.filter(**wanted).first()\n",
        {"f reads shop_order user_id", "f joins shop_user", "f joins shop_plan", "f joins shop_line"},
    ),
    "what is loaded beside is not loaded again and again": (
        "def f():\n    for order in Order.objects.select_related('user'): order.user.plan.name\n",
        {"f reads shop_order user_id", "f joins shop_user", "f reads shop_user", "f reads shop_plan (loop)"},
    ),
    "querysets that somebody outside goes over": (
        "from django.shortcuts import render\n"
        "def f(request, found: dict): return render(request, 'a', {'orders': found['x']})\n"
        "def g(request):\n    kept = Kept()\n    return len(kept.all)\n"
        "class Kept:\n    def __init__(self): self.all = Line.objects.all()\n",
        {"g reads shop_line", "Kept.__init__ reads shop_line"},
    ),
    "shortcuts": (
        "from django.shortcuts import get_object_or_404\n"
        "def f(): get_object_or_404(Order, user__email='x')\n",
        {"f reads shop_order user_id", "f joins shop_user"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_access(case: str, graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]) -> None:
    """Tables, columns and how, per function."""
    body, expected = CASES[case]
    files = {"shop/__init__.py": "", "shop/models.py": MODELS, "views.py": HEAD + body}
    assert told(graph_of(files)) == expected


def test_relations_of_one_name(graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]) -> None:
    """Several models have `groups`: the owner's own table in between is meant, or none."""
    models = """
        from django.db import models
        class Group(models.Model): pass
        class Member(models.Model):
            groups = models.ManyToManyField(Group)
        class Notice(models.Model):
            groups = models.ManyToManyField(Group)
            def f(self): return self.groups.first()
    """
    graph = graph_of({"shop/__init__.py": "", "shop/models.py": models})
    joined = {edge.target for edge in graph.out("function:shop.models.Notice.f", "joins")}
    assert joined == {"table:shop_notice_groups"}


def test_what_is_handed_on_is_not_asked_for(
    graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]
) -> None:
    """The user of a request that is passed on, querysets of classes, lists of rows that were made, no rows."""
    models = """
        from django.db import models
        class Note(models.Model):
            text = models.TextField()
        class Tag(models.Model):
            note = models.ForeignKey(Note, on_delete=models.CASCADE)
    """
    views = """
        from django.views import View
        from shop.models import Note, Tag
        class Notes(View):
            queryset = Note.objects.filter(text="x")
            def f(self, request): return str(request.user.pk)
            def g(self, request): return {"user": request.user}
        def h(): return [tag.pk for tag in Tag.objects.bulk_create([Tag()])]
        def k(): Tag.objects.filter(pk=1).delete()
        def m(): Note.objects.filter(pk=1).delete()
        def n(): return list(Tag.objects.none())
    """
    graph = graph_of({"shop/__init__.py": "", "shop/models.py": models, "views.py": views})
    sure = {
        (e.source[9:], e.kind, e.target[6:])
        for e in graph.edges("reads", "writes")
        if e.confidence != "possible"
    }
    assert {row for row in sure if row[0].startswith("views.")} == {
        ("views.Notes.f", "reads", "auth_user"),
        ("views.h", "writes", "shop_tag"),
        ("views.k", "writes", "shop_tag"),
        ("views.m", "reads", "shop_note"),
        ("views.m", "writes", "shop_note"),
        ("views.m", "writes", "shop_tag"),
    }
    assert [e.target for e in graph.out("class:views.Notes", "reads")] == ["table:shop_note"]


def test_views_that_answer_a_form_themselves_save_nothing(graph_of: Callable[..., Graph]) -> None:
    """What a view's own `form_valid` or `post` does not go on with, the library never saves."""
    graph = graph_of({
        "shop/__init__.py": "",
        "shop/models.py": "from django.db import models\nclass Order(models.Model):\n    paid = models.IntegerField()\n",
        "views.py": "from django.views.generic import UpdateView\nfrom shop.models import Order\n"
        "class Plain(UpdateView):\n    model = Order\n"
        "class On(UpdateView):\n    model = Order\n    def form_valid(self, form): return super(On, self).form_valid(form)\n"
        "class Saves(UpdateView):\n    model = Order\n    def form_valid(self, form): form.save()\n"
        "class Itself(UpdateView):\n    model = Order\n    def form_valid(self, form): return form.cleaned_data\n"
        "class Below(Itself): pass\n"
        "class Posts(UpdateView):\n    model = Order\n    def post(self, request): return self.form_valid(None)\n",
    })  # fmt: skip
    writing = {edge.source for edge in graph.edges("writes") if edge.source.startswith("class:")}
    assert writing == {f"class:views.{name}" for name in ("Plain", "On", "Saves", "Posts")}
    reading = {edge.source for edge in graph.edges("reads")}
    assert {"class:views.Itself", "class:views.Below"} <= reading
