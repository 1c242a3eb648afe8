"""The exceptions of Django as data."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.world import RaiseRule

_NONE = ("T.DoesNotExist", "django.core.exceptions.ObjectDoesNotExist")
_MANY = ("T.MultipleObjectsReturned", "django.core.exceptions.MultipleObjectsReturned")
_ASKED = (
    "*Manager",
    "*QuerySet",
    "Model.objects",
    "Model._default_manager",
    "base.Model.objects",
    "Model.*_set",
)


def raises() -> Iterable[RaiseRule]:
    """What `get()` of managers and querysets raises, and the shortcuts that answer 404."""
    for owner in _ASKED:
        for method in ("get", "aget"):
            yield RaiseRule(f"django.db.models.{owner}.{method}", *_NONE)
            yield RaiseRule(f"django.db.models.{owner}.{method}", *_MANY)
        for method in ("earliest", "latest"):
            yield RaiseRule(f"django.db.models.{owner}.{method}", *_NONE)
    for shortcut in ("get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"):
        yield RaiseRule(f"django.shortcuts.{shortcut}", "django.http.Http404")
