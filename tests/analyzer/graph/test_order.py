"""The order of extraction: what makes a service go before another."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.graph.cut import cut
from carveout.analyzer.graph.order import order
from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.graph import Graph

GraphOf = Callable[..., Graph]
_ROUTE = """
    from flask import Blueprint
    bp = Blueprint("{name}", __name__)

    @bp.get("/{name}")
    def show(cursor):
        cursor.execute("SELECT id FROM {table}")
"""


def boundary_of(*services: tuple[str, tuple[str, ...]]) -> Boundary:
    return Boundary(tuple(Service(name, (f"shop.{name}",), tables=tables) for name, tables in services))


def ranked(graph: Graph, boundary: Boundary) -> list[tuple[str, str]]:
    return [(each.name, each.risk) for each in order(graph, boundary, cut(graph, boundary))]


def test_without_tables_of_its_own_a_service_goes_later(graph_of: GraphOf) -> None:
    """`kept` and `bare` answer one route each and are tied to nobody; `bare` keeps nothing."""
    graph = graph_of(
        {
            "shop/__init__.py": "",
            "shop/bare.py": _ROUTE.format(name="bare", table="other"),
            "shop/kept.py": _ROUTE.format(name="kept", table="kept"),
            "shop/rest.py": "def idle(): pass",
            "schema.sql": "CREATE TABLE kept (id INT); CREATE TABLE other (id INT);",
        }
    )
    boundary = boundary_of(("bare", ()), ("kept", ("kept",)), ("rest", ()))
    assert [name for name, _ in ranked(graph, boundary)] == ["kept", "bare", "rest"]


def test_shared_tables_are_paid_for_once(graph_of: GraphOf) -> None:
    """`front` reads a table of `stock`: the second of both finds its border clear."""
    graph = graph_of(
        {
            "shop/__init__.py": "",
            "shop/front.py": _ROUTE.format(name="front", table="item"),
            "shop/stock.py": _ROUTE.format(name="stock", table="item"),
            "schema.sql": "CREATE TABLE item (id INT);",
        }
    )
    boundary = boundary_of(("front", ()), ("stock", ("item",)))
    assert ranked(graph, boundary) == [("stock", "medium"), ("front", "low")]
    first, second = order(graph, boundary, cut(graph, boundary))
    assert (first.used_by, first.depends_on) == (("front",), ())
    assert (second.used_by, second.depends_on, second.crossing) == ((), (), 0)


def test_what_the_others_are_carved_out_of_stays(graph_of: GraphOf) -> None:
    """`main` answers most and is tied to `side`: it is what remains, however cheap it would be."""
    routes = "".join(
        f'@bp.get("/main/{n}")\ndef show{n}(cursor):\n    cursor.execute("SELECT id FROM main")\n'
        for n in range(12)
    )
    main = f'from flask import Blueprint\nfrom shop import side\nbp = Blueprint("main", __name__)\n{routes}'
    files = {
        "shop/__init__.py": "",
        "shop/main.py": f"{main}\ndef more(cursor):\n    side.show(cursor)\n",
        "shop/side.py": _ROUTE.format(name="side", table="side"),
        "schema.sql": "CREATE TABLE main (id INT); CREATE TABLE side (id INT);",
    }
    boundary = boundary_of(("main", ("main",)), ("side", ("side",)))
    assert [name for name, _ in ranked(graph_of(files), boundary)] == ["side", "main"]
    free = {**files, "shop/main.py": main}
    assert [name for name, _ in ranked(graph_of(free), boundary)] == ["main", "side"]


def test_a_base_on_the_other_side_costs_a_day(graph_of: GraphOf) -> None:
    """Two classes of `side` derive from one of `main`: one base to take apart, for either of them."""
    derived = "from shop.main import Base\nclass One(Base): pass\nclass Two(Base): pass\n"
    graph = graph_of(
        {
            "shop/__init__.py": "",
            "shop/main.py": "class Base: pass\n"
            + _ROUTE.format(name="main", table="kept").replace("\n    ", "\n"),
            "shop/side.py": derived + _ROUTE.format(name="side", table="item").replace("\n    ", "\n"),
            "schema.sql": "CREATE TABLE kept (id INT); CREATE TABLE item (id INT);",
        }
    )
    boundary = boundary_of(("main", ("kept",)), ("side", ("item",)))
    crossing = cut(graph, boundary)
    first, second = order(graph, boundary, crossing)
    alone = order(graph, boundary, [each for each in crossing if each.edge.kind != "inherits"])[0]
    assert (first.bases_in + first.bases_out, second.crossing) == (1, 0)
    assert first.effort[1] > alone.effort[1]
    assert first.evidence and first.evidence[0].place.path.endswith(".py")


def test_evidence_is_a_place_in_the_code_that_runs(graph_of: GraphOf) -> None:
    """A foreign key stands in the model and in what created the table once: the model is shown."""
    graph = graph_of(
        {
            "shop/__init__.py": "",
            "shop/stock.py": """
                from sqlalchemy import Column, ForeignKey, Integer
                from sqlalchemy.orm import declarative_base
                Base = declarative_base()

                class Item(Base):
                    __tablename__ = "item"
                    id = Column(Integer, primary_key=True)
            """,
            "shop/front.py": """
                from sqlalchemy import Column, ForeignKey, Integer
                from .stock import Base

                class Shelf(Base):
                    __tablename__ = "shelf"
                    id = Column(Integer, primary_key=True)
                    item = Column(Integer, ForeignKey("item.id"))
            """,
            "alembic/versions/2022-08-29_479024506e05.py": """
                import sqlalchemy as sa
                from alembic import op

                revision = "479024506e05"
                down_revision = None

                def upgrade():
                    op.create_table("item", sa.Column("id", sa.Integer, primary_key=True))
                    op.create_table("shelf", sa.Column("item", sa.Integer, sa.ForeignKey("item.id")))
            """,
        }
    )
    keys = [edge for edge in graph.edges("references") if edge.source == "table:shelf"]
    places = {each.place.path for edge in keys for each in edge.evidence}
    assert places == {"shop/front.py", "alembic/versions/2022-08-29_479024506e05.py"}
    boundary = boundary_of(("front", ("shelf",)), ("stock", ("item",)))
    first, *_ = order(graph, boundary, cut(graph, boundary))
    assert {each.place.path for each in first.evidence} == {"shop/front.py"}
