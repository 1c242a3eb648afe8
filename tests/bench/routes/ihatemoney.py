"""ihatemoney: Flask and Flask-RESTful."""

from __future__ import annotations

INSTALL = ("ihatemoney==7.2.1",)
ANALYSE = "ihatemoney"

if __name__ == "__main__":
    from flask_listing import show  # type: ignore[import-not-found]  # beside this file's folder
    from ihatemoney.run import create_app  # type: ignore[import-not-found]  # in the bench's environment

    show(
        create_app(
            configuration=type("Settings", (), {"SQLALCHEMY_DATABASE_URI": "sqlite://", "SECRET_KEY": "x"})
        ),
        "ihatemoney",
    )
