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
_KNOWN = (
    "update bulk_update delete get_or_create update_or_create in_bulk count exists aggregate contains "
    "explain values dates datetimes add remove set clear aupdate abulk_update adelete aget_or_create "
    "aupdate_or_create acount aexists aaggregate abulk_create aadd aremove aset aclear aiterator"
).split()
"""Methods that give no rows."""
_MANAGER = "django.db.models.Manager"
_MANAGERS = (
    _MANAGER,
    "django.db.models.manager.Manager",
    "django.db.models.manager.BaseManager",
    "django.contrib.auth.models.UserManager",
    "django.contrib.auth.models.BaseUserManager",
    "django.contrib.auth.base_user.BaseUserManager",
    "django.db.models.fields.related.RelatedManager",
    "django.db.models.fields.related.ManyRelatedManager",
)
_RELATIONS = (
    "django.db.models.ForeignKey",
    "django.db.models.OneToOneField",
    "modelcluster.fields.ParentalKey",
)


def types() -> Iterable[TypeRule]:
    """Rules as `python/flow/outside.py` reads them."""
    for model in _MODELS:
        for manager in ("objects", "_default_manager", "_base_manager"):
            yield TypeRule(f"{model}.{manager}", f"{_MANAGER}[T]")
        for method in (
            "save",
            "asave",
            "save_base",
            "delete",
            "adelete",
            "refresh_from_db",
            "arefresh_from_db",
        ):
            yield TypeRule(f"{model}.{method}", f"django.db.models.Model.{method}[T]")
    for owner in (_QUERYSET, "django.db.models.query.QuerySet", *_MANAGERS):
        yield TypeRule(f"{owner}[T]", "")
        yield TypeRule(f"{owner}[]", "T")
        for method in _ONE:
            yield TypeRule(f"{owner}.{method}()", "T")
        for method in _KNOWN:
            yield TypeRule(f"{owner}.{method}", f"{owner}.{method}[T]")
        for method in _MANY:
            yield TypeRule(f"{owner}.{method}()", f"{_QUERYSET}[T]+")
    yield TypeRule(f"{_QUERYSET}.as_manager()", "T")
    for relation in _RELATIONS:
        yield TypeRule(f"{relation}()", "1")
    for shortcut in ("get_object_or_404", "aget_object_or_404"):
        yield TypeRule(f"django.shortcuts.{shortcut}()", "1")
    yield TypeRule("django.shortcuts.get_list_or_404()", f"{_QUERYSET}[1]")
    yield from handed()
