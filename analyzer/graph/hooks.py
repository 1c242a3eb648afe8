"""Hooks: methods that a library calls on the class of a handler, because the class inherits from it."""

from __future__ import annotations

from ..model.graph import EDGE_KIND_INDEX, Graph

_CALLS, _HANDLES = EDGE_KIND_INDEX["calls"], EDGE_KIND_INDEX["handles"]
_CONTAINS, _INHERITS = EDGE_KIND_INDEX["contains"], EDGE_KIND_INDEX["inherits"]
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace"})
"""Methods that answer requests of their own: never hooks of one another."""
_ACTIONS = frozenset({"list", "retrieve", "create", "update", "partial_update", "destroy"}) | _VERBS
_OF_ACTIONS = {
    "perform_create": ("create", "post"),
    "perform_update": ("update", "partial_update", "put", "patch"),
    "perform_destroy": ("destroy", "delete"),
    "form_valid": ("post", "put"),
    "form_invalid": ("post", "put"),
}
"""Beginnings of the names of hooks -> the actions in which libraries call them."""
_ASKED = frozenset({
    "get_queryset", "get_object", "get_serializer_class", "get_serializer_context", "filter_queryset",
    "get_permissions", "get_context_data", "get_form_kwargs",
})  # fmt: skip
"""Hooks that projects often call themselves, too."""


class Hooks:
    """`form_valid` of a view whose `post` handles a route, where the view inherits from a library's class.

    What the project calls itself is no hook (but for what libraries are known to ask of views), nor is
    what handles anything. Nodes are told by their index.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        c = graph.columns
        self._handlers: set[int] = set()
        self._called: set[int] = set()
        self._owner: dict[int, int] = {}
        self._methods: dict[int, list[int]] = {}
        self._bases: dict[int, list[int]] = {}
        for row, kind in enumerate(c.kind):
            source, target = c.source[row], c.target[row]
            if kind == _CALLS and not graph.is_mere_possibility(row):
                self._called.add(target)
            elif kind == _HANDLES:
                self._handlers.add(target)
            elif kind == _INHERITS:
                self._bases.setdefault(source, []).append(target)
            elif kind == _CONTAINS and self._is(source, "class:") and self._is(target, "function:"):
                self._owner[target] = source
                self._methods.setdefault(source, []).append(target)

    def _is(self, node: int, kind: str) -> bool:
        return self._graph.columns.ids[node].startswith(kind)

    def of(self, node: int, action: str = "") -> list[int]:
        """The hooks of the class that handles something, or whose method does; nearest class first.

        `action` is what a class is asked to do, where that is known: `get`, `post`.
        """
        owner = None
        if node in self._handlers:
            owner = node if self._is(node, "class:") else self._owner.get(node)
        classes, inherits_outside = self._lineage(owner) if owner is not None else ([], False)
        if not inherits_outside:
            return []
        c = self._graph.columns
        action = action if self._is(node, "class:") else c.ids[node].rpartition(".")[2]
        found, known = [], set(_VERBS)
        for class_ in classes:
            for method in sorted(self._methods.get(class_, ()), key=lambda m: (c.node_line[m], m)):
                name = c.ids[method].rpartition(".")[2]
                if name in known or name.startswith("__"):
                    continue
                known.add(name)
                called = method in self._called and name not in _ASKED
                if not called and method not in self._handlers and _fits(name, action):
                    found.append(method)
        return found

    def _lineage(self, class_: int) -> tuple[list[int], bool]:
        """A class and those of the project that it inherits from; whether a library's are among them."""
        c = self._graph.columns
        classes, outside, waiting = [], False, [class_]
        seen = {class_}
        for current in waiting:
            classes.append(current)
            for base in self._bases.get(current, ()):
                if c.node_path[base] < 0:
                    outside = outside or c.ids[base] != "class:object"
                elif base not in seen:
                    seen.add(base)
                    waiting.append(base)
        return classes, outside


def _fits(hook: str, action: str) -> bool:
    """Whether a library may call a hook while an action runs: not `perform_destroy` while it lists."""
    if action not in _ACTIONS:
        return True
    return all(action in of for start, of in _OF_ACTIONS.items() if hook.startswith(start))
