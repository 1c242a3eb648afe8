"""What Django itself and its libraries do with the tables of models, and models of classes above."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

from .test_django_access import HEAD, MODELS


def test_models_of_an_abstract_base(graph_of: Callable[..., Graph]) -> None:
    """What an abstract model does is done to the tables of those that inherit from it."""
    models = """
        from django.db import models
        class Base(models.Model):
            tags = models.ManyToManyField("shop.Tag")
            class Meta:
                abstract = True
            def touch(self):
                self.save()
            def tag(self):
                self.tags.add(1)
        class Tag(models.Model): pass
        class Post(Base): pass
    """
    edges = {(e.source, e.target) for e in graph_of({"shop/models.py": models}).edges("writes")}
    assert edges == {
        ("function:shop.models.Base.touch", "table:shop_post"),
        ("function:shop.models.Base.tag", "table:shop_post_tags"),
    }


LIBRARY = {
    "users and sessions": (
        "from django.contrib.auth import get_user_model, login\nUser = get_user_model()\n"
        "def f(request): return request.user.email\n"
        "def g(): return User.objects.filter(email='x')\n"
        "def h(request, user):\n    login(request, user)\n    user.save()\n"
        "def i(post: Post): return post.author.get_full_name()\n",
        {
            "f reads auth_user", "f reads django_session", "g reads auth_user",
            "h reads django_session", "h writes django_session (insert)",
            "h writes auth_user (insert update)", "i reads auth_user",
        },
    ),
    "parameters that are called as a model is, where nothing else is told": (
        "def f(post): post.delete()\ndef g(posts): posts.delete()\n",
        {"f writes shop_post (delete)", "f reads shop_note", "f writes shop_note (delete)"},
    ),
    "sessions": (
        "from importlib import import_module\nfrom django.conf import settings\n"
        "from django.contrib.sessions.backends.base import SessionBase\n"
        "class Kept:\n    def __init__(self, store): self.store: SessionBase = store\n"
        "    def end(self): self.store.delete()\n"
        "def i(session: SessionBase): return session.get('x')\n"
        "def f(request): request.session.flush()\n"
        "def g(key): return import_module(settings.SESSION_ENGINE).SessionStore(key)\n"
        "def h(): g(1).save()\n",
        {"f reads django_session", "f writes django_session (delete)", "h reads django_session",
         "h writes django_session (insert update)", "i reads django_session",
         "Kept.end reads django_session", "Kept.end writes django_session (delete)"},
    ),
    "forms and serializers": (
        "from django import forms\nfrom rest_framework import serializers, viewsets\n"
        "class PostForm(forms.ModelForm):\n    class Meta:\n        model = Post\n"
        "    def save(self, commit=True): return super().save(commit)\n"
        "class NoteSerializer(serializers.ModelSerializer):\n    class Meta:\n        model = Note\n"
        "class Notes(viewsets.GenericViewSet):\n    serializer_class = NoteSerializer\n"
        "    def perform_create(self, serializer): serializer.save()\n"
        "def f():\n    post = PostForm().save()\n    return post.author\n",
        {
            "PostForm.save writes shop_post (insert update)", "f reads auth_user",
            "Notes.perform_create writes shop_note (insert update)",
        },
    ),
    "migrations": (
        "from django.db import migrations\n"
        "def forwards(apps, schema_editor):\n    Post = apps.get_model('shop', 'Post')\n"
        "    for post in Post.objects.using('x').exclude(pk=1):\n        post.save()\n"
        "class Migration(migrations.Migration):\n    operations = [migrations.RunPython(forwards)]\n",
        {"forwards reads shop_post", "forwards writes shop_post (insert loop update)"},
    ),
}  # fmt: skip


POSTS = """
    from django.conf import settings
    from django.db import models
    class Post(models.Model):
        author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    class Note(models.Model):
        post = models.ForeignKey("Post", on_delete=models.CASCADE)
"""


@pytest.mark.parametrize("case", LIBRARY)
def test_what_the_library_brings(
    case: str, graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]
) -> None:
    """Django's own models, forms, serializers and migrations."""
    body, expected = LIBRARY[case]
    head = "from django.http import HttpResponse\nfrom shop.models import *\n"
    files = {"shop/__init__.py": "", "shop/models.py": POSTS, "views.py": head + body}
    assert told(graph_of(files)) == expected


def test_generic_views(graph_of: Callable[..., Graph]) -> None:
    """What the library does for a view with a model is told of the view's class."""
    views = """
        from django.views.generic import CreateView, DeleteView, ListView
        from shop.models import Note, Post
        class Posts(ListView):
            queryset = Post.objects.filter(pk=1)
        class Add(CreateView):
            model = Note
        class Remove(DeleteView):
            model = Note
    """
    edges = graph_of({"shop/models.py": POSTS, "views.py": views}).edges("reads", "writes")
    found = {(e.source[12:], e.kind, e.target[6:], e.how) for e in edges if e.source.startswith("class:")}
    assert found == {
        ("Posts", "reads", "shop_post", ()),
        ("Add", "writes", "shop_note", ("insert",)),
        ("Remove", "reads", "shop_note", ()),
        ("Remove", "writes", "shop_note", ("delete",)),
    }


