"""Lookups that classes write out: of the admin (`search_fields = ["user__email"]`), of filters, and what the
fields of serializers are filled from (`source="user.profile.city"`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ...model.evidence import Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge
from ...model.world import Syntax, World
from .declared import Declared
from .relations import Relation, Relations

_LOADED = frozenset(
    "list_display list_select_related list_filter autocomplete_fields raw_id_fields filter_horizontal "
    "filter_vertical".split()
)
"""Attributes of which a relation that is named alone has its rows loaded, to be shown or to be chosen."""
_CROSSED = frozenset(
    "search_fields ordering date_hierarchy filterset_fields filter_fields ordering_fields".split()
)
_SHOWS = ("SlugRelatedField", "StringRelatedField", "Serializer")
"""Fields of serializers that show something of the row that they are filled from, not its key alone."""
_FILLED_FROM = ("source", "field_name", "accessor")
"""Keywords of what fields of serializers, filters and columns of tables are filled from."""
_MARKS = "^=@$-"
_MOST = 80


def read_class_lookups(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `lookups`: {texts, whole: rows that a text names alone are loaded}."""
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        name = syntax.name_of(node, scope)
        for statement in node.body[:_MOST]:
            if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
                continue
            target, value = statement.targets[0].id, statement.value
            place = (value.lineno, value.col_offset)
            if target in _LOADED | _CROSSED:
                texts = list(dict.fromkeys(_texts(syntax, value)))
                if texts:
                    yield Fact("lookups", name, *place, {"texts": texts, "whole": target in _LOADED})
            elif isinstance(value, ast.Call):
                yield from _field(syntax, name, target, value)


def _field(syntax: Syntax, scope: str, name: str, call: ast.Call) -> Iterator[Fact]:
    """A field of a serializer or of a set of filters."""
    dotted = syntax.dotted(call.func)
    values = [k.value for k in call.keywords if k.arg in _FILLED_FROM]
    values = [v.args[0] if isinstance(v, ast.Call) and v.args else v for v in values]  # A("order.user")
    given = [syntax.string(value) for value in values]
    source = next((text for text in given if text and "{}" not in text), "")
    shows = dotted.endswith(_SHOWS)
    if source not in ("", "*") or shows:
        text = (source or name).replace(".", "__")
        yield Fact("lookups", scope, call.lineno, call.col_offset, {"texts": [text], "whole": shows})


def _texts(syntax: Syntax, node: ast.expr) -> Iterator[str]:
    """The texts of a list, of the first elements of pairs, and of the keys of a dictionary."""
    if isinstance(node, ast.Dict):
        given: Sequence[ast.expr | None] = node.keys
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        given = node.elts[:_MOST]
    elif isinstance(node, ast.BinOp):
        yield from (text for side in (node.left, node.right) for text in _texts(syntax, side))
        return
    else:
        given = [node]
    for each in given:
        first = each.elts[0] if isinstance(each, ast.Tuple | ast.List) and each.elts else each
        text = syntax.string(first) if isinstance(first, ast.Constant | ast.Name) else None
        if text and "{}" not in text:
            yield text.lstrip(_MARKS)


def link_class_lookups(world: World, declared: Declared, relations: Relations) -> Iterator[Edge]:
    """`joins` of the tables that the lookups of classes lead to: the class stands for what asks for them."""
    below = declared.shown_below()
    for path, fact in world.facts("django"):
        name = f"{world.module_of(path)}.{fact.scope}"
        if fact.kind != "lookups" or world.is_test(path) or name not in world.classes:
            continue
        found: dict[str, None] = {}
        for model in declared.models_shown(name) or [declared.asked_of(name), *below.get(name, ())]:
            for text in fact.data["texts"]:
                walked = relations.walk(model, str(text))[1]
                whole = bool(fact.data["whole"])
                found.update(dict.fromkeys(_tables(relations, str(text), walked, whole)))
        evidence = (Evidence(Place(path, fact.line, fact.column), "convention"),)
        for table in found:
            yield Edge(f"class:{name}", f"table:{table}", "joins", "likely", evidence)


def _tables(relations: Relations, text: str, walked: Sequence[Relation], whole: bool) -> Sequence[str]:
    if whole:
        return [table for relation in walked for table in (relation.between, relation.table) if table]
    return relations.crossed(text, walked)
