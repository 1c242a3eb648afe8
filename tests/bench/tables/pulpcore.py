"""pulpcore: an app whose label is not its folder's name, configurations that inherit, proxies of Django's models."""

INSTALL = ("pulpcore==3.123.1",)
ANALYSE = "pulpcore"
EXCLUDE = ("tests",)


def main() -> None:
    """Prints the tables."""
    import base64
    import os
    from pathlib import Path

    key = Path.cwd() / "key"
    key.write_bytes(base64.urlsafe_b64encode(bytes(32)))
    os.environ["PULP_DB_ENCRYPTION_KEY"] = str(key)
    os.environ["DJANGO_SETTINGS_MODULE"] = "pulpcore.app.settings"
    os.environ["PULP_SECRET_KEY"] = "secret"
    os.environ["PULP_CONTENT_ORIGIN"] = "http://localhost"
    import django  # type: ignore[import-untyped]

    django.setup()
    from django_tables import show  # type: ignore[import-not-found]

    show(ANALYSE)


if __name__ == "__main__":
    main()
