"""SQLAlchemy: names, mixins, inheritance, what is told of columns; Alembic's migrations, joined with the classes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

BASE = "from sqlalchemy import *\nfrom sqlalchemy.orm import *\nclass Base(DeclarativeBase): pass\n"
KEY = "    id = Column(Integer, primary_key=True)\n"


def columns(graph: Graph) -> set[str]:
    """The columns of a graph."""
    return {node.name for node in graph.nodes("column")}


def drift(graph: Graph) -> list[str]:
    """What contradicts itself."""
    return [spot.text for spot in graph.blind_spots if spot.kind == "schema-drift"]


CLASSES = {
    "a name that the base makes of the class's": (
        BASE.replace("pass", "\n    @declared_attr.directive\n    def __tablename__(cls):\n"
                     "        return WORDS.sub('_', cls.__name__).lower()\n    id: Mapped[int]")
        + "class OrderLine(Base):\n    n: Mapped[str]\n",
        {"order_line.id", "order_line.n"},
    ),
    "a base that is made of a class": (
        "from sqlalchemy import *\nclass Named(object):\n    @declared_attr\n    def __tablename__(cls):\n"
        "        return cls.__name__.lower() + 's'\n    id = Column(Integer)\nBASE = declarative_base(cls=Named)\n"
        "class Port(BASE):\n    name = Column(String)\nclass Late(BASE):\n    __tablename__ = 'late'\n",
        {"ports.id", "ports.name", "late.id"},
    ),
    "a name in a text": (
        BASE + "class M:\n    @declared_attr\n    def __tablename__(cls): return f'x_{cls.__name__.lower()}s'\n"
        "class Item(M, Base):\n    id = Column(Integer)\n",
        {"x_items.id"},
    ),
    "columns that methods declare, or that are wrapped": (
        BASE + "class M:\n    @declared_attr\n    def owner_id(cls):\n        return Column(ForeignKey('a.id'))\n"
        "class A(M, Base):\n    __tablename__ = 'a'\n    long = deferred(Column('text', Text))\n"
        "    _data: Mapped[str] = mapped_column(name='data')\n    b: Mapped['A'] = relationship()\n",
        {"a.owner_id", "a.text", "a.data"},
    ),
    "joined inheritance takes nothing that the table above has": (
        BASE + "class M:\n    id = Column(Integer, primary_key=True)\n    made = Column(DateTime)\n"
        "class A(M, Base):\n    __tablename__ = 'a'\n"
        "class B(A):\n    __tablename__ = 'b'\n    id = Column(ForeignKey('a.id'), primary_key=True)\n"
        "class C(A):\n    extra = Column(Text)\n",
        {"a.id", "a.made", "a.extra", "b.id"},
    ),
    "a mixin with the name of a table is none": (
        BASE + "class M:\n    __tablename__ = 'm'\n    id = Column(Integer)\nclass A(M, Base): pass\n"
        "class Other:\n    __tablename__ = 'other'\n    id = Column(Integer)\n",
        {"m.id"},
    ),
    "Flask-SQLAlchemy: a class below another shares its table unless it has a key": (
        "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"
        "class Base(db.Model):\n    __abstract__ = True\n    id = db.Column(db.Integer, primary_key=True)\n"
        "class UserAPIKey(Base): pass\nclass Special(UserAPIKey):\n    x = db.Column(db.Text)\n"
        "class Own(UserAPIKey):\n    id = db.Column(db.ForeignKey('user_api_key.id'), primary_key=True)\n",
        {"user_api_key.id", "user_api_key.x", "own.id"},
    ),
    "a class on a Core table": (
        BASE + "t = Table('t', Base.metadata, Column('id', Integer))\nclass A(Base):\n    __table__ = t\n"
        "class B(Base):\n    __table__ = Table('u', Base.metadata, Column('x', Integer))\n",
        {"t.id", "u.x"},
    ),
    "columns that an attribute of the class decides on": (
        BASE + "class M:\n    big = False\n    @declared_attr\n    def x(cls):\n        if not cls.big:\n"
        "            return None\n        return Column(Text)\n    @declared_attr\n    def y(cls):\n"
        "        if cls.big:\n            return Column(Text)\n"
        f"class A(M, Base):\n    __tablename__ = 'a'\n    big = True\n{KEY}"
        f"class B(M, Base):\n    __tablename__ = 'b'\n{KEY}",
        {"a.id", "a.x", "a.y", "b.id"},
    ),
    "SQLModel: fields of the class and those above it": (
        "from sqlmodel import Field, Relationship, SQLModel\nclass Base(SQLModel):\n    email: str\n"
        "class User(Base, table=True):\n    id: int | None = Field(default=None, primary_key=True)\n"
        "    team_id: int = Field(foreign_key='team.id')\n    items: list['Item'] = Relationship()\n"
        "class Shown(Base):\n    id: int\n",
        {"user.email", "user.id", "user.team_id"},
    ),
    "circles": (BASE + "class A(B):\n    x = Column(Text)\nclass B(A): pass\n", set()),
}  # fmt: skip


@pytest.mark.parametrize("case", CLASSES)
def test_classes(case: str, graph_of: Callable[..., Graph]) -> None:
    """Each case gives exactly its columns."""
    text, expected = CLASSES[case]
    assert columns(graph_of({"m.py": text})) == expected


def test_an_abstract_concrete_base_has_no_table(graph_of: Callable[..., Graph]) -> None:
    """It reads from the tables of the classes below; with a naming rule it would have been given one."""
    text = BASE.replace(
        "class Base(DeclarativeBase): pass",
        "class Base(DeclarativeBase):\n    @declared_attr.directive\n    def __tablename__(cls): return cls.__name__.lower()",
    )
    classes = (
        "from sqlalchemy.ext.declarative import AbstractConcreteBase\n"
        f"class Note(AbstractConcreteBase, Base):\n    text = Column(Text)\nclass A(Note):\n{KEY}"
    )
    assert columns(graph_of({"m.py": text + classes})) == {"a.id", "a.text"}


def test_what_is_told_of_columns(graph_of: Callable[..., Graph]) -> None:
    """Types, null, keys, indexes, what a delete does."""
    graph = graph_of(
        {
            "m.py": BASE + "class A(Base):\n    __tablename__ = 'a'\n"
            "    __table_args__ = (UniqueConstraint('x', 'y'), Index('ix', 'x'), {'schema': 's'})\n"
            "    id: Mapped[int] = mapped_column(primary_key=True)\n    x: Mapped[str | None]\n"
            "    y = Column(String(9), nullable=False, unique=True)\n"
            "    up = Column(Integer, ForeignKey('s.a.id', ondelete='SET NULL'), index=True)\n"
        }
    )
    (table,) = graph.nodes("table")
    assert (table.name, dict(table.attributes)) == ("s.a", {"indexes": "x", "unique": "x,y"})
    assert {node.name: dict(node.attributes) for node in graph.nodes("column")} == {
        "s.a.id": {"primary_key": "true", "type": "int"},
        "s.a.x": {"null": "true", "type": "str"},
        "s.a.y": {"type": "String", "unique": "true"},
        "s.a.up": {"indexed": "true", "null": "true", "on_delete": "set null", "type": "Integer"},
    }


def test_keys_in_variables(graph_of: Callable[..., Graph]) -> None:
    """A composite key that a method puts together; a sum of itself ends."""
    graph = graph_of(
        {
            "m.py": BASE + f"class A(Base):\n    __tablename__ = 'a'\n{KEY}    x = Column(Integer)\n"
            "    @declared_attr\n    def __table_args__(cls):\n"
            "        keys = [ForeignKeyConstraint(['id', 'x'], ['s.b.id', 's.b.x'], ondelete='CASCADE')]\n"
            "        odd = odd + odd\n        return (*keys, *odd)\n"
        }
    )
    (edge,) = graph.edges("references")
    assert (edge.target, edge.columns) == ("table:s.b", ("id", "x"))


def revision(name: str, down: str, upgrade: str, downgrade: str = "pass", more: str = "") -> str:
    """The source of a migration."""
    return (
        f"from alembic import op\nimport sqlalchemy as sa\nrevision = {name!r}\ndown_revision = {down!r}\n{more}"
        f"def upgrade():\n    {upgrade}\ndef downgrade():\n    {downgrade}\n"
    )


def replayed(graph_of: Callable[..., Graph], *steps: str) -> Graph:
    """The graph of migrations that follow one another against the order of their names."""
    texts = [
        revision(str(n), str(n + 1) if n < len(steps) else "", step)
        for n, step in zip(range(len(steps), 0, -1), steps, strict=True)
    ]
    return graph_of({f"alembic/versions/{n}_x.py": text for n, text in enumerate(reversed(texts))})


CREATE = "op.create_table('a', sa.Column('id', sa.Integer, primary_key=True), sa.Column('b', sa.Text))"

REPLAYS = {
    "columns are added, dropped and named": (
        (
            CREATE,
            "op.add_column('a', sa.Column('c', sa.Text))\n    op.drop_column('a', 'b')",
            "op.alter_column('a', 'c', new_column_name='d')",
        ),
        {"a.id", "a.d"},
    ),
    "batches, conditions, functions of the file": (
        (
            CREATE,
            "with op.batch_alter_table('a') as batch:\n        batch.drop_column('b')\n"
            "        batch.add_column(sa.Column('c', sa.Text))\n    if x:\n        more()\n"
            "def more():\n    for n in ['x', 'y']:\n        op.add_column('a', sa.Column(n, sa.Text))",
        ),
        {"a.id", "a.c", "a.x", "a.y"},
    ),
    "columns that a function of the file gives": (
        (
            "op.create_table('a', sa.Column('id', sa.Integer), *stamps(), key())\n"
            "def stamps() -> tuple:\n    return (sa.Column('made', sa.Date), sa.Column('seen', sa.Date))\n"
            "def key():\n    return sa.Column('key', sa.Text)",
        ),
        {"a.id", "a.made", "a.seen", "a.key"},
    ),
    "tables are named anew and dropped, by SQL as well": (
        (
            CREATE,
            "op.rename_table('a', 'b')\n    op.create_table('gone', sa.Column('id', sa.Integer))",
            "op.execute('DROP TABLE gone')\n    op.execute(sa.text('ALTER TABLE b RENAME TO c'))",
        ),
        {"c.id", "c.b"},
    ),
}


@pytest.mark.parametrize("case", REPLAYS)
def test_replay(case: str, graph_of: Callable[..., Graph]) -> None:
    """Migrations alone tell the tables and columns that they leave."""
    steps, expected = REPLAYS[case]
    graph = replayed(graph_of, *steps)
    assert columns(graph) == expected
    assert {node.name for node in graph.nodes("table")} == {name.partition(".")[0] for name in expected}


def test_migrations_of_an_application_without_classes(graph_of: Callable[..., Graph]) -> None:
    """Nothing contradicts them: SQL alone uses their tables."""
    graph = replayed(graph_of, CREATE)
    assert columns(graph) == {"a.id", "a.b"}
    assert drift(graph) == []


def test_keys_of_migrations(graph_of: Callable[..., Graph]) -> None:
    """Foreign keys follow a table that gets another name."""
    graph = replayed(
        graph_of,
        CREATE + "\n    op.create_table('k', sa.Column('a_id', sa.Integer))",
        "op.create_foreign_key('fk', 'k', 'a', ['a_id'], ['id'], ondelete='CASCADE')",
        "op.rename_table('a', 'z')",
    )
    (edge,) = graph.edges("references")
    assert (edge.source, edge.columns, edge.target) == ("table:k", ("a_id",), "table:z")
    (node,) = [node for node in graph.nodes("column") if node.name == "k.a_id"]
    assert dict(node.attributes)["on_delete"] == "cascade"


def test_classes_and_migrations_are_one(graph_of: Callable[..., Graph]) -> None:
    """One table with the evidence of both; contradictions are said, models of migrations are not believed."""
    files = {
        "m.py": BASE + f"class A(Base):\n    __tablename__ = 'a'\n{KEY}    b = Column(Integer)\n    c = Column(Text)\n",
        "alembic/versions/1_x.py": revision(
            "1", "", CREATE.replace("'id'", "'old', sa.Text), sa.Column('id'"),
            "op.execute('CREATE TABLE undone (x int)')",
            "class Old(sa.orm.DeclarativeBase):\n    __tablename__ = 'a'\n    long_gone = sa.Column(sa.Text)\n",
        ),
    }  # fmt: skip
    graph = graph_of(files)
    assert columns(graph) == {"a.id", "a.b", "a.c"}
    assert [node.path for node in graph.nodes("table")] == ["m.py"]
    (edge,) = [e for e in graph.out("table:a", "contains") if e.target.endswith(".id")]
    assert [e.place.path for e in edge.evidence] == ["alembic/versions/1_x.py", "m.py"]
    assert drift(graph) == [
        "a.old stands in migrations, but is not declared",
        "a.b is Integer, but Text in migrations",
        "a.c is declared, but no migration adds it",
    ]


KEPT = {
    "a key that no class declares": ((), True),
    "one that goes by its name": (("op.drop_constraint('fk', 'k', type_='foreignkey')",), False),
    "one that goes by the name that databases give": (
        ("op.drop_constraint(op.f('k_a_id_fkey'), 'k')",),
        False,
    ),
    "any of several may have gone": (("op.drop_constraint(None, 'k', type_='foreignkey')",), False),
    "SQL may have taken it": (("op.execute(f'ALTER TABLE k DROP CONSTRAINT x')",), False),
    "what nothing tells may have taken it": (("op.drop_constraint(named(), table_of())",), False),
    "what is no key goes": (("op.drop_constraint('k_a_id_key', 'k', type_='unique')",), True),
}


@pytest.mark.parametrize("case", KEPT)
def test_keys_of_migrations_beside_classes(case: str, graph_of: Callable[..., Graph]) -> None:
    """The database holds what a migration added, whatever the class says, until something may take it away."""
    more, kept = KEPT[case]
    steps = [
        CREATE + "\n    op.create_table('k', sa.Column('a_id', sa.Integer))",
        "op.create_foreign_key('fk', 'k', 'a', ['a_id'], ['id'])",
        *more,
    ]
    files = {f"alembic/versions/{n}_x.py": revision(str(n), str(n - 1), s) for n, s in enumerate(steps, 1)}
    classes = f"class A(Base):\n    __tablename__ = 'a'\n{KEY}"
    classes += f"class K(Base):\n    __tablename__ = 'k'\n{KEY}    a_id = Column(Integer)\n"
    graph = graph_of({"m.py": BASE + classes, **files})
    found = {(e.source, e.columns, e.target) for e in graph.edges("references")}
    assert found == ({("table:k", ("a_id",), "table:a")} if kept else set())


def test_conditions(graph_of: Callable[..., Graph]) -> None:
    """Of columns that are declared under a condition, migrations tell which are there."""
    files = {
        "m.py": BASE + "class M:\n    @declared_attr\n    def x(cls):\n        if cls.big:\n"
        "            return Column(Text)\n    @declared_attr\n    def y(cls):\n        if cls.big:\n"
        "            return Column(Text)\n"
        f"class A(M, Base):\n    __tablename__ = 'a'\n{KEY}    if BIG:\n        b = Column(Text)\n"
        f"class B(M, Base):\n    __tablename__ = 'b'\n{KEY}    y = None\n",
        "alembic/versions/1_x.py": revision("1", "", CREATE.replace("'b'", "'x'")),
    }
    assert columns(graph_of(files)) == {"a.id", "a.x", "b.id", "b.x"}


def test_a_migration_that_undoes_another(graph_of: Callable[..., Graph]) -> None:
    """`module.downgrade()` drops what that migration made."""
    undo = "import_module('pkg.alembic.versions.1_x').downgrade()"
    graph = graph_of(
        {
            "alembic/versions/1_x.py": revision("1", "", CREATE, "op.drop_table('a')"),
            "alembic/versions/2_x.py": revision("2", "1", undo),
        }
    )
    assert not list(graph.nodes("table"))


def test_hostile_migrations(graph_of: Callable[..., Graph]) -> None:
    """Circles and odd values end, and say nothing."""
    again = "import_module('1_x').upgrade()\n    more()\ndef more():\n    more(); op.add_column(); op.create_table(3)"
    graph = graph_of(
        {
            "alembic/versions/1_x.py": revision("1", "2", again),
            "alembic/versions/2_x.py": revision("2", "1", CREATE + "\n    op.rename_table('a', 'a')"),
        }
    )
    assert columns(graph) == {"a.id", "a.b"}


def test_what_migrations_compute(graph_of: Callable[..., Graph]) -> None:
    """A table whose name is computed is a blind spot; nothing is compared then."""
    graph = replayed(graph_of, CREATE, "op.drop_column(table_name(), 'b')")
    assert [s.text for s in graph.blind_spots if s.kind == "dynamic-migration"] == [
        "op.drop_column(table_name(), 'b')"
    ]
    assert drift(graph) == []
