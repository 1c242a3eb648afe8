"""nautobot: two hundred tables in a dozen apps, with fields and models of its own base classes."""

INSTALL = ("nautobot==3.2.7",)
ANALYSE = "nautobot"
EXCLUDE = ("tests", "test")


def main() -> None:
    """Prints the tables."""
    import os
    from pathlib import Path

    config = Path.cwd() / "nautobot_config.py"
    config.write_text("from nautobot.core.settings import *\n")
    os.environ["NAUTOBOT_CONFIG"], os.environ["NAUTOBOT_SECRET_KEY"] = str(config), "secret"
    os.environ["NAUTOBOT_DB_ENGINE"] = "django.db.backends.sqlite3"
    import nautobot  # type: ignore[import-not-found]

    nautobot.setup()
    from django_tables import show  # type: ignore[import-not-found]

    show(ANALYSE)


if __name__ == "__main__":
    main()
