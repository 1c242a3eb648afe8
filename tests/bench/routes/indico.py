"""Indico: a thousand rules of blueprints of its own class, with defaults, converters and plugins' hooks."""

from __future__ import annotations

INSTALL = ("indico==3.2.9",)
ANALYSE = "indico"

if __name__ == "__main__":
    from flask_listing import show  # type: ignore[import-not-found]  # beside this file's folder
    from indico.web.flask.app import make_app  # type: ignore[import-not-found]  # in the bench's environment

    settings = {
        "BASE_URL": "http://localhost",
        "SECRET_KEY": "x" * 32,
        "SQLALCHEMY_DATABASE_URI": "postgresql://localhost/none",
    }
    show(make_app(testing=True, config_override=settings), "indico")
