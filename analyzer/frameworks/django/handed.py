"""What Django hands to views, commands, migrations, template tags and admin classes, as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model.world import TypeRule
from .base_views import base_view_types

REQUEST = "django.http.HttpRequest"
QUERYSET = "django.db.models.QuerySet"
SESSION = "django.contrib.sessions.backends.base.SessionBase"
STATE = "django.db.migrations.state"
ONE = (
    "get first last earliest latest create aget afirst alast aearliest alatest acreate "
    "create_user create_superuser acreate_user acreate_superuser"
).split()
MANY = (
    "all filter exclude annotate alias order_by reverse distinct union intersection difference "
    "select_related prefetch_related extra defer only using raw select_for_update iterator get_queryset "
    "values_list"
).split()
_VIEWS = {
    "base": "View TemplateView RedirectView ContextMixin TemplateResponseMixin",
    "list": "ListView BaseListView MultipleObjectMixin",
    "detail": "DetailView BaseDetailView SingleObjectMixin",
    "edit": "FormView CreateView UpdateView DeleteView FormMixin ModelFormMixin ProcessFormView "
    "DeletionMixin BaseFormView BaseCreateView BaseUpdateView BaseDeleteView",
    "dates": "ArchiveIndexView YearArchiveView MonthArchiveView DayArchiveView DateDetailView",
}
_AUTH_VIEWS = (
    "LoginView LogoutView PasswordResetView PasswordResetConfirmView PasswordResetDoneView "
    "PasswordResetCompleteView PasswordChangeView PasswordChangeDoneView"
)
_ADMIN = "ModelAdmin TabularInline StackedInline InlineModelAdmin BaseModelAdmin"
_ADMIN_SITES = (
    "django.contrib.admin.site",
    "django.contrib.admin.sites.site",
    "django.contrib.admin.AdminSite",
)
_COMMANDS = "BaseCommand AppCommand LabelCommand"
_OF_ITEMS = (
    "title description link guid author_name author_email author_link enclosures enclosure_url "
    "enclosure_length enclosure_mime_type pubdate updateddate categories copyright comments extra_kwargs"
)
_OF_FEEDS = (
    "items title link description subtitle feed_url feed_guid feed_copyright feed_extra_kwargs ttl "
    "categories author_name author_email author_link"
)
_SIGNALS = "pre_init post_init pre_save post_save pre_delete post_delete m2m_changed"
_URLS = ("django.urls.path", "django.urls.re_path", "django.conf.urls.url")
_SCHEMA_EDITOR = "django.db.backends.base.schema.BaseDatabaseSchemaEditor"


def handed() -> Iterable[TypeRule]:
    """Rules as `python/flow/handing.py` reads them."""
    for view in _views():
        yield TypeRule(f"{view}.request", REQUEST)
        yield TypeRule(f"{view}(request)", REQUEST)
    for view in _generic("edit"):
        for method in ("form_valid", "form_invalid"):
            yield TypeRule(f"{view}.{method}(0)", "T.form_class()")
        yield TypeRule(f"{view}.get_form()", "T.form_class()")
    dated = ("django.views.generic.DateDetailView", "django.views.generic.dates.DateDetailView")
    for view in (*_generic("edit"), *_generic("detail"), *dated):
        yield TypeRule(f"{view}.get_object()", "T.model()&T.queryset()&T.get_queryset()")
        yield TypeRule(f"{view}.get_object[rows]", "")
        yield TypeRule(f"{view}.object", "T.model()&T.queryset()&T.get_queryset()")
    for view in (*_generic("edit"), *_generic("detail"), *_generic("list"), *_generic("dates")):
        given = f"{QUERYSET}[T.model]&{QUERYSET}[T.queryset]"
        yield TypeRule(f"{view}.get_queryset()", given)
    for view in _generic("list"):
        yield TypeRule(f"{view}.object_list", f"{QUERYSET}[T.model]&{QUERYSET}[T.queryset]")
    yield from _of_admin()
    yield from base_view_types(tuple(_admin()))
    yield TypeRule("django.utils.deprecation.MiddlewareMixin(request)", REQUEST)
    for url in _URLS:
        yield TypeRule(f"{url}(0)", REQUEST)
    yield TypeRule("(request)", REQUEST)
    yield TypeRule("(form)", "django.forms.BaseForm")  # no row of a model that is called so
    for module in ("django.core.management", "django.core.management.base"):
        for command in _COMMANDS.split():
            yield TypeRule(f"{module}.{command}.add_arguments(0)", "argparse.ArgumentParser")
    yield TypeRule("django.dispatch.receiver()", "django.dispatch.receiver[sender=]")
    yield TypeRule("django.dispatch.receiver(instance)", "T")
    for signal in _SIGNALS.split():
        yield TypeRule(f"django.db.models.signals.{signal}.connect(instance)", "T")
    yield from _feeds()
    yield from _migrations()
    yield from _templates()


def _views() -> Iterator[str]:
    yield "django.views.View"
    for module in _VIEWS:
        yield from _generic(module)
    for name in _AUTH_VIEWS.split():
        yield f"django.contrib.auth.views.{name}"


def _generic(module: str) -> Iterator[str]:
    for name in _VIEWS[module].split():
        yield f"django.views.generic.{name}"
        yield f"django.views.generic.{module}.{name}"


def _admin() -> Iterator[str]:
    for name in _ADMIN.split():
        yield f"django.contrib.admin.{name}"
        yield f"django.contrib.admin.options.{name}"
    yield "django.contrib.auth.admin.UserAdmin"
    yield "django.contrib.admin.AdminSite"


def _of_admin() -> Iterator[TypeRule]:
    """Classes of the admin are about the model that they are registered for."""
    for owner in _admin():
        yield TypeRule(f"{owner}(request)", REQUEST)
        yield TypeRule(f"{owner}(queryset)", f"{QUERYSET}[T.model]")
        if "Inline" not in owner:  # theirs is the row that they stand below
            yield TypeRule(f"{owner}(obj)", "T.model()")
        yield TypeRule(f"{owner}.get_queryset()", f"{QUERYSET}[T.model]")
        yield TypeRule(f"{owner}.get_object()", "T.model()")
        for method in ("get_object", "save_model", "delete_model"):
            yield TypeRule(f"{owner}.{method}[rows]", "")
        for method in ("save_model", "delete_model"):
            yield TypeRule(f"{owner}.{method}()", "1")
    for site in _ADMIN_SITES:
        yield TypeRule(f"{site}.register[names]", "model")
    for module in ("django.contrib.admin", "django.contrib.admin.decorators"):
        yield TypeRule(f"{module}.register[names]", "model")
        yield TypeRule(f"{module}.register()", f"{module}.register[1]")


def _feeds() -> Iterator[TypeRule]:
    """Syndication: each of the rows that `items` gives is what other methods are asked about."""
    for feed in ("django.contrib.syndication.views.Feed", "django.contrib.gis.feeds.Feed"):
        yield TypeRule(f"{feed}(request)", REQUEST)
        for word in _OF_FEEDS.split():
            yield TypeRule(f"{feed}.{word}(0)", "T.get_object()")
        for word in _OF_ITEMS.split():
            yield TypeRule(f"{feed}.item_{word}(0)", "T.items()")


def _migrations() -> Iterator[TypeRule]:
    """Migrations work on models as they once were: these have none of the methods that a model has now."""
    for module in ("django.db.migrations", "django.db.migrations.operations"):
        yield TypeRule(f"{module}.RunPython(0)", "django.apps.registry.Apps")
        yield TypeRule(f"{module}.RunPython(1)", _SCHEMA_EDITOR)
    yield TypeRule("django.apps.registry.Apps.get_model()", f"{STATE}.ModelState[load]")
    for manager in ("objects", "_default_manager", "_base_manager"):
        yield TypeRule(f"{STATE}.ModelState.{manager}", f"{STATE}.Manager[T]")
    yield TypeRule(f"{STATE}.ModelState()", f"{STATE}.Model[T]")
    yield TypeRule(f"{STATE}.(row, created)[]", f"{STATE}.Model[T]")
    for owner in (f"{STATE}.Manager", f"{STATE}.QuerySet"):
        for method in ("get_or_create", "update_or_create"):
            yield TypeRule(f"{owner}.{method}()", f"{STATE}.(row, created)[T]")
        yield TypeRule(f"{owner}[]", f"{STATE}.Model[T]")
        for method in ONE:
            yield TypeRule(f"{owner}.{method}()", f"{STATE}.Model[T]")
        for method in MANY:
            yield TypeRule(f"{owner}.{method}()", f"{STATE}.QuerySet[T]")


def _templates() -> Iterator[TypeRule]:
    for library in ("django.template.Library", "django.template.library.Library"):
        yield TypeRule(f"{library}.tag(0)", "django.template.base.Parser")
        yield TypeRule(f"{library}.tag(1)", "django.template.base.Token")
        for tag in ("simple_tag", "inclusion_tag", "simple_block_tag"):
            yield TypeRule(f"{library}.{tag}(context)", "django.template.Context")
    for node in ("django.template.Node", "django.template.base.Node"):
        yield TypeRule(f"{node}.render(0)", "django.template.Context")