def test_a_view_of_an_abstract_model_touches_no_table(graph_of: Callable[..., Graph]) -> None:
    """Views that others inherit from name such models to be replaced; a table without a name is none."""
    views = """
        from django.db import models
        from django.views.generic import DeleteView
        class Base(models.Model):
            class Meta:
                abstract = True
        class Account(Base):
            pass
        class Remove(DeleteView):
            model = Base
        class RemoveAccount(Remove):
            model = Account
    """
    graph = graph_of({"shop/__init__.py": "", "shop/models.py": views})
    assert [node.name for node in graph.nodes("table")] == ["shop_account"]
    assert {edge.source for edge in graph.edges("writes")} == {"class:shop.models.RemoveAccount"}


def test_what_is_named_otherwise(graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]) -> None:
    """A value that came the wrong way, through a function that many use, is not believed against its name."""
    views = HEAD + (
        "def get(found): return found.first()\n"
        "def f(): return get(Plan.objects.all())\n"
        "def g():\n    user = get(None)\n    user.save()\n"
        "def h():\n    chosen = get(None)\n    chosen.save()\n"
    )
    graph = graph_of({"shop/__init__.py": "", "shop/models.py": MODELS, "views.py": views})
    trusts = {edge.source[15:]: edge.confidence for edge in graph.edges("writes")}
    assert trusts == {"g": "possible", "h": "likely"}


def test_tables_named_by_constants_and_models_of_library_classes(
    graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]
) -> None:
    """`db_table` from another module; users that inherit from Django's; views of REST framework with a queryset."""
    models = """
        from django.contrib.auth.models import AbstractUser
        from django.db import models
        from shop import names
        class Member(AbstractUser):
            class Meta:
                db_table = names.PREFIX + names.MEMBERS
    """
    views = """
        from django.contrib.auth import get_user_model
        from django.views.generic import DetailView
        from rest_framework.viewsets import ModelViewSet
        from shop.models import Member
        def f():
            model = get_user_model()
            member = model(username="x")
            member.save()
        class Members(ModelViewSet):
            queryset = Member.objects.all()
            def g(self):
                return self.get_object().delete()
            def h(self):
                return self.filter_queryset(self.get_queryset()).count()
        class One(DetailView):
            def get_queryset(self): return Member.objects.all()
            def k(self): self.get_object().save()
    """
    files = {
        "settings.py": "AUTH_USER_MODEL = 'shop.Member'\n",
        "shop/__init__.py": "",
        "shop/names.py": "PREFIX = 'our_'\nMEMBERS = 'members'\n",
        "shop/models.py": models,
        "views.py": views,
    }
    assert told(graph_of(files)) == {
        "f writes our_members (insert update)",
        "Members.g reads our_members",
        "Members.g writes our_members (delete)",
        *(f"Members.g reads our_members_{beside}" for beside in ("groups", "user_permissions")),
        *(f"Members.g writes our_members_{beside} (delete)" for beside in ("groups", "user_permissions")),
        "One.get_queryset reads our_members",
        "One.k reads our_members",
        "One.k writes our_members (insert update)",
        "Members.h reads our_members (aggregate)",
    }


def test_what_only_classes_below_name(graph_of: Callable[..., Graph]) -> None:
    """A base class and its heirs are not surely about the model that one heir names."""
    bases = """
        from django.views import View
        class Base(View):
            def get_queryset(self): return self.model.objects.all()
            def first(self): return self.get_rows().first()
    """
    views = """
        from django.apps import apps
        from bases import Base
        from shop.models import Order, Plan
        class Orders(Base):
            model = Order
            def get_rows(self): return Order.objects.all()
            def own(self): return list(super().get_queryset().filter(paid=True))
        class Others(Base):
            model = apps.get_model(UNKNOWN)
            def sibling(self): return list(super().get_queryset().filter(pk=1))
        class Told(Base):
            def get_queryset(self): return Plan.objects.all()
            def again(self): return self.get_queryset().first()
    """
    files = {"shop/__init__.py": "", "shop/models.py": MODELS, "bases.py": bases, "views.py": views}
    trust: dict[str, set[str]] = {}
    for edge in graph_of(files).edges("reads"):
        function = edge.source.rpartition(".")[2]
        trust.setdefault(f"{function} {edge.target[6:]}", set()).add(edge.confidence)
    assert trust["own shop_order"] == {"likely"} and trust["again shop_plan"] == {"likely"}
    for guessed in ("get_queryset shop_order", "first shop_order", "sibling shop_order"):
        assert trust.get(guessed, {"possible"}) == {"possible"}, guessed
    assert "first shop_order" in trust
