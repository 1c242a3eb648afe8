"""Django: models with their tables and relations, access through managers, URL patterns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import RaiseRule, Row, Syntax, TypeRule, World
from ...python.urlconf.admin import read_admin
from ...python.urlconf.enrolled import read_enrolled
from ...python.urlconf.reading import read_patterns
from .access import link_access
from .class_lookups import read_class_lookups
from .failures import raises
from .forms import read_choices
from .labels import labelled
from .migrations import read_migrations
from .models import Models
from .queries import read_queries
from .reading import read_models
from .relations import Relations
from .schema import schema_items
from .types import types
from .urls import link_urls

_ROUTES = (
    "urlpatterns",
    "path(",
    "url(",
    "urls",
    "as_view",
    "ROOT_URLCONF",
    "api_view",
    "require_",
    "http_method_names",
)
_LOOKUPS = (
    "_fields",
    "list_",
    "ordering",
    "date_hierarchy",
    "source=",
    "field_name",
    "RelatedField",
    "accessor",
    "Serializer",
)
_QUERIES = ("objects", "filter(", "_set.", "_related(", "save(")


class Django(Framework):
    """See the module."""

    name = "django"
    version = 5
    triggers = (
        "django",
        "models",
        "Meta",
        "AppConfig",
        "AUTH_USER_MODEL",
        "INSTALLED_APPS",
        *_ROUTES,
        *_QUERIES,
        *_LOOKUPS,
    )
    _models: Models | None = None
    """Kept from `rows` to `link`."""

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_models(syntax)
            if "forms." in file.text or "ChoiceField" in file.text:
                yield from read_choices(syntax)
            yield from read_queries(syntax)
            if any(word in file.text for word in _LOOKUPS):
                yield from read_class_lookups(syntax)
            if "Migration" in file.text:
                yield from read_migrations(syntax, file.dialect)
            if any(word in file.text for word in _ROUTES):
                yield from read_patterns(syntax)
            if "iew" in file.text:
                yield from read_enrolled(syntax)
            if "admin" in file.text:
                yield from read_admin(syntax)

    def types(self) -> Iterable[TypeRule]:
        return types()

    def raises(self) -> Iterable[RaiseRule]:
        return raises()

    def labels(self, world: World) -> Mapping[str, str]:
        return labelled(world)

    def rows(self, world: World) -> Iterable[Row]:
        self._models = Models(world)
        return Relations(self._models).rows()

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        kept, self._models = self._models, None
        models = kept if kept is not None and kept.world is world else Models(world)
        yield from schema_items(models)
        yield from link_access(world, models)
        yield from link_urls(world)


framework = Django()
