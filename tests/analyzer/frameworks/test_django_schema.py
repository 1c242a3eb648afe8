"""Django: the schema as migrations leave it, joined with the classes; columns and what is told of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

MODELS = "from django.db import models\n"
START = "from django.db import migrations, models\nclass Migration(migrations.Migration):\n"
KEY = "('id', models.BigAutoField(primary_key=True))"


def created(name: str, *fields: str, more: str = "") -> str:
    """`CreateModel` of a model."""
    return f"migrations.CreateModel(name={name!r}, fields=[{', '.join((KEY, *fields))}]{more})"


def migration(*operations: str, after: tuple[str, str] | None = None, more: str = "") -> str:
    """The source of a migration."""
    dependencies = f"    dependencies = {[after] if after else []}\n"
    return f"{START}{dependencies}{more}    operations = [{', '.join(operations)}]\n"


def columns(graph: Graph) -> set[str]:
    """The columns of a graph."""
    return {node.name for node in graph.nodes("column")}


def drift(graph: Graph) -> list[str]:
    """What contradicts itself."""
    return [spot.text for spot in graph.blind_spots if spot.kind == "schema-drift"]


TITLE = "('title', models.CharField(max_length=9))"

REPLAYS = {
    "fields that are added, renamed and removed": (
        {
            "0001_a": migration(created("Book", TITLE, "('old', models.TextField())")),
            "0002_b": migration(
                "migrations.AddField('book', 'up', models.ForeignKey('self', models.CASCADE))",
                "migrations.RenameField('book', 'title', 'name')",
                "migrations.RemoveField('book', 'old')",
                after=("shop", "0001_a"),
            ),
        },
        {"shop_book.id", "shop_book.name", "shop_book.up_id"},
    ),
    "models that are renamed and deleted, tables that are named": (
        {
            "0001_a": migration(created("Book"), created("Gone"), created("Shelf")),
            "0002_b": migration(
                "migrations.RenameModel('Book', 'Volume')",
                "migrations.DeleteModel(name='Gone')",
                "migrations.AlterModelTable('shelf', 'SHELVES')",
                after=("shop", "0001_a"),
            ),
        },
        {"shop_volume.id", "shelves.id"},
    ),
    "a squashed migration stands for those that it replaces": (
        {
            "0001_a": migration(created("Book", TITLE)),
            "0002_b": migration("migrations.RemoveField('book', 'title')", after=("shop", "0001_a")),
            "0001_squashed": migration(
                created("Book"), more="    replaces = [('shop', '0001_a'), ('shop', '0002_b')]\n"
            ),
            "0003_c": migration(
                "migrations.AddField('book', 'n', models.IntegerField())", after=("shop", "0002_b")
            ),
        },
        {"shop_book.id", "shop_book.n"},
    ),
    "of database and state, the state counts; SQL drops": (
        {
            "0001_a": migration(
                created("Book"),
                created("Old"),
                "migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL('select 1')],"
                " state_operations=[migrations.AddField('book', 'n', models.IntegerField())])",
                "migrations.RunSQL('DROP TABLE shop_old', 'CREATE TABLE nothing (x int)')",
            )
        },
        {"shop_book.id", "shop_book.n"},
    ),
    "a loop over constants, a list with a name, an operation of the file's own": (
        {
            "0001_a": "from django.db import migrations, models\nNAMES = ['a', 'b']\n"
            "class Make(migrations.CreateModel): pass\n"
            f"FIRST = [Make('Book', [{KEY}])]\n"
            "class Migration(migrations.Migration):\n    operations = FIRST + ["
            "*[migrations.AddField('book', f'is_{n}', models.BooleanField()) for n in NAMES]]\n"
        },
        {"shop_book.id", "shop_book.is_a", "shop_book.is_b"},
    ),
    "many to many, between renamed models": (
        {
            "0001_a": migration(created("Author"), created("Book")),
            "0002_b": migration(
                "migrations.AddField('book', 'authors', models.ManyToManyField(to='shop.Author'))",
                "migrations.RenameModel('Author', 'Person')",
                after=("shop", "0001_a"),
            ),
        },
        {
            "shop_person.id",
            "shop_book.id",
            "shop_book_authors.id",
            "shop_book_authors.book_id",
            "shop_book_authors.person_id",
        },
    ),
}


@pytest.mark.parametrize("case", REPLAYS)
def test_replay(case: str, graph_of: Callable[..., Graph]) -> None:
    """Migrations alone tell the tables and columns that they leave."""
    files, expected = REPLAYS[case]
    graph = graph_of({f"shop/migrations/{name}.py": text for name, text in files.items()})
    assert {name for name in columns(graph) if not name.startswith("nothing")} == expected


def test_classes_and_migrations_are_one(graph_of: Callable[..., Graph]) -> None:
    """One table with the evidence of both; a library's columns come from the migrations alone."""
    graph = graph_of(
        {
            "shop/models.py": MODELS + "from treebeard.mp_tree import MP_Node\n"
            "class Node(MP_Node):\n    title = models.CharField(max_length=9)\n",
            "shop/migrations/0001_a.py": migration(
                created("Node", TITLE, "('path', models.CharField(max_length=9))")
            ),
        }
    )
    (table,) = graph.nodes("table")
    assert (table.name, table.path, table.line) == ("shop_node", "shop/models.py", 3)
    assert columns(graph) == {"shop_node.id", "shop_node.title", "shop_node.path"}
    (edge,) = [e for e in graph.out("table:shop_node", "contains") if e.target.endswith(".title")]
    assert [e.place.path for e in edge.evidence] == ["shop/migrations/0001_a.py", "shop/models.py"]
    assert drift(graph) == []


