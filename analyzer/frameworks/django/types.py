"""The types of Django as data: what managers, querysets and relations give."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.protocols import TypeRule
from .handed import handed

_MODELS = ("django.db.models.Model", "django.db.models.base.Model")
_QUERYSET = "django.db.models.QuerySet"
_ONE = "get first last earliest latest create aget afirst alast aearliest alatest acreate".split()
_MANY = (
    "all filter exclude annotate alias order_by reverse distinct none union intersection difference "
    "select_related prefetch_related extra defer only using raw select_for_update iterator get_queryset "
    "bulk_create values_list"
).split()
_RELATIONS = (
    "django.db.models.ForeignKey",
    "django.db.models.OneToOneField",
    "modelcluster.fields.ParentalKey",
)


def types() -> Iterable[TypeRule]:
    """Rules as `python/flow/outside.py` reads them."""
    for model in _MODELS:
        for manager in ("objects", "_default_manager", "_base_manager"):
            yield TypeRule(f"{model}.{manager}", f"{_QUERYSET}[T]")
    for owner in (_QUERYSET, "django.db.models.Manager", "django.db.models.manager.Manager"):
        yield TypeRule(f"{owner}[T]", "")
        yield TypeRule(f"{owner}[]", "T")
        for method in _ONE:
            yield TypeRule(f"{owner}.{method}()", "T")
        for method in _MANY:
            yield TypeRule(f"{owner}.{method}()", f"{_QUERYSET}[T]")
    yield TypeRule(f"{_QUERYSET}.as_manager()", "T")
    for relation in _RELATIONS:
        yield TypeRule(f"{relation}()", "1")
    for shortcut in ("get_object_or_404", "aget_object_or_404"):
        yield TypeRule(f"django.shortcuts.{shortcut}()", "1")
    yield TypeRule("django.shortcuts.get_list_or_404()", f"{_QUERYSET}[1]")
    yield from handed()
