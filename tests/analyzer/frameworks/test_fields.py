"""Fields of GraphQL: Graphene, Strawberry and Ariadne tell which functions answer them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

APPLICATIONS = {
    "graphene": (
        {
            "shop/types.py": """
                import graphene
                class Order(graphene.ObjectType):
                    order_lines = graphene.List(graphene.String)
                    def resolve_order_lines(self, info): return []
            """,
            "shop/mutations.py": """
                import graphene
                class Base(graphene.Mutation):
                    class Meta:
                        abstract = True
                    @classmethod
                    def mutate(cls, root, info): return cls.perform(info)
                class Pay(Base):
                    @classmethod
                    def perform(cls, info): pass
                class Cancel(graphene.Mutation):
                    def mutate(self, info): pass
            """,
            "shop/schema.py": """
                import graphene
                from shop import mutations
                from shop.types import Order
                class Orders(graphene.ObjectType):
                    all_orders = graphene.List(Order)
                    order = graphene.Field(Order, resolver=lambda *_: None)
                    def resolve_all_orders(self, info): return []
                class Query(Orders, graphene.ObjectType): pass
                class Mutation(graphene.ObjectType):
                    pay_order = mutations.Pay.Field()
                    cancel_order = mutations.Cancel.Field()
                class Unused(graphene.ObjectType):
                    never = graphene.String()
                schema = graphene.Schema(query=Query, mutation=Mutation)
            """,
        },
        {
            "FIELD Order.orderLines -> shop.types.Order.resolve_order_lines",
            "QUERY allOrders -> shop.schema.Orders.resolve_all_orders",
            "MUTATION payOrder -> shop.mutations.Pay.perform",
            "MUTATION cancelOrder -> shop.mutations.Cancel.mutate",
        },
    ),
    "strawberry": (
        {
            "shop/types.py": """
                import strawberry
                @strawberry.type
                class Order:
                    number: str
                    @strawberry.field
                    def lines(self) -> list[str]: return []
                    def helper(self): pass
            """,
            "shop/pay.py": """
                import strawberry
                @strawberry.mutation
                def pay_order(number: str) -> str: return number
                def all_orders(): return []
            """,
            "shop/schema.py": """
                import strawberry, strawberry_django
                from shop.pay import all_orders, pay_order
                from shop.types import Order
                @strawberry.type
                class Query:
                    orders: list[Order] = strawberry.field(resolver=all_orders)
                    first_order: Order | None = strawberry_django.field()
                    @strawberry.field(name="last")
                    def last_order(self) -> Order: pass
                @strawberry.type
                class Mutation:
                    pay: str = pay_order
                schema = strawberry.Schema(Query, Mutation)
            """,
        },
        {
            "FIELD Order.lines -> shop.types.Order.lines",
            "QUERY orders -> shop.pay.all_orders",
            "QUERY firstOrder -> shop.types.Order",
            "QUERY last -> shop.schema.Query.last_order",
            "MUTATION pay -> shop.pay.pay_order",
        },
    ),
    "ariadne": (
        {
            "shop/objects.py": """
                from ariadne import ObjectType, QueryType
                query, order = QueryType(), None
                query = QueryType()
                order = ObjectType("Order")
            """,
            "shop/orders.py": """
                from shop.objects import order, query
                @query.field("allOrders")
                def resolve_all(_, info): return []
                def lines(parent, info): return []
                order.set_field("lines", lines)
                def computed(name): order.field(name)(lines)
            """,
        },
        {
            "QUERY allOrders -> shop.orders.resolve_all",
            "FIELD Order.lines -> shop.orders.lines",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", APPLICATIONS)
def test_fields(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Each field of a root type, and each that a function of another type answers, is an entry point."""
    files, expected = APPLICATIONS[name]
    assert edges_of({"shop/__init__.py": "", **files}, "handles") == expected


def test_names_as_they_are(graph_of: Callable[..., Graph]) -> None:
    """A schema that keeps names as they are written; an attribute answers a field without a resolver."""
    graph = graph_of({
        "a.py": "import graphene\nclass Query(graphene.ObjectType):\n    all_orders = graphene.String()\n"
        "schema = graphene.Schema(query=Query, auto_camelcase=False)\n",
        "b.py": "import strawberry\nfrom strawberry.schema.config import StrawberryConfig\n@strawberry.type\n"
        "class Query:\n    @strawberry.field\n    def any_bill(self) -> str: pass\n"
        "schema = strawberry.Schema(query=Query, config=StrawberryConfig(auto_camel_case=False))\n",
    })  # fmt: skip
    assert [node.name for node in graph.nodes("route")] == ["QUERY all_orders", "QUERY any_bill"]


def test_a_root_that_nothing_tells_is_said(graph_of: Callable[..., Graph]) -> None:
    """A schema whose types are made elsewhere is a blind spot; one that is a parameter is not."""
    text = "import graphene\ndef build(query): return graphene.Schema(query=query)\n"
    text += "from shop.made import everything\nschema = graphene.Schema(query=everything.query)\n"
    graph = graph_of({"shop/a.py": text, "shop/made.py": "everything = eval('x')\n"})
    spots = [spot for spot in graph.blind_spots if spot.kind == "unknown-field"]
    assert [(spot.place.line, spot.text) for spot in spots] == [(4, "query=everything.query")]


def test_fields_are_no_addresses(graph_of: Callable[..., Graph]) -> None:
    """No proxy can tell them apart, so that they are not what the routes of a service are."""
    from carveout.analyzer.graph.cut import Membership
    from carveout.analyzer.model.boundary import Boundary, Service
    from carveout.analyzer.planning.route_nodes import route_nodes

    graph = graph_of({
        "orders.py": "import strawberry\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/orders')\n"
        "def orders(): pass\n@strawberry.type\nclass Query:\n    @strawberry.field\n"
        "    def orders(self) -> str: pass\nschema = strawberry.Schema(query=Query)\n",
    })  # fmt: skip
    boundary = Boundary(services=(Service("orders", modules=("orders",)),))
    found = route_nodes(graph, Membership(graph, boundary), "orders")
    assert [route.node.name for route in found] == ["GET /orders"]
    assert len([*graph.nodes("route")]) == 2
