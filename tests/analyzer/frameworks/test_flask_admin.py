"""Flask-Admin: views below their admins, as the library itself lists them."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

FILES = {
    "shop/__init__.py": "",
    "shop/views.py": """
        from flask_admin import AdminIndexView, BaseView, expose
        from flask_admin.contrib.sqla import ModelView

        class Home(AdminIndexView):
            @expose("/")
            def index(self): ...
            @expose("/login/", methods=("GET", "POST"))
            def login(self): ...

        class Secure(ModelView):
            @expose("/clone/<int:id>", methods=["POST"])
            def clone(self, id): ...

        class Stats(BaseView):
            @expose("/")
            def index(self): ...
            @expose("/day/<day>")
            @expose("/today")
            def day(self, day=None): ...
    """,
    "shop/app.py": """
        from flask_admin import Admin
        from shop.models import PostTag, db
        from shop.views import Home, Secure, Stats

        admin = Admin(name="shop", index_view=Home(name="home"), url="/back")

        def create_app(app):
            admin.init_app(app)
            admin.add_views(Secure(PostTag, db.session), Stats(name="Stats", endpoint="numbers"))
            stats = Stats(name="More", endpoint="s2", url="/abs")
            admin.add_view(stats)
            admin.add_view(Stats(name="Rest", url="rest"))
    """,
    "shop/models.py": "db = None\nclass PostTag: ...\n",
}


def handled(graph: Graph, confidence: str) -> set[str]:
    rows = (edge for edge in graph.edges("handles") if edge.confidence == confidence)
    return {f"{edge.source.removeprefix('route:')} {edge.target.rpartition('.views.')[2]}" for edge in rows}


def test_views(graph_of: Callable[..., Graph]) -> None:
    """By their endpoints and addresses, those of an admin's first page too."""
    graph = graph_of(FILES)
    assert handled(graph, "certain") == {
        *("GET /admin/ Home.index", "GET /admin/login/ Home.login", "POST /admin/login/ Home.login"),
        "POST /back/posttag/clone/<int:id> Secure.clone",
        *(f"GET /back/numbers/{path}" for path in (" Stats.index", "day/<day> Stats.day", "today Stats.day")),
        *(f"GET /abs/{path}" for path in (" Stats.index", "day/<day> Stats.day", "today Stats.day")),
        *(f"GET /back/rest/{path}" for path in (" Stats.index", "day/<day> Stats.day", "today Stats.day")),
    }
    assert "GET /back/posttag/new/ Secure" in handled(graph, "likely")


def test_others_that_expose(edges_of: Callable[..., set[str]]) -> None:
    """What is exposed without an admin is none of Flask-Admin's."""
    assert edges_of({**FILES, "shop/app.py": ""}, "handles") == set()