def test_contradictions(graph_of: Callable[..., Graph]) -> None:
    """Columns, types and tables that only one side knows, where migrations exist and are constant."""
    files = {
        "shop/models.py": MODELS + "class Book(models.Model):\n    title = models.TextField()\n"
        "    new = models.TextField()\nclass Fresh(models.Model): pass\n",
        "shop/migrations/0001_a.py": migration(
            created("Book", TITLE, "('old', models.TextField())"), created("Lost")
        ),
        "free/models.py": MODELS + "class Thing(models.Model): pass\n",
    }
    assert drift(graph_of(files)) == [
        "shop_lost stands in migrations, but no model is seen to have it",
        "shop_book.old stands in migrations, but is not declared",
        "shop_book.title is TextField, but CharField in migrations",
        "shop_book.new is declared, but no migration adds it",
        "shop_fresh is declared, but no migration creates it",
    ]
    files["shop/migrations/0002_b.py"] = (
        "from django.db import migrations\nclass Migration(migrations.Migration):\n    operations = make()\n"
    )
    graph = graph_of(files)
    assert drift(graph) == []
    assert [s.text for s in graph.blind_spots if s.kind == "dynamic-migration"] == ["make()"]


def test_what_is_told_of_columns(graph_of: Callable[..., Graph]) -> None:
    """Types by the library's base, null, keys, indexes, what a delete does."""
    graph = graph_of(
        {
            "shop/fields.py": MODELS + "class Money(models.DecimalField): pass\n"
            "from django.contrib.contenttypes.fields import GenericRelation\nclass Tags(GenericRelation): pass\n",
            "shop/models.py": MODELS + "from .fields import Money, Tags\nclass Book(models.Model):\n"
            "    price = Money(null=True)\n    tags = Tags()\n    objects = models.Manager()\n"
            "    code = models.CharField(unique=True)\n"
            "    up = models.ForeignKey('self', on_delete=models.SET_NULL, null=True, db_constraint=False)\n"
            "    class Meta:\n        unique_together = ('price', 'up')\n"
            "        indexes = [models.Index(fields=['-code', 'up'])]\n        managed = False\n",
        }
    )
    (table,) = graph.nodes("table")
    assert dict(table.attributes) == {
        "indexes": "code,up_id",
        "managed": "false",
        "unique": "price,up_id",
    }
    assert {node.name: dict(node.attributes) for node in graph.nodes("column")} == {
        "shop_book.id": {"primary_key": "true", "type": "AutoField"},
        "shop_book.price": {"null": "true", "type": "DecimalField"},
        "shop_book.code": {"type": "CharField", "unique": "true"},
        "shop_book.up_id": {"indexed": "true", "null": "true", "on_delete": "set_null", "type": "ForeignKey"},
    }


