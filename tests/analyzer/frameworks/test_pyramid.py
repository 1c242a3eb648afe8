"""Pyramid: routes with their prefixes and views, Cornice's services, and services that are found for a request."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

APP = """
    from pyramid.config import Configurator
    API = "/api"
    def main(settings):
        config = Configurator()
        config.include("shop.pay.routes", route_prefix="/pay")
        config.include(".admin", route_prefix=API)
        config.add_route("home", "/")
        config.add_route("mirror", "https://example.org/{path}", static=True)
        with config.route_prefix_context("v1"):
            config.add_route("orders", "orders/{id}", request_method=("GET", "PUT"))
        for name in names():
            config.add_route(name, "/" + name)
        config.add_view("shop.views.Late", route_name="late", attr="show")
        config.add_route("late", "/late")
        config.add_route("nobody", "/nobody")
        config.scan()
"""
ADMIN = """
    def includeme(config):
        config.include(more, route_prefix="more")
        helper(config)
    def more(config):
        config.add_route("more", "/*rest")
    def helper(config):
        config.add_route("users", "/users/{id}")
"""
VIEWS = """
    from pyramid.view import view_config, view_defaults, exception_view_config, notfound_view_config
    from shop.own import api_config
    class Broken(Exception):
        pass
    class Folder:
        pass
    @view_config(route_name="home", request_method="GET")
    @view_config(route_name="more")
    def home(request): ...
    COMMON = {"versions": ["v1"], "route_name": "orders"}
    @api_config(description="", **COMMON)
    def order(request): ...
    @view_defaults(route_name="users", request_method="GET")
    class Users:
        @view_config()
        def show(self): ...
        @view_config(request_method="POST")
        def change(self): ...
        @exception_view_config(Broken)
        def failed(self): ...
    class Late:
        def show(self): ...
    @view_config(context=Broken)
    def broken(error, request): ...
    @notfound_view_config()
    def missing(request): ...
    @view_config(context=Folder, name="edit")
    def edit(request): ...
    @view_config(route_name="gone")
    def gone(request): ...
"""


def _routes(graph: Graph) -> set[tuple[str, str]]:
    handles = {(e.source[6:], e.target) for e in graph.edges("handles")}
    answered = {route for route, _ in handles}
    return handles | {(n.name, "") for n in graph.nodes("route") if n.name not in answered}


def test_routes_below_their_prefixes_with_their_views(graph_of: Callable[..., Graph]) -> None:
    """As Pyramid's own introspection lists them; exception views without a route are none, what traversal finds is said."""
    files = {
        "shop/__init__.py": "", "shop/app.py": APP, "shop/admin.py": ADMIN, "shop/views.py": VIEWS,
        "shop/own.py": "def api_config(**settings): ...\n", "shop/pay/__init__.py": "",
        "shop/pay/routes.py": "def includeme(config):\n    config.add_route('pay', '/{id:\\\\d+}')\n",
        "shop/pay/views.py": "from pyramid.view import view_config\n@view_config(route_name='pay', request_method=['POST', 'HEAD'])\ndef pay(request): ...\n",
        "tests/test_app.py": "def test(config):\n    config.add_route('home', '/other')\n",
    }  # fmt: skip
    graph = graph_of(files)
    assert _routes(graph) == {
        ("GET /", "function:shop.views.home"),
        ("ANY /api/more/*rest", "function:shop.views.home"),
        ("GET /v1/orders/{id}", "function:shop.views.order"),
        ("PUT /v1/orders/{id}", "function:shop.views.order"),
        ("GET /api/users/{id}", "function:shop.views.Users.show"),
        ("POST /api/users/{id}", "function:shop.views.Users.change"),
        ("GET /api/users/{id}", "function:shop.views.Users.failed"),
        ("ANY /late", "function:shop.views.Late.show"),
        ("POST /pay/{id:\\d+}", "function:shop.pay.views.pay"),
        ("ANY /nobody", ""),
    }
    said = {(spot.kind, spot.text) for spot in graph.blind_spots if spot.kind.endswith(("route", "view"))}
    assert said == {
        ("dynamic-route", "config.add_route(name, '/' + name)"),
        ("dynamic-route", "view_config() of edit: found by traversal"),
        ("unknown-route", "view_config() of gone: no route 'gone'"),
        ("unknown-view", "/nobody: no view names the route 'nobody'"),
    }


def test_services_and_resources_of_cornice(graph_of: Callable[..., Graph]) -> None:
    code = """
        from cornice import Service
        from cornice.resource import resource
        orders = Service(name="orders", path="/orders/{id}")
        @orders.get(renderer="json")
        def show(request): ...
        @orders.post()
        def change(request): ...
        @resource(collection_path="/users", path="/users/{id}")
        class Users:
            def collection_get(self): ...
            def put(self): ...
    """
    assert _routes(graph_of({"shop/api.py": code})) == {
        ("GET /orders/{id}", "function:shop.api.show"),
        ("POST /orders/{id}", "function:shop.api.change"),
        ("GET /users", "function:shop.api.Users.collection_get"),
        ("PUT /users/{id}", "function:shop.api.Users.put"),
    }


def test_what_a_request_finds_is_called(graph_of: Callable[..., Graph]) -> None:
    """By a name, by a class, by an interface whose classmethod makes it; kept in a name or on the instance."""
    services = """
        from pyramid.config import Configurator
        from zope.interface import Interface
        class UserService:
            def fetch(self): ...
        class IMail(Interface):
            pass
        class Mail:
            @classmethod
            def create(cls, context, request):
                return cls()
            def send(self): ...
        class Plain:
            def go(self): ...
        def users(context, request):
            return UserService()
        def includeme(config):
            config.register_service_factory(".services.users", name="user")
            config.register_service_factory(Mail.create, IMail)
            config.register_service_factory("shop.services.Plain", iface=Plain)
    """
    views = """
        from shop.services import IMail, Plain
        class View:
            def __init__(self, request):
                self.users = request.find_service(name="user")
            def show(self):
                return self.users.fetch()
        def mail(request):
            sender = request.find_service(IMail)
            sender.send()
            request.find_service(Plain).go()
            request.find_service(name="unknown").go()
    """
    graph = graph_of({"shop/__init__.py": "", "shop/services.py": services, "shop/views.py": views})
    found = {
        (e.source.rpartition("shop.views.")[2], e.target.rpartition("shop.services.")[2])
        for e in graph.edges("calls")
        if e.source.startswith("function:shop.views") and "shop.services" in e.target
    }
    assert found == {
        ("View.__init__", "users"),
        ("View.show", "UserService.fetch"),
        ("mail", "Mail.create"),
        ("mail", "Mail.send"),
        ("mail", "Plain.go"),
    }


def test_methods_of_others_that_are_called_so(graph_of: Callable[..., Graph]) -> None:
    """Without Pyramid there is no route of Pyramid's, and nothing is said of any."""
    graph = graph_of({"a.py": "class Proxy:\n    def start(self, where): self.add_route('x', where)\n"})
    assert not list(graph.nodes("route")) and not [b for b in graph.blind_spots if b.kind == "dynamic-route"]
