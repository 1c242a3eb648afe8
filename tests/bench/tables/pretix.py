"""pretix: many models in several apps, custom fields, ten years of migrations."""

INSTALL = ("pretix==2026.8.0",)
ANALYSE = "pretix"
EXCLUDE = ("testutils",)


def main() -> None:
    """Prints the tables."""
    import os
    from pathlib import Path

    os.environ["DJANGO_SETTINGS_MODULE"] = "pretix.settings"
    os.environ["DATA_DIR"] = str(Path.cwd())
    import django  # type: ignore[import-untyped]

    django.setup()
    from django_tables import show  # type: ignore[import-not-found]

    show(ANALYSE)


if __name__ == "__main__":
    main()
