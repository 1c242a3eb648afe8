"""privacyIDEA: a REST API of many blueprints, with pages beside it."""

from __future__ import annotations

INSTALL = ("privacyIDEA==3.14",)
ANALYSE = "privacyidea"
EXCLUDE = ("migrations",)

if __name__ == "__main__":
    from flask_listing import show  # type: ignore[import-not-found]  # beside this file's folder
    from privacyidea.app import create_app  # type: ignore[import-not-found]  # in the bench's environment

    show(create_app(config_name="testing", silent=True), "privacyidea")
