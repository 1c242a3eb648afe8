"""Classes that name a model: forms and serializers that save it, generic views that list or change it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ...model.facts import Fact
from ...model.world import World

_READ, _INSERT = ("reads", ""), ("writes", "insert")
_UPDATE, _DELETE = ("writes", "update"), ("writes", "delete")
_VIEWS: tuple[tuple[re.Pattern[str], tuple[tuple[str, str], ...]], ...] = tuple(
    (re.compile(pattern), does)
    for pattern, does in (
        (r"(?:django\.views\.generic\b|extra_views\b).*\.CreateView\Z", (_INSERT,)),
        (r"(?:django\.views\.generic\b|extra_views\b).*\.UpdateView\Z", (_READ, _UPDATE)),
        (r"django\.views\.generic\b.*\.DeleteView\Z", (_READ, _DELETE)),
        (r"(?:django\.views\.generic|django_filters\.views|django_tables2)\b.*\.(?:\w*ListView|DetailView|\w*Archive\w*View"
         r"|DateDetailView|FilterView|SingleTableView)\Z", (_READ,)),
        (r"rest_framework\.viewsets\.ModelViewSet\Z", (_READ, _INSERT, _UPDATE, _DELETE)),
        (r"rest_framework\.(?:viewsets\.ReadOnlyModelViewSet|mixins\.(?:List|Retrieve)ModelMixin"
         r"|generics\.(?:List\w*|Retrieve\w*)APIView)\Z", (_READ,)),
        (r"rest_framework\.(?:mixins\.CreateModelMixin|generics\.\w*CreateAPIView)\Z", (_INSERT,)),
        (r"rest_framework\.(?:mixins\.UpdateModelMixin|generics\.\w*Update\w*APIView)\Z", (_READ, _UPDATE)),
        (r"rest_framework\.(?:mixins\.DestroyModelMixin|generics\.\w*DestroyAPIView)\Z", (_READ, _DELETE)),
        (r"django\.contrib\.(?:gis\.|contenttypes\.)?admin\b.*\.\w*(?:ModelAdmin|Inline)\Z",
         (_READ, _INSERT, _UPDATE, _DELETE)),
        (r"(?:django_filters|rest_framework_filters)\b.*\.FilterSet\Z", (_READ,)),
        (r"django_tables2\b.*\.Table\Z", (_READ,)),
        (r"rest_framework\.serializers\.(?:Hyperlinked)?ModelSerializer\Z", (_READ,)),
    )
)  # fmt: skip
EVERYTHING = (_READ, _INSERT, _UPDATE, _DELETE)
"""What the admin does with the rows of a model that it shows."""
_EDITS = re.compile(r"django\.views\.generic\b.*\.(?:Create|Update|Delete)View\Z")
_GOES_ON = {
    "post": (".post", ".form_valid", ".save", ".delete"),
    "form_valid": (".form_valid", ".save", ".delete"),
}
"""Methods of views -> the ends of the calls by which they come to what the library saves, or do it."""
_CHAIN = re.compile(r"\.(?:objects|_default_manager|[a-z_]*published|[a-z_]*active)\b.*\Z|\(\).*\Z")


def model_in(world: World, path: str, scope: str, code: str) -> str:
    """The class that `Order.objects.all()` and the like ask, "" for other code."""
    whole = world.resolve(path, scope, code) if code.endswith(")") else None
    if whole is not None and whole.kind == "class":  # `apps.get_model("shop", "Order")`
        return whole.name
    symbol = world.resolve(path, scope, _CHAIN.sub("", code))
    return symbol.name if symbol is not None else ""


class Declared:
    """Which model a class names."""

    def __init__(self, world: World, known: Mapping[str, str]) -> None:
        self._world, self._known = world, known
        self._shown: dict[str, list[str]] | None = None
        self.elsewhere: list[tuple[str, Fact, Sequence[str]]] = []

    def models_shown(self, name: str) -> list[str]:
        """The models that a class shows: it names one, or is registered for some with the admin."""
        found = [self.model_of(name), self.model_of(name, "Meta"), *self._registered().get(name, ())]
        return list(dict.fromkeys(each for each in found if each))

    def shown_below(self) -> Mapping[str, Sequence[str]]:
        """Classes of the project -> the models that classes below them are registered for."""
        found: dict[str, list[str]] = {}
        for name, models in sorted(self._registered().items()):
            for ancestor in self._world.ancestors(name)[1:] if name else ():
                found.setdefault(ancestor.name, []).extend(models)
        return found

    def _registered(self) -> Mapping[str, Sequence[str]]:
        """Classes of the admin -> the models that they are registered for in their own file."""
        if self._shown is None:
            self._shown = {}
            for path, fact, by, models in self._registrations():
                info = self._world.classes.get(by)
                if info is not None and info.path == path:
                    self._shown.setdefault(by, []).extend(models)
                else:
                    self.elsewhere.append((path, fact, models))
        return self._shown

    def _registrations(self) -> Iterator[tuple[str, Fact, str, Sequence[str]]]:
        """(file, what is said there, class of the admin, models)."""
        for path, fact in self._world.facts("django"):
            if fact.kind == "shown" and not self._world.is_test(path):
                by = self._world.resolve(path, fact.scope, str(fact.data["by"])) if fact.data["by"] else None
                codes = map(str, fact.data["models"])
                models = [model_in(self._world, path, fact.scope, code) for code in codes]
                yield path, fact, by.name if by is not None else "", [m for m in models if m in self._known]

    def shown_elsewhere(self) -> Iterator[tuple[str, Fact, str]]:
        """(file, what is said there, model): shown by a class of another file, or by the admin's own."""
        self._registered()
        for path, fact, models in self.elsewhere:
            yield from ((path, fact, model) for model in models)

    def model_of(self, class_name: str, inner: str = "") -> str:
        """The model in `model = Order`, `queryset = Order.objects...` or, of a form, in its `class Meta`."""
        for ancestor in self._world.ancestors(class_name):
            info = self._world.classes.get(ancestor.name)
            if info is None:
                continue
            scope = info.definition.name + (f".{inner}" if inner else "")
            for name in ("model", "queryset"):
                binding = self._world.binding(info.path, scope, name)
                if binding is None:
                    continue
                found = model_in(self._world, info.path, scope, binding.value)
                if found in self._known:
                    return found
        return ""

    def asked_of(self, class_name: str) -> str:
        """The model that a method of a view asks for, or that its form or serializer saves."""
        for ancestor in self._world.ancestors(class_name):
            info = self._world.classes.get(ancestor.name)
            if info is None:
                continue
            scope = info.definition.name
            for method in ("get_queryset", "get_object"):
                inside = f"{scope}.{method}"
                calls = [each for each in self._world.calls(info.path) if each[0].scope == inside]
                named = [model_in(self._world, info.path, inside, call.target) for call, _ in calls]
                found = [model for model in named if model in self._known]
                if len(set(found)) == 1:
                    return found[0]
            for name in ("serializer_class", "form_class"):
                binding = self._world.binding(info.path, scope, name)
                symbol = self._world.resolve(info.path, scope, binding.value) if binding is not None else None
                if symbol is not None and symbol.kind == "class":
                    return self.model_of(symbol.name, "Meta")
        return ""

    def _answers_itself(self, name: str, outside: Sequence[str]) -> bool:
        """Whether a form's view never comes to what the library saves: it saves and calls no other one."""
        for ancestor in self._world.ancestors(name) if any(map(_EDITS.match, outside)) else ():
            info = self._world.classes.get(ancestor.name)
            if info is None:
                continue
            file = self._world.files[info.path]
            for method, goes_on in _GOES_ON.items():
                scope = f"{info.definition.name}.{method}"
                inside = (call.target for call in file.calls if f"{call.scope}.".startswith(f"{scope}."))
                own = any(definition.name == scope for definition in file.definitions)
                if own and not any(target.endswith(goes_on) for target in inside):
                    return True
        return False

    def views(self) -> Iterator[tuple[str, str, str, tuple[tuple[str, str], ...]]]:
        """(class, its file, model, what the library does with it) of generic views."""
        for name in sorted(self._world.classes):
            info = self._world.classes[name]
            outside = [symbol.name for symbol in self._world.ancestors(name) if symbol.kind != "class"]
            does = [
                part for base in outside for pattern, parts in _VIEWS if pattern.match(base) for part in parts
            ]
            if any(kind == "writes" for kind, _ in does) and self._answers_itself(name, outside):
                does = [part for part in does if part[0] != "writes"]
            models = self.models_shown(name) if does else []
            if does and not models and (asked := self.asked_of(name)):
                models, does = [asked], [part for part in does if part[0] == "writes"]  # a method reads
            for model in models if does else ():
                yield name, info.path, model, tuple(dict.fromkeys(does))
