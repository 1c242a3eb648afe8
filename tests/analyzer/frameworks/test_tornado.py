"""Tornado: rules in lists and calls, the methods that handlers define, sockets, what is put together."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

HANDLERS = """
    from tornado.web import RequestHandler, StaticFileHandler, RedirectHandler
    from tornado.websocket import WebSocketHandler
    import logging
    class Base(RequestHandler):
        def delete(self, id): pass
        def options(self): pass
    class Order(Base):
        async def get(self, id): pass
    class Orders(RequestHandler):
        def post(self): pass
    class Live(WebSocketHandler):
        def on_message(self, text): pass
    class LogHandler(logging.Handler):
        def get(self): pass
    class Empty(RequestHandler): pass
"""
APP = """
    import os
    from tornado.web import Application, StaticFileHandler, url, URLSpec
    from tornado.routing import Rule, PathMatches
    import shop.handlers as h
    from .handlers import Order, Live
    API = "/api"
    default_handlers = [
        (r"/orders/([^/]+)", Order),
        ("^/live/?$", h.Live, {"limit": 3}),
        ("/log", h.LogHandler),
        ("no rule", Order),
        (API + "/orders", h.Orders),
        (os.environ["PREFIX"] + "/hidden", h.Orders),
    ]
    def make():
        return Application(default_handlers + [
            url(r"/named", "shop.handlers.Orders", name="named"),
            URLSpec("/empty", h.Empty),
            Rule(PathMatches("/files/(.*)"), StaticFileHandler),
        ])
"""


def test_rules(graph_of: Callable[..., Graph], edges_of: Callable[..., set[str]]) -> None:
    """Exactly what Tornado would answer, and what is put together at run time is said."""
    files = {"shop/__init__.py": "", "shop/handlers.py": HANDLERS, "shop/app.py": APP}
    assert edges_of(files, "handles") == {
        "GET /orders/([^/]+) -> shop.handlers.Order.get",
        "DELETE /orders/([^/]+) -> shop.handlers.Base.delete",
        "WEBSOCKET /live -> shop.handlers.Live.on_message",
        "POST /api/orders -> shop.handlers.Orders.post",
        "ANY /empty -> shop.handlers.Empty",
        "POST /named -> shop.handlers.Orders.post",
        "ANY /files/(.*) -> tornado.web.StaticFileHandler",
    }
    spots = [(b.kind, b.place.line) for b in graph_of(files).blind_spots if "rout" in b.kind]
    assert spots == [("dynamic-route", 14)]
