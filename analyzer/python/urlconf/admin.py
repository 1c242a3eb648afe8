"""Django's admin: what is registered with it, and the patterns that it makes of that."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from ...model.facts import Fact
from ...model.world import Symbol, Syntax, World
from ..app_labels import label_of
from .leaves import Leaf

MODEL_PAGES = (
    ("", "changelist_view"),
    ("add/", "add_view"),
    ("<path:object_id>/history/", "history_view"),
    ("<path:object_id>/delete/", "delete_view"),
    ("<path:object_id>/change/", "change_view"),
)
SITE_PAGES = (
    ("", "index"),
    ("login/", "login"),
    ("logout/", "logout"),
    ("password_change/", "password_change"),
    ("password_change/done/", "password_change_done"),
    ("autocomplete/", "autocomplete_view"),
    ("jsi18n/", "i18n_javascript"),
)
LIBRARY = {"model": "django.contrib.admin.options.ModelAdmin", "site": "django.contrib.admin.sites.AdminSite"}


class Registered(NamedTuple):
    """A model with the class that shows it ("" for Django's own), and where that was registered."""

    path: str
    line: int
    label: str
    model: str
    shown_by: str

    @property
    def text(self) -> str:
        """Where the site shows the model."""
        return f"{self.label}/{self.model}"


def read_admin(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `shown`: `@admin.register(Model)` and `admin.site.register(Model, ModelAdmin)`."""
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and syntax.dotted(decorator.func).endswith("admin.register"):
                models = [syntax.express(argument, scope) for argument in decorator.args]
                shown = syntax.name_of(node, scope)
                yield Fact("shown", scope, node.lineno, node.col_offset, {"models": models, "by": shown})
    for call, scope, _ in syntax.called(("register",)):
        if not call.args or not isinstance(call.func, ast.Attribute):
            continue
        if syntax.dotted(call.func.value).endswith(("admin.site", "admin_site")):
            first = call.args[0]
            many = first.elts if isinstance(first, ast.List | ast.Tuple) else [first]
            by = syntax.express(call.args[1], scope) if len(call.args) > 1 else ""
            models = [syntax.express(model, scope) for model in many]
            yield Fact("shown", scope, call.lineno, call.col_offset, {"models": models, "by": by})


def is_site(owner: Symbol | None, kin: tuple[Symbol, ...]) -> bool:
    """Whether an object is a site of Django's admin."""
    names = [symbol.name for symbol in (owner, *kin) if symbol is not None and symbol.kind == "external"]
    return any(
        n.startswith("django.contrib.admin.") and n.endswith(("site", "AdminSite", "AdminSite()"))
        for n in names
    )


class Registry:
    """All that is registered with the admin, outside tests."""

    def __init__(self, world: World, framework: str) -> None:
        self._world = world
        self._labels: dict[str, str] = {}
        for path, fact in world.facts(framework):
            if fact.kind == "app":
                module = world.module_of(path)
                name = str(fact.data.get("name") or module.rpartition(".")[0])
                self._labels.setdefault(name, str(fact.data.get("label") or name.rpartition(".")[2]))
        self.registered: list[Registered] = []
        for path, fact in world.facts(framework):
            if fact.kind == "shown" and not world.is_test(path):
                self._learn(path, fact)

    def _learn(self, path: str, fact: Fact) -> None:
        by = self._world.resolve(path, fact.scope, str(fact.data["by"])) if fact.data["by"] else None
        shown_by = by.name if by is not None and by.kind == "class" else ""
        for code in fact.data["models"]:
            model = self._world.resolve(path, fact.scope, str(code))
            if model is not None and model.kind == "class":
                module, _, name = model.name.rpartition(".")
                self.registered.append(
                    Registered(path, fact.line, self._label(module), name.lower(), shown_by)
                )

    def _label(self, module: str) -> str:
        """The label of the app that a module of models lies in."""
        return label_of(module, self._labels)

    def pages(self, at: Leaf, site: str) -> Iterator[tuple[str, Leaf]]:
        """The pages that Django makes itself: of the site, and of each model."""
        for text, method in SITE_PAGES:
            page = at._replace(
                kind="page", code=method, data="site", name=method, space="admin:", receiver=site
            )
            yield text, page.below("path", text)
        for item in self.registered:
            leaf = at._replace(kind="page", path=item.path, line=item.line, column=0, data="model")
            for text, method in MODEL_PAGES:
                name = f"{item.label}_{item.model}_{method.removesuffix('_view')}"
                page = leaf._replace(code=method, name=name, space="admin:", receiver=item.shown_by)
                yield f"{item.text}/{text}", page.below("path", text).below("path", f"{item.text}/")


def is_admin(world: World, receiver: str) -> bool:
    """Whether a class is a library's class of the admin, or one below."""
    return any(
        kin.kind == "external" and kin.name.endswith(("Admin", "AdminSite"))
        for kin in world.ancestors(receiver)
    )
