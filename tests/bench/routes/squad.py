"""SQUAD: Django REST framework's routers, nested ones too, beside function views."""

INSTALL = ("squad==1.98",)
ANALYSE = "squad"


def main() -> None:
    """Prints the rows."""
    import os
    import sys
    import types
    from pathlib import Path

    os.environ["DJANGO_SETTINGS_MODULE"] = "squad.settings"
    os.environ["SQUAD_BASE_DIR"] = str(Path.cwd())
    assets = types.ModuleType("squad.frontend.setup")  # it would download what pages show
    assets.setup_staticfiles = lambda: None  # type: ignore[attr-defined]
    sys.modules[assets.__name__] = assets
    import django  # type: ignore[import-untyped]

    django.setup()
    from django_listing import show  # type: ignore[import-not-found]

    show(ANALYSE)


if __name__ == "__main__":
    main()