def test_what_only_migrations_tell(graph_of: Callable[..., Graph]) -> None:
    """Targets that a field of the project's own sets itself, names of tables that are computed."""
    files = {
        "shop/models.py": MODELS
        + "class StatusField(models.ForeignKey): pass\nclass Status(models.Model): pass\n"
        "class Book(models.Model):\n    status = StatusField()\n"
        "    class Meta:\n        db_table = f'{prefix()}book'\n",
    }
    graph = graph_of(files)
    assert {s.kind for s in graph.blind_spots if s.kind != "unresolved-call"} == {
        "dynamic-table",
        "unknown-relation",
    }
    files["shop/migrations/0001_a.py"] = migration(
        created("Status"),
        created(
            "Book",
            "('status', models.ForeignKey(to='shop.status', on_delete=models.PROTECT))",
            more=", options={'db_table': 'my_book'}",
        ),
    )
    graph = graph_of(files)
    assert [(e.source, e.columns, e.target) for e in graph.edges("references")] == [
        ("table:my_book", ("status_id",), "table:shop_status")
    ]
    assert {s.kind for s in graph.blind_spots} <= {"unresolved-call"}


def test_keys_that_sql_adds_to_the_tables_of_models(graph_of: Callable[..., Graph]) -> None:
    sql = "ALTER TABLE shop_book ADD COLUMN status_id int REFERENCES shop_status (id)"
    files = {
        "shop/models.py": MODELS + "class Status(models.Model): pass\nclass Book(models.Model): pass\n",
        "shop/migrations/0001_a.py": migration(created("Status"), created("Book")),
        "shop/migrations/0002_b.py": f"SQL = {sql!r}\n"
        + migration(
            "migrations.RunSQL(SQL, 'ALTER TABLE shop_book DROP COLUMN status_id')", after=("shop", "0001_a")
        ),
    }
    assert [(e.source, e.columns, e.target) for e in graph_of(files).edges("references")] == [
        ("table:shop_book", ("status_id",), "table:shop_status")
    ]


def test_nested_apps_and_installed_apps(graph_of: Callable[..., Graph]) -> None:
    """An app below another one has its own label where the settings or migrations say that it is one."""
    graph = graph_of(
        {
            "shop/apps.py": "from django.apps import AppConfig\nclass C(AppConfig):\n    name = 'shop'\n",
            "shop/__init__.py": "",
            "shop/plain/__init__.py": "",
            "shop/orders/__init__.py": "",
            "shop/orders/models/__init__.py": MODELS + "class Order(models.Model): pass\n",
            "shop/plain/models.py": MODELS + "class Plain(models.Model): pass\n",
            "conf/settings.py": "INSTALLED_APPS = ['shop'] + ['shop.orders']\n",
        }
    )
    assert {node.name for node in graph.nodes("table")} == {"orders_order", "shop_plain"}


def test_configurations_that_others_inherit_from(graph_of: Callable[..., Graph]) -> None:
    """The one that names the app says its label; a proxy of one of Django's own models has that one's table."""
    graph = graph_of(
        {
            "shop/__init__.py": "",
            "shop/app/__init__.py": "",
            "shop/app/apps.py": "from django.apps import AppConfig\nclass PluginConfig(AppConfig):\n    pass\n"
            "class ShopConfig(PluginConfig):\n    name = 'shop.app'\n    label = 'core'\n",
            "shop/app/models.py": MODELS
            + "from django.contrib.auth.models import Group as Base, UserManager\n"
            "from django.contrib.auth.models import ContentType\n"
            "class Group(Base):\n    class Meta:\n        proxy = True\n"
            "class Managers(UserManager): pass\n"
            "class Role(models.Model):\n    group = models.ForeignKey(Group, on_delete=models.CASCADE)\n"
            "    about = models.ForeignKey(ContentType, on_delete=models.CASCADE)\n",
        }
    )
    assert {edge.target for edge in graph.out("table:core_role", "references")} == {
        "table:auth_group",
        "table:django_content_type",
    }
    assert {node.name for node in graph.nodes("model")} == {"shop.app.models.Group", "shop.app.models.Role"}


