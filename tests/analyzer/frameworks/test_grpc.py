"""gRPC: methods of servicers are entry points, under the names of their services."""

from __future__ import annotations

from collections.abc import Callable

GENERATED = """
    import grpc
    class OrdersStub:
        def __init__(self, channel):
            self.Pay = channel.unary_unary("/shop.v1.Orders/Pay")
    class OrdersServicer:
        def Pay(self, request, context): raise NotImplementedError()
        def Cancel(self, request, context): raise NotImplementedError()
    def add_OrdersServicer_to_server(servicer, server): pass
"""
OURS = """
    from shop import orders_pb2_grpc
    from shop.orders_pb2_grpc import OrdersServicer
    class Base(orders_pb2_grpc.OrdersServicer):
        def Cancel(self, request, context): pass
    class Orders(Base):
        def Pay(self, request, context): return self.helper()
        def helper(self): pass
"""


def test_methods_of_servicers(edges_of: Callable[..., set[str]]) -> None:
    """What a class of the project answers, also by a base; what is generated answers nothing."""
    files = {"shop/__init__.py": "", "shop/orders_pb2_grpc.py": GENERATED, "shop/orders.py": OURS}
    assert edges_of(files, "handles") == {
        "RPC shop.v1.Orders/Pay -> shop.orders.Orders.Pay",
        "RPC shop.v1.Orders/Cancel -> shop.orders.Base.Cancel",
    }


def test_generated_code_that_is_not_there(edges_of: Callable[..., set[str]]) -> None:
    """Then methods that are written as such ones are, without the package."""
    files = {
        "orders.py": OURS.replace("from shop import", "from shop_protos import").replace(
            "from shop.", "from shop_protos."
        )
    }
    assert edges_of(files, "handles") == {
        "RPC Orders/Pay -> orders.Orders.Pay", "RPC Orders/Cancel -> orders.Base.Cancel",
    }  # fmt: skip
