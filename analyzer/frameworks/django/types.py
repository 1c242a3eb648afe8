"""The types of Django as data: what managers, querysets and relations give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model.world import TypeRule
from .forms import form_types
from .handed import MANY, ONE, SESSION, handed
from .methods import CHECKS_UNIQUE
from .permissions import OF_PERMISSIONS

_MODELS = ("django.db.models.Model", "django.db.models.base.Model")
_PLAIN, _GEO = "django.db.models.", "django.contrib.gis.db.models."
_QUERYSET = "django.db.models.QuerySet"
_MADE, _NOTHING = "django.db.models.Made", "django.db.models.Nothing"
"""Lists of rows that are there already, and querysets that ask for none."""
JOINED = "django.db.models.Joined(beside)"
"""What a queryset asks for beside its own rows; it goes where the queryset goes."""
_ASKS = (
    "filter exclude values values_list annotate alias order_by distinct select_related prefetch_related"
).split()
_KNOWN = (
    "update bulk_update delete get_or_create update_or_create in_bulk count exists aggregate contains "
    "explain values dates datetimes add remove set clear aupdate abulk_update adelete aget_or_create "
    "_raw_delete aupdate_or_create acount aexists aaggregate abulk_create aadd aremove aset aclear aiterator"
).split()
"""Methods that give no rows."""
_VALUES = "django.db.models.ValuesQuerySet"
"""A queryset whose elements are no rows, but values of their columns."""
_PAIRED = ("get_or_create", "update_or_create", "aget_or_create", "aupdate_or_create")
_PAIR = "django.db.models.QuerySet.(row, created)"
"""What stands for `row, created`: taken apart, both count as the row."""
_MANAGER = "django.db.models.Manager"
_MODEL = "django.db.models.Manager.(model)"
"""What `self.model` is in a manager or queryset."""
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
_FORMS = (
    "django.forms.ModelForm",
    "django.forms.models.ModelForm",
    "rest_framework.serializers.ModelSerializer",
    "rest_framework.serializers.HyperlinkedModelSerializer",
)
_VIEWSETS = (
    "rest_framework.viewsets.ModelViewSet",
    "rest_framework.viewsets.GenericViewSet",
    "rest_framework.mixins.CreateModelMixin",
    "rest_framework.mixins.UpdateModelMixin",
    "rest_framework.generics.CreateAPIView",
    "rest_framework.generics.ListCreateAPIView",
    "rest_framework.generics.UpdateAPIView",
    "rest_framework.generics.RetrieveUpdateAPIView",
    "rest_framework.generics.RetrieveUpdateDestroyAPIView",
)
_OBJECT_VIEWS = (
    "rest_framework.generics.GenericAPIView",
    "rest_framework.generics.DestroyAPIView",
    "rest_framework.generics.ListAPIView",
    "rest_framework.generics.RetrieveAPIView",
    "rest_framework.generics.RetrieveDestroyAPIView",
    "rest_framework.mixins.ListModelMixin",
    "rest_framework.mixins.RetrieveModelMixin",
    "rest_framework.mixins.DestroyModelMixin",
    "rest_framework.viewsets.ReadOnlyModelViewSet",
    *_VIEWSETS,
)
"""Views of REST framework that have a queryset."""
_RELATIONS = (
    "django.db.models.ForeignKey",
    "django.db.models.OneToOneField",
    "modelcluster.fields.ParentalKey",
)


def types() -> Iterable[TypeRule]:
    """Rules as `python/flow/outside.py` reads them; GeoDjango's names stand for those of Django."""
    for rule in _types():
        yield rule
        if rule.call.startswith(_PLAIN):
            yield TypeRule(f"{_GEO}{rule.call.removeprefix(_PLAIN)}", rule.result)