def test_hostile_migrations(graph_of: Callable[..., Graph]) -> None:
    """Circles, odd values and lists of themselves end, and say nothing."""
    graph = graph_of(
        {
            "shop/migrations/0001_a.py": migration(created("Book"), after=("shop", "0002_b")),
            "shop/migrations/0002_b.py": migration(
                "migrations.RenameModel('Book', 'Book')", after=("shop", "0001_a")
            ),
            "shop/migrations/0003_c.py": START + "    replaces = [('shop', '0003_c')]\n"
            "    operations = operations\n    dependencies = 3\n",
            "shop/migrations/0004_d.py": START
            + "    operations = [migrations.CreateModel(), migrations.AddField(1, 2, 3), None]\n",
        }
    )
    assert columns(graph) == {"shop_book.id"}


def test_fields_with_types(graph_of: Callable[..., Graph]) -> None:
    """`ForeignKey[A, B](A)`, as checkers of types want it, is a field."""
    graph = graph_of(
        {
            "shop/__init__.py": "",
            "shop/models.py": MODELS + "class A(models.Model): pass\nclass B(models.Model):\n"
            "    a = models.ForeignKey[A, A](A, on_delete=models.CASCADE)\n"
            "    t: models.TextField[str, str] = models.TextField[str, str]()\n",
        }
    )
    assert columns(graph) == {"shop_a.id", "shop_b.id", "shop_b.a_id", "shop_b.t"}
    assert [(e.source, e.target) for e in graph.edges("references")] == [("table:shop_b", "table:shop_a")]


def test_printed_migrations(graph_of: Callable[..., Graph]) -> None:
    """A script beside the migration that it was printed from contradicts nothing."""
    more = migration("migrations.AddField('book', 'up', models.TextField())", after=("shop", "0001_a"))
    graph = graph_of(
        {
            "shop/__init__.py": "",
            "shop/models.py": MODELS + "class Book(models.Model):\n    up = models.TextField()\n",
            "shop/migrations/__init__.py": "",
            "shop/migrations/0001_a.py": migration(created("Book")),
            "shop/migrations/0002_b.py": more,
            "shop/migrations/0002_b.sql": 'ALTER TABLE "shop_book" ADD COLUMN "up" text NOT NULL;\n',
        }
    )
    assert drift(graph) == []


def test_models_that_a_library_makes(graph_of: Callable[..., Graph]) -> None:
    """A decorator or a field of a library may make a model beside: its table contradicts nothing."""
    models = (
        "import pghistory\nfrom simple_history.models import HistoricalRecords\n"
        "from django.db import models\n@pghistory.track()\nclass Book(models.Model): pass\n"
        "class Page(models.Model):\n    history = HistoricalRecords()\nclass Cover(models.Model): pass\n"
    )
    every = ("Book", "Page", "Cover", "BookEvent", "HistoricalPage", "CoverEvent")
    made = ", ".join(created(name) for name in every)
    files = {"shop/__init__.py": "", "shop/models.py": models, "shop/migrations/0001_a.py": migration(made)}
    assert drift(graph_of(files)) == ["shop_coverevent stands in migrations, but no model is seen to have it"]


def test_fields_that_functions_make(graph_of: Callable[..., Graph]) -> None:
    """`encrypt(models.TextField())` is a column, and what a library's function makes is its field."""
    models = """
        from django.db import models
        from django_cryptography.fields import encrypt
        from django_pydantic_field import SchemaField

        class Order(models.Model):
            secret = encrypt(models.TextField())
            lines = SchemaField(schema=dict)
            total = models.BigIntegerField()
    """
    migration = """
        from django.db import migrations, models
        import django_cryptography.fields
        import django_pydantic_field.fields

        class Migration(migrations.Migration):
            operations = [
                migrations.CreateModel(name="Order", fields=[
                    ("id", models.AutoField(primary_key=True)),
                    ("secret", django_cryptography.fields.encrypt(models.TextField())),
                    ("lines", django_pydantic_field.fields.PydanticSchemaField(schema=dict)),
                    ("total", models.IntegerField()),
                ]),
            ]
    """
    files = {"shop/__init__.py": "", "shop/models.py": models, "shop/migrations/__init__.py": ""}
    graph = graph_of({**files, "shop/migrations/0001_initial.py": migration})
    columns = {node.name.rpartition(".")[2] for node in graph.nodes("column")}
    assert columns == {"id", "secret", "lines", "total"}
    assert drift(graph) == ["shop_order.total is BigIntegerField, but IntegerField in migrations"]
