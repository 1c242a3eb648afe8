"""Classes that name a model: forms and serializers that save it, generic views that list or change it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

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
        (r"django\.contrib\.(?:gis\.)?admin\b.*\.\w*ModelAdmin\Z", (_READ, _INSERT, _UPDATE, _DELETE)),
    )
)  # fmt: skip
_EDITS = re.compile(r"django\.views\.generic\b.*\.(?:Create|Update|Delete)View\Z")
_GOES_ON = {
    "post": (".post", ".form_valid", ".save", ".delete"),
    "form_valid": (".form_valid", ".save", ".delete"),
}
"""Methods of views -> the ends of the calls by which they come to what the library saves, or do it."""
_CHAIN = re.compile(r"\.(?:objects|_default_manager|[a-z_]*published|[a-z_]*active)\b.*\Z|\(\).*\Z")


def model_in(world: World, path: str, scope: str, code: str) -> str:
    """The class that `Order.objects.all()` and the like ask, "" for other code."""
    symbol = world.resolve(path, scope, _CHAIN.sub("", code))
    return symbol.name if symbol is not None else ""


class Declared:
    """Which model a class names."""

    def __init__(self, world: World, known: Mapping[str, str]) -> None:
        self._world, self._known = world, known

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
            model = self.model_of(name) if does else ""
            if model:
                yield name, info.path, model, tuple(dict.fromkeys(does))
