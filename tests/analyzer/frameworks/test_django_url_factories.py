"""Django: functions that make URL patterns of the texts, flags and modules that they are given."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

FILES = {
    "settings.py": "ROOT_URLCONF = 'shop.urls'\n",
    "shop/__init__.py": "",
    "shop/views.py": """
        from django.views import View

        class OrderHome(View):
            def get(self, request): ...

        class CreateOrder(View):
            def post(self, request): ...

        class TagHome(View):
            def get(self, request): ...

        class DeleteTag(View):
            def delete(self, request): ...

        def tag_list(request): ...
    """,
    "shop/crud.py": """
        from django.urls import path

        def crud(module, name: str, prefix: str = "", new=True, delete=True):
            below = f"{prefix}/" if prefix else ""
            urls = [path(f"{below}", getattr(module, f"{name}Home").as_view(), name=f"{prefix}home")]
            if new:
                urls.append(path(f"{below}new/", getattr(module, f"Create{name}").as_view()))
            if delete:
                urls.append(path(f"{below}delete/", getattr(module, f"Delete{name}").as_view()))
            return urls
    """,
    "shop/urls.py": """
        from django.urls import path
        from . import views
        from .crud import crud

        urlpatterns = crud(views, "Order", delete=False) + [path("list/", getattr(views, "tag_list"))]
        urlpatterns.extend(crud(views, "Tag", "tag", new=False))
    """,
}


def test_patterns_of_calls(graph_of: Callable[..., Graph]) -> None:
    """Each call has its own paths and views; what its flags leave out is not there, nor said."""
    graph = graph_of(FILES)
    assert {f"{e.source.removeprefix('route:')} {e.target}" for e in graph.edges("handles")} == {
        "GET / function:shop.views.OrderHome.get",
        "POST /new/ function:shop.views.CreateOrder.post",
        "GET /tag/ function:shop.views.TagHome.get",
        "DELETE /tag/delete/ function:shop.views.DeleteTag.delete",
        "ANY /list/ function:shop.views.tag_list",
    }
    assert not graph.blind_spots
    names = {node.name: dict(node.attributes).get("name") for node in graph.nodes("route")}
    assert (names["GET /"], names["GET /tag/"]) == ("home", "taghome")


def test_a_flag_that_nobody_tells(graph_of: Callable[..., Graph]) -> None:
    """What it asks for may be there: the condition is told."""
    urls = FILES["shop/urls.py"].replace("new=False", "new=views.WANTED")
    graph = graph_of(
        {**FILES, "shop/urls.py": urls.replace("delete=False", "delete=False, new=views.WANTED")}
    )
    node = next(node for node in graph.nodes("route") if node.name == "POST /new/")
    assert dict(node.attributes)["when"] == "new (shop/crud.py:7)"