def _types() -> Iterator[TypeRule]:
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
            *CHECKS_UNIQUE,
            *OF_PERMISSIONS,
        ):
            yield TypeRule(f"{model}.{method}", f"django.db.models.Model.{method}[T]")
        yield TypeRule(f"{model}.add_to_class", "django.db.models.Model.add_to_class[T]")
    yield TypeRule("django.db.models.Model.add_to_class[binds]", "")
    yield from _queries()
    for queryset in (_QUERYSET, "django.db.models.query.QuerySet"):
        yield TypeRule(f"{queryset}.as_manager()", "T")
    for like_objects in (_QUERYSET, *_MANAGERS[-2:]):
        yield TypeRule(f"{like_objects}[else]", "objects")
    for manager in _MANAGERS:
        yield TypeRule(f"{manager}.from_queryset()", "classes")
    for owner in (_QUERYSET, "django.db.models.query.QuerySet", *_MANAGERS):
        yield TypeRule(f"{owner}.model", f"{_MODEL}[T]")
    yield TypeRule("*Manager[T]", _MANAGER)
    yield TypeRule(f"{_MODEL}()", "T")
    for manager in ("objects", "_default_manager", "_base_manager"):
        yield TypeRule(f"{_MODEL}.{manager}", f"{_MANAGER}[T]")
    for relation in _RELATIONS:
        yield TypeRule(f"{relation}()", "1")
    for shortcut in ("get_object_or_404", "aget_object_or_404"):
        yield TypeRule(f"django.shortcuts.{shortcut}()", "1")
    yield TypeRule("django.shortcuts.get_list_or_404()", f"{_QUERYSET}[1]")
    for whose in ("user", "group"):
        yield TypeRule(f"guardian.shortcuts.get_objects_for_{whose}()", f"{_QUERYSET}[permitted]")
    yield TypeRule("django.conf.settings.SESSION_ENGINE", "django.contrib.sessions.backends.db")
    yield TypeRule(f"{SESSION}()", f"{SESSION}[T]")
    yield from _forms()
    yield from form_types()
    yield from handed()


def _queries() -> Iterator[TypeRule]:
    """Managers, querysets, and what these ask for beside their own rows."""
    for owner in (_QUERYSET, "django.db.models.query.QuerySet", *_MANAGERS):
        yield TypeRule(f"{owner}[T]", "")
        yield TypeRule(f"{owner}[]", "T")
        for method in ONE:
            yield TypeRule(f"{owner}.{method}()", "T")
        for method in _KNOWN:
            yield TypeRule(f"{owner}.{method}", f"{owner}.{method}[T]")
        for method in ("bulk_create", "abulk_create"):
            yield TypeRule(f"{owner}.{method}", f"{owner}.{method}[T]")
            yield TypeRule(f"{owner}.{method}()", f"{_MADE}[T]")
        yield TypeRule(f"{owner}.none()", f"{_NOTHING}[T]")
        for method in _PAIRED:
            yield TypeRule(f"{owner}.{method}()", f"{_PAIR}[T]")
        for method in (*MANY, "values"):
            beside = f"{JOINED}[lookups]&" if method in _ASKS else ""
            given = f"{_VALUES}[T]" if method in ("values", "values_list") else f"{_QUERYSET}[T]+"
            yield TypeRule(f"{owner}.{method}()", f"{beside}{given}")
    for rows in (_PAIR, _MADE, _NOTHING):
        yield TypeRule(f"{rows}[]", "T")
    for method in (*MANY, "values"):
        yield TypeRule(f"{_VALUES}.{method}()", f"{_VALUES}[T]")
    for method in (*MANY, *_KNOWN):
        if method not in ONE:
            yield TypeRule(f"{JOINED}.{method}()", f"{JOINED}[T]" if method in (*MANY, "values") else "")


def _forms() -> Iterator[TypeRule]:
    for form in _FORMS:
        yield TypeRule(f"{form}.save", f"{form}.save[T]")
        yield TypeRule(f"{form}.save()", "T.Meta.model()")
        yield TypeRule(f"{form}.instance", "T.Meta.model()")
    for serializer in _FORMS[2:]:
        for method in ("create", "update"):
            yield TypeRule(f"{serializer}.{method}", f"{serializer}.{method}[T]")
            yield TypeRule(f"{serializer}.{method}()", "T.Meta.model()")
        for name in ("obj", "instance"):
            yield TypeRule(f"{serializer}({name})", "T.Meta.model()")
    for view in _VIEWSETS:
        for method in ("perform_create", "perform_update"):
            yield TypeRule(f"{view}.{method}(0)", "T.serializer_class()")
        yield TypeRule(f"{view}.get_serializer()", "T.serializer_class()")
    for view in _OBJECT_VIEWS:
        yield TypeRule(f"{view}.get_object()", "T.queryset()&T.model()&T.get_queryset()")
        yield TypeRule(f"{view}.get_object[rows]", "")
        yield TypeRule(f"{view}.get_queryset()", f"{_QUERYSET}[T.queryset]&{_QUERYSET}[T.model]")
        yield TypeRule(f"{view}.perform_destroy(0)", "T.queryset()")
        for method in ("filter_queryset", "paginate_queryset"):
            yield TypeRule(f"{view}.{method}()", f"{_QUERYSET}[=]")
