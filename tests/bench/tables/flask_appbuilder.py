"""Flask-AppBuilder's own tables: declarative classes, association tables, columns that methods declare."""

from __future__ import annotations

INSTALL = ("flask-appbuilder==5.3.0",)
ANALYSE = "flask_appbuilder"

if __name__ == "__main__":
    import flask_appbuilder.security.sqla.models  # type: ignore[import-not-found]  # in the bench's environment
    from sqlalchemy_tables import show  # type: ignore[import-not-found]  # beside this file's folder

    show(flask_appbuilder.Model.metadata)
