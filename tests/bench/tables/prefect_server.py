"""Prefect's server: names that the base makes of the class's, annotated columns."""

from __future__ import annotations

INSTALL = ("prefect==3.4.0", "fastapi==0.115.12")
ANALYSE = "prefect"
EXCLUDE = (
    "server/database/_migrations",
)  # they leave a table that no model has: the database's, not the metadata's

if __name__ == "__main__":
    from prefect.server.database.orm_models import Base  # type: ignore[import-not-found]  # in the environment
    from sqlalchemy_tables import show  # type: ignore[import-not-found]  # beside this file's folder

    show(Base.metadata)
