"""What answers at a pattern: functions and view classes with the methods that they take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...model.world import Symbol, World
from .leaves import Leaf
from .objects import Objects
from .trees import Tree

VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
_IMPLIED = ("head", "options", "trace")
"""Methods that every view answers by itself."""
_FORM = ("GET", "POST", "PUT")
_ALL = ("DELETE", "GET", "PATCH", "POST", "PUT")
# What classes of Django and Django REST framework answer, by their names.
_LIBRARY: dict[str, tuple[str, ...]] = {
    "RedirectView": _ALL, "TemplateView": ("GET",), "ListView": ("GET",), "DetailView": ("GET",),
    "BaseListView": ("GET",), "BaseDetailView": ("GET",), "ProcessFormView": _FORM, "FormView": _FORM,
    "BaseFormView": _FORM, "CreateView": _FORM, "BaseCreateView": _FORM, "UpdateView": _FORM,
    "BaseUpdateView": _FORM, "DeletionMixin": ("DELETE", "POST"), "DeleteView": ("DELETE", "GET", "POST"),
    "BaseDeleteView": ("DELETE", "GET", "POST"), "LoginView": _FORM, "LogoutView": ("POST",),
    "PasswordChangeView": _FORM, "PasswordResetView": _FORM, "PasswordResetConfirmView": _FORM,
    "PasswordChangeDoneView": ("GET",), "PasswordResetDoneView": ("GET",),
    "PasswordResetCompleteView": ("GET",), "JavaScriptCatalog": ("GET",), "JSONCatalog": ("GET",),
    "CreateAPIView": ("POST",), "ListAPIView": ("GET",), "RetrieveAPIView": ("GET",),
    "DestroyAPIView": ("DELETE",), "UpdateAPIView": ("PATCH", "PUT"), "ListCreateAPIView": ("GET", "POST"),
    "RetrieveUpdateAPIView": ("GET", "PATCH", "PUT"), "RetrieveDestroyAPIView": ("DELETE", "GET"),
    "RetrieveUpdateDestroyAPIView": ("DELETE", "GET", "PATCH", "PUT"), "ObtainAuthToken": ("POST",),
    "APIRootView": ("GET",), "SpectacularAPIView": ("GET",), "SpectacularJSONAPIView": ("GET",),
    "SpectacularYAMLAPIView": ("GET",), "SpectacularSwaggerView": ("GET",), "SpectacularRedocView": ("GET",),
    "TokenViewBase": ("POST",), "TokenObtainPairView": ("POST",), "TokenRefreshView": ("POST",),
    "TokenVerifyView": ("POST",), "TokenBlacklistView": ("POST",), "SchemaView": ("GET",),
    "AuthorizationView": _FORM, "TokenView": ("POST",), "RevokeTokenView": ("POST",),
    "IntrospectTokenView": ("GET", "POST"), "ApplicationList": ("GET",), "ApplicationDetail": ("GET",),
    "ApplicationRegistration": _FORM, "ApplicationUpdate": _FORM,
    "ApplicationDelete": ("DELETE", "GET", "POST"), "OIDCAuthenticationCallbackView": ("GET",),
    "OIDCAuthenticationRequestView": ("GET",), "OIDCLogoutView": ("GET", "POST"),
}  # fmt: skip
# Views of other libraries mostly end as Django's do.
_ENDINGS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("CreateView", "UpdateView", "FormView", "FormSetView", "EditView", "LoginView", "SignupView",
      "ConnectionsView", "SearchView"), _FORM),
    (("WizardView",), ("GET", "POST")),
    (("DeleteView",), ("DELETE", "GET", "POST")),
    (("RedirectView",), _ALL),
    (("TemplateView", "ListView", "DetailView", "ArchiveView", "FilterView", "TableView"), ("GET",)),
)  # fmt: skip
_ACTIONS = {  # what mixins of Django REST framework offer
    "CreateModelMixin": ("create",), "ListModelMixin": ("list",), "RetrieveModelMixin": ("retrieve",),
    "UpdateModelMixin": ("update", "partial_update"), "DestroyModelMixin": ("destroy",),
    "ReadOnlyModelViewSet": ("list", "retrieve"),
    "ModelViewSet": ("create", "destroy", "list", "partial_update", "retrieve", "update"),
}  # fmt: skip


# Views of libraries for REST show no form: what ends as Django's `LoginView` is posted to alone.
_REST_LIBRARY = re.compile(r"\w*(?:rest|drf|knox|djoser|jwt)")
_REST_ENDINGS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("UserDetailsView",), ("GET", "PATCH", "PUT")),
    (("AccountListView",), ("GET",)),
    (("LoginView", "LogoutView", "LogoutAllView", "RegisterView", "ConnectView", "DisconnectView",
      "CreateView", "PasswordChangeView", "PasswordResetView", "PasswordResetConfirmView", "VerifyEmailView",
      "EmailVerificationView", "ObtainJSONWebTokenView", "SignupView"), ("POST",)),
)  # fmt: skip


def _of_library(name: str) -> tuple[str, ...]:
    """The methods that a view class of a library answers, by its dotted name; () when that is not known."""
    top, last = name.partition(".")[0], name.rpartition(".")[2]
    rest = _REST_LIBRARY.match(top) is not None
    by_ending = next((verbs for endings, verbs in _REST_ENDINGS if rest and last.endswith(endings)), ())
    return (
        by_ending
        or _LIBRARY.get(last)
        or next((verbs for endings, verbs in _ENDINGS if last.endswith(endings)), ())
    )


class Answer(NamedTuple):
    """One method of a route and the node that answers; `own`: it stands in the project's code.

    `view` names the class that is asked, where it has what answers from another class of the project.
    """

    verb: str
    handler: str
    own: bool
    view: str = ""


class Views:
    """Tells what answers. `framework` is whose facts tell of variables and decorators."""

    def __init__(self, world: World, framework: str = "django") -> None:
        self._world = world
        self._objects = Objects(world, framework)
        self._kept: dict[tuple[str, str, str], list[str]] = {}
        self._mappings: dict[tuple[str, str, str], dict[str, str]] = {}
        self._allowed: dict[str, list[str]] = {}
        self._verbs: dict[str, list[str]] = {}
        self.rest: set[str] = set()
        """Functions that Django REST framework calls."""
        for path, fact in world.facts(framework):
            name = f"{world.module_of(path)}.{fact.scope}"
            if fact.kind == "view":
                key = (path, fact.scope, str(fact.data["name"]))
                self._keep(key, fact.data["tree"])
            elif fact.kind == "allows":
                self._allowed[name] = [str(verb) for verb in fact.data["verbs"]]
                if fact.data["rest"]:
                    self.rest.add(name)
            elif fact.kind == "verbs":
                self._verbs[name] = [str(verb) for verb in fact.data["verbs"]]

    def _keep(self, key: tuple[str, str, str], tree: Tree) -> None:
        codes: list[str] = []
        while tree[0] == "view":
            codes.append(str(tree[2]))
            if tree[4] is not None:
                self._mappings[key] = dict(tree[4])
            tree = tree[3]
        self._kept[key] = codes[::-1]

    # What answers ---------------------------------------------------------------------------------

    def view(self, leaf: Leaf) -> tuple[Symbol | None, dict[str, str] | None]:
        """The function or class of a leaf, and the actions that its methods are mapped to."""
        mapping = None if leaf.mapping is None else dict(leaf.mapping)
        outside: Symbol | None = None
        for code in leaf.data.split("\n"):
            found, more = self._resolve(leaf.path, leaf.scope, code, leaf.receiver)
            if found is not None and found.internal and found.kind != "module":
                return found, mapping if mapping is not None else more
            if found is not None and code.endswith(".as_view"):
                return found, mapping
            outside = outside or found
        return outside, mapping

    def _resolve(
        self, path: str, scope: str, code: str, receiver: str, depth: int = 5
    ) -> tuple[Symbol | None, dict[str, str] | None]:
        world = self._world
        if code.startswith("<lambda"):
            name = ".".join(part for part in (world.module_of(path), scope, code) if part)
            return Symbol("function", name), None
        plain = code.removesuffix(".as_view").removesuffix(".as_asgi")
        if plain == code:
            module, name = world.locate(path, scope, code)
            key = (world.modules.get(module, ""), "", name)
            if key in self._kept:
                return self._first(key, depth)
        symbol = self._objects.symbol(path, scope, plain, receiver)
        if symbol is None and "." in plain and re.fullmatch(r"[\w.]+", plain):
            symbol = self._dotted(plain)
        if symbol is not None and symbol.kind == "instance" and plain != code:
            symbol = symbol._replace(kind="class")  # `View().as_view()`
        if symbol is not None and symbol.kind == "class" and plain == code:
            return None, None  # given to what makes a view, no view itself
        return symbol, None

    def _first(self, key: tuple[str, str, str], depth: int) -> tuple[Symbol | None, dict[str, str] | None]:
        """The view that a variable holds, within its decorators."""
        for inner in self._kept[key] if depth else ():
            found, _ = self._resolve(key[0], "", inner, "", depth - 1)
            if found is not None:
                return found, self._mappings.get(key)
        return None, None

    def _dotted(self, name: str) -> Symbol | None:
        """A view by its dotted name, as old configurations write it."""
        module, _, last = name.rpartition(".")
        path = self._world.modules.get(module)
        return self._world.resolve(path, "", last) if path is not None else None

    def answers(self, symbol: Symbol | None, mapping: dict[str, str] | None = None) -> list[Answer]:
        """The methods of a view and what answers each; ANY where it answers all."""
        if symbol is None:
            return [Answer("ANY", "", False)]
        if symbol.kind == "function":
            verbs = self._allowed.get(symbol.name, ["ANY"])
            return [Answer(verb, f"function:{symbol.name}", True) for verb in verbs]
        if symbol.kind == "external":
            last = symbol.name.rpartition(".")[2]
            return [Answer(verb, f"function:{symbol.name}", True) for verb in _LIBRARY.get(last, ("ANY",))]
        if symbol.kind not in ("class", "instance"):
            return [Answer("ANY", "", False)]
        if mapping is not None:
            found = [self.answer(symbol.name, v.upper(), action) for v, action in sorted(mapping.items())]
            return found or [self.answer(symbol.name, "ANY", "dispatch")]
        if symbol.kind == "instance":
            return [self.answer(symbol.name, "ANY", "__call__")]
        return list(self._of_class(symbol.name)) or [self.answer(symbol.name, "ANY", "dispatch")]

    def _of_class(self, name: str) -> Iterator[Answer]:
        allowed = self.allowed(name)
        inherited = self.inherited(name)
        for verb in VERBS:
            member = self._world.member(name, verb)
            own = member is not None and member.kind == "function"
            if allowed is not None and verb.upper() not in allowed:
                continue
            if (own and verb not in _IMPLIED) or verb.upper() in inherited:
                yield self.answer(name, verb.upper(), verb)

    def answer(self, name: str, verb: str, method: str) -> Answer:
        """The project's own method of that name, else the class."""
        member = self._world.member(name, method)
        if member is not None and member.kind == "function":
            inherited = not member.name.startswith(f"{name}.")
            return Answer(verb, f"function:{member.name}", True, name if inherited else "")
        return Answer(verb, f"class:{name}", False)

    def allowed(self, name: str) -> list[str] | None:
        """`http_method_names` of a class or what it inherits from, None for all."""
        return next(
            (self._verbs[kin.name] for kin in self._world.ancestors(name) if kin.name in self._verbs), None
        )

    def inherited(self, name: str) -> set[str]:
        """The methods that a class has from libraries."""
        outside = [kin.name for kin in self._world.ancestors(name) if kin.kind != "class"]
        return {verb for library in outside for verb in _of_library(library)}

    def actions(self, name: str, action: str) -> bool:
        """Whether a viewset offers an action, by its own method or that of a library's mixin."""
        member = self._world.member(name, action)
        if member is not None and member.internal:
            return True
        kin = (kin.name.rpartition(".")[2] for kin in self._world.ancestors(name) if kin.kind != "class")
        return any(action in _ACTIONS.get(last, ()) for last in kin)

    def is_rest(self, symbol: Symbol | None) -> bool:
        """Whether a view belongs to Django REST framework."""
        if symbol is None:
            return False
        kin = self._world.ancestors(symbol.name) if symbol.kind in ("class", "instance") else (symbol,)
        return symbol.name in self.rest or any(
            other.kind == "external" and other.name.startswith("rest_framework.") for other in kin
        )
