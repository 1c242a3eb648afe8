"""pretix: a root for its own domain, routers of Django REST framework, patterns of plugins."""

INSTALL = ("pretix==2026.8.0",)
ANALYSE = "pretix"
EXCLUDE = ("testutils",)


def main() -> None:
    """Prints the rows."""
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "pretix.settings"
    import django  # type: ignore[import-untyped]

    django.setup()
    from django_listing import show  # type: ignore[import-not-found]

    show(ANALYSE)


if __name__ == "__main__":
    main()
