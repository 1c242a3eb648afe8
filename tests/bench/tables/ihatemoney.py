"""ihatemoney: Flask-SQLAlchemy; tables of versions that a library makes stand in Alembic's migrations alone."""

from __future__ import annotations

INSTALL = ("ihatemoney==7.2.1",)
ANALYSE = "ihatemoney"

if __name__ == "__main__":
    from ihatemoney.models import db  # type: ignore[import-not-found]  # in the bench's environment
    from sqlalchemy.orm import configure_mappers
    from sqlalchemy_tables import show  # type: ignore[import-not-found]  # beside this file's folder

    configure_mappers()
    show(db.metadata)
