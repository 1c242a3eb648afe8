"""django-oscar: URL patterns of application configurations, views that are loaded by their names."""

INSTALL = ("django-oscar==4.2.1", "django==5.2.19")
ANALYSE = "oscar"
EXCLUDE = ("test",)


def main() -> None:
    """Prints the rows."""
    import django  # type: ignore[import-untyped]
    import oscar  # type: ignore[import-not-found]
    from django.conf import settings  # type: ignore[import-untyped]
    from oscar.defaults import __dict__ as defaults  # type: ignore[import-not-found]

    settings.configure(
        SECRET_KEY="x",
        ROOT_URLCONF="urls",
        INSTALLED_APPS=oscar.INSTALLED_APPS,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        **{name: value for name, value in defaults.items() if name.startswith("OSCAR_")},
    )
    django.setup()
    import sys
    import types

    from django.apps import apps  # type: ignore[import-untyped]
    from django.urls import include, path  # type: ignore[import-untyped]
    from django_listing import show  # type: ignore[import-not-found]

    urls = types.ModuleType("urls")
    urls.urlpatterns = [path("", include(apps.get_app_config("oscar").urls[0]))]  # type: ignore[attr-defined]
    sys.modules["urls"] = urls
    show(ANALYSE)


if __name__ == "__main__":
    main()
