"""Flask-AppBuilder: what added views and APIs expose, under which paths, and what they inherit."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph


def test_views_and_their_bases(edges_of: Callable[..., set[str]]) -> None:
    """A view stands under its `route_base`, else its name; an index view is handed to the builder."""
    text = """
        from flask_appbuilder import AppBuilder, BaseView, IndexView, expose
        class Home(IndexView):
            @expose("/")
            def index(self): pass
        class Base(BaseView):
            route_base = "/reports"
            @expose("/<int:id>/", methods=["GET", "POST"])
            def show(self, id): pass
        class Reports(Base):
            @expose("/all")
            @expose("/every")
            def every(self): pass
        class Plain(BaseView):
            @expose("/x")
            def x(self): pass
        appbuilder = AppBuilder(app, session, indexview=Home)
        appbuilder.add_view(Reports, "Reports")
        appbuilder.add_view_no_menu(Plain())
    """
    assert edges_of({"a.py": text}, "handles") == {
        "GET / -> a.Home.index",
        "GET /plain/x -> a.Plain.x",
        "GET /reports/<int:id>/ -> a.Base.show",
        "GET /reports/all -> a.Reports.every",
        "GET /reports/every -> a.Reports.every",
        "POST /reports/<int:id>/ -> a.Base.show",
    }


API = {
    "words.py": """
        class Methods:
            GET = "get"
            LIST = "get_list"
            SOME_SET = {GET, LIST}  # route_methods
    """,
    "api.py": """
        from flask_appbuilder import expose
        from flask_appbuilder.api import ModelRestApi
        from words import Methods
        class Items(ModelRestApi):
            resource_name = "Item"
            include_route_methods = Methods.SOME_SET | {"extra", "post"}
            exclude_route_methods = {"post"}
            @expose("/extra", methods=("PUT",))
            def extra(self): pass
            @expose("/hidden")
            def hidden(self): pass
            def get(self, pk): pass
        appbuilder.add_api(Items)
    """,
}


def test_apis_and_the_methods_that_they_include(graph_of: Callable[..., Graph]) -> None:
    """Inherited methods are answered by the class, likely; overridden ones that expose nothing have no route."""
    graph = graph_of(API)
    found = {
        (node.name, edge.target, edge.confidence, edge.evidence[0].via)
        for node in graph.nodes("route")
        for edge in graph.out(node.id, "handles")
    }
    assert found == {
        ("GET /api/v1/item/", "class:api.Items", "likely", "convention"),
        ("PUT /api/v1/item/extra", "function:api.Items.extra", "certain", "syntax"),
    }


def test_attributes(graph_of: Callable[..., Graph]) -> None:
    """A route says which library serves it, so that no plan takes it for plain Flask."""
    node = graph_of(API).node("route:PUT /api/v1/item/extra")
    assert node is not None
    assert dict(node.attributes) == {
        "endpoint": "Items.extra", "framework": "flask_appbuilder", "method": "PUT", "prefix": "/api/v1/item",
        "text": "/api/v1/item/extra",
    }  # fmt: skip


def test_views_that_nothing_adds_are_possible(graph_of: Callable[..., Graph]) -> None:
    """Nobody knows where they are served; classes of other libraries with `expose` are none of these views."""
    text = """
        from flask_appbuilder import ModelView, expose
        from flask_admin import BaseView, expose as other
        class Lost(ModelView):
            @expose("/x")
            def x(self): pass
        class Admin(BaseView):
            @other("/y")
            def y(self): pass
    """
    graph = graph_of({"a.py": text})
    edges = list(graph.edges("handles"))
    assert {edge.confidence for edge in edges} == {"possible"}
    assert "route:GET /lost/x" in {edge.source for edge in edges}
    assert not any("/y" in edge.source for edge in edges)


def test_a_path_that_is_computed_is_said(graph_of: Callable[..., Graph]) -> None:
    """A base or a path with an unknown part is a blind spot."""
    text = """
        from flask_appbuilder import BaseView, expose
        from elsewhere import base, path
        class One(BaseView):
            route_base = base()
            @expose("/x")
            def x(self): pass
        class Two(BaseView):
            @expose(path())
            def y(self): pass
        appbuilder.add_view(One)
        appbuilder.add_view(Two)
    """
    graph = graph_of({"a.py": text})
    spots = [(s.place.line, s.text) for s in graph.blind_spots if s.kind == "dynamic-route"]
    assert spots == [(4, "route_base of a.One"), (9, "expose of a.Two.y")]
    assert not list(graph.nodes("route"))
