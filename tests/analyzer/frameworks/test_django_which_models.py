"""Django: which classes are models where their bases do not tell, and which migrations count."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

MIGRATION = """
from django.db import migrations, models
class Migration(migrations.Migration):
    operations = [migrations.CreateModel(name="Kept", fields=[("id", models.AutoField(primary_key=True))])]
"""
CASES = {
    "of a library's class that nobody sees, by its migration": (
        "from solo.models import Single\nclass Kept(Single): pass\n",
        ["shop_kept"],
    ),
    "of a variable that is said to be a model": (
        "from django.db import models\nfrom lib import chosen\n"
        "Base: models.Model = chosen('BASE', models.Model)\nclass Kept(Base): pass\n",
        ["shop_kept"],
    ),
    "not one that only checkers of types see": (
        "from typing import TYPE_CHECKING\nfrom django.db import models\n"
        "class Kept(models.Model): pass\n"
        "if TYPE_CHECKING:\n    class Typed(Kept):\n        extra: int\n",
        ["shop_kept"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_which_classes_are_models(name: str, graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """The tables of the case, and nothing that its models and migrations would not agree on."""
    code, tables = CASES[name]
    graph = graph_of({"shop/models.py": code, "shop/migrations/0001_initial.py": MIGRATION})
    assert sorted(node.name for node in graph.nodes("table")) == tables
    assert [node.name for node in graph.nodes("model")] == ["shop.models.Kept"]
    assert not [spot for spot in graph.blind_spots if spot.kind == "schema-drift"]


def test_a_migration_with_a_dot_in_its_name(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """Django does not find it, whatever it replaces."""
    squashed = MIGRATION.replace(
        "    operations", "    replaces = [('shop', '0001_initial')]\n    operations"
    )
    graph = graph_of(
        {
            "shop/models.py": "from django.db import models\nclass Kept(models.Model): pass\n",
            "shop/migrations/0001_initial.py": MIGRATION,
            "shop/migrations/0001_v1.0.0.py": squashed,
        }
    )
    assert [node.name for node in graph.nodes("table")] == ["shop_kept"]
    assert not [spot for spot in graph.blind_spots if spot.kind == "schema-drift"]


def test_a_field_that_a_method_imports_the_name_of(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """What a function imports does not hide a class of the file."""
    graph = graph_of(
        {
            "shop/models.py": "from django.db import models\nclass Choice(models.CharField):\n"
            "    def formfield(self):\n        from django.forms import Choice\n        return Choice\n"
            "class Kept(models.Model):\n    kind = Choice(max_length=3)\n",
        }
    )
    assert "column:shop_kept.kind" in {node.id for node in graph.nodes("column")}


LIBRARIES = {
    "shop/models.py": """
        from django.db import models
        from djmoney.fields import MoneyField
        from wagtail.models import Page
        class Shop(Page):
            price = MoneyField(max_digits=9)
        class Base(models.Model):
            name = models.CharField(max_length=3)
        class Seen(Base):
            class Meta: proxy = True
        class Own(Seen):
            size = models.IntegerField()
        """,
    "shop/migrations/0001_initial.py": """
        from django.db import migrations, models
        import djmoney.fields
        class Migration(migrations.Migration):
            operations = [
                migrations.CreateModel(name="Shop", fields=[
                    ("page_ptr", models.OneToOneField(to="wagtailcore.page", primary_key=True, parent_link=True,
                     on_delete=models.CASCADE)),
                    ("price_currency", djmoney.fields.CurrencyField(max_length=3)),
                    ("price", djmoney.fields.MoneyField(max_digits=9)),
                ]),
                migrations.CreateModel(name="Base", fields=[
                    ("id", models.AutoField(primary_key=True)), ("name", models.CharField(max_length=3)),
                ]),
                migrations.CreateModel(name="Own", fields=[
                    ("base_ptr", models.OneToOneField(to="shop.base", primary_key=True, parent_link=True,
                     on_delete=models.CASCADE)),
                    ("size", models.IntegerField()),
                ]),
            ]
        """,
}


def test_what_libraries_and_proxies_make_of_tables(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """Keys of libraries' classes, columns beside those of their fields, rows of what a proxy stands for."""
    graph = graph_of(LIBRARIES)
    columns = {node.id.partition(":")[2] for node in graph.nodes("column")}
    assert {c for c in columns if c.startswith(("shop_shop", "shop_own"))} == {
        "shop_shop.page_ptr_id", "shop_shop.price", "shop_shop.price_currency",
        "shop_own.base_ptr_id", "shop_own.size",
    }  # fmt: skip
    assert not [spot for spot in graph.blind_spots if spot.kind == "schema-drift"]


def test_a_property_in_the_place_of_an_inherited_field(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """Django adds no column for a field of an abstract class that a nearer class has a property for."""
    graph = graph_of(
        {
            "shop/models.py": """
            from django.db import models
            class Told(models.Model):
                note = models.TextField()
                size = models.IntegerField()
                text = models.TextField()
                class Meta: abstract = True
            class Kept(Told):
                text = ""
                @property
                def note(self): return ""
            """
        }
    )
    assert {n.id for n in graph.nodes("column")} == {"column:shop_kept.id", "column:shop_kept.size"}
