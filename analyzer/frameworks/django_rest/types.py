"""What Django REST framework and django-filter give to the methods of serializers and filters, as data."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.world import TypeRule

_SERIALIZERS = "BaseSerializer Serializer ModelSerializer HyperlinkedModelSerializer"
_FILTERS = (
    "django_filters.FilterSet",
    "django_filters.filterset.FilterSet",
    "django_filters.rest_framework.FilterSet",
    "django_filters.rest_framework.filterset.FilterSet",
)
_QUERYSET = "django.db.models.QuerySet"
_DICT = "dict"


def types() -> Iterable[TypeRule]:
    """Rules as `python/flow/outside.py` and `handing.py` read them."""
    for name in _SERIALIZERS.split():
        serializer = f"rest_framework.serializers.{name}"
        for parameter in ("validated_data", "attrs"):
            yield TypeRule(f"{serializer}({parameter})", _DICT)
        for method, place in (("validate", 0), ("create", 0), ("update", 1)):
            yield TypeRule(f"{serializer}.{method}({place})", _DICT)
    for filters in _FILTERS:
        yield TypeRule(f"{filters}(queryset)", f"{_QUERYSET}[T.Meta.model]")
        for attribute in ("queryset", "qs"):
            yield TypeRule(f"{filters}.{attribute}", f"{_QUERYSET}[T.Meta.model]")
