"""apache-superset: Flask, Flask-AppBuilder and SQLAlchemy; a handful of its parts as services."""

from __future__ import annotations

from .judged import by_package
from .seeds import Application, Seed

BOUNDARY = by_package("superset")

SEEDS = (
    Seed(
        "public-interface",
        "tags",
        "dashboards",
        "superset/tags/core.py",
        "import in a function",
        """
        def dashboard_of(pk):
            from superset.dashboards.schemas import DashboardGetResponseSchema
            return DashboardGetResponseSchema()
        """,
    ),
    Seed(
        "may-use",
        "sqllab",
        "charts",
        "superset/sqllab/utils.py",
        "module under another name",
        """
        from superset.charts import schemas as chart_schemas

        def schema():
            return chart_schemas.ChartPutSchema()
        """,
    ),
    Seed(
        "callers",
        "annotations",
        "reports",
        "superset/annotation_layers/filters.py",
        "import of a function",
        """
        def types():
            from superset.reports.types import ReportPostProcessor
            return ReportPostProcessor
        """,
    ),
    Seed(
        "may-not-import",
        "tags",
        "",
        "superset/tags/filters.py",
        "package from outside",
        """
        import requests as http

        def ping(url):
            return http.get(url, timeout=3)
        """,
    ),
    Seed(
        "table-read",
        "tags",
        "charts",
        "superset/tags/models.py",
        "session.query in a variable",
        """
        def chart_names(ids):
            from superset import db
            from superset.models.slice import Slice
            query = db.session.query(Slice.slice_name)
            query = query.filter(Slice.id.in_(ids))
            return [name for (name,) in query.all()]
        """,
    ),
    Seed(
        "table-read",
        "reports",
        "sqllab",
        "superset/reports/filters.py",
        "select statement",
        """
        from sqlalchemy import select

        def statements(user_id):
            from superset import db
            from superset.models.sql_lab import SavedQuery
            statement = select(SavedQuery.sql).where(SavedQuery.user_id == user_id)
            return db.session.execute(statement).scalars().all()
        """,
    ),
    Seed(
        "table-read",
        "styles",
        "annotations",
        "superset/css_templates/filters.py",
        "text()",
        """
        from sqlalchemy import text

        def layers():
            from superset import db
            return db.session.execute(text("SELECT name FROM annotation_layer ORDER BY name")).fetchall()
        """,
    ),
    Seed(
        "table-read",
        "annotations",
        "tags",
        "superset/annotation_layers/schemas.py",
        "attribute .query",
        """
        def tag(name):
            from superset.tags.models import Tag
            from superset import db
            found = db.session.query(Tag).filter_by(name=name).one_or_none()
            return found.type if found else None
        """,
    ),
    Seed(
        "table-read",
        "dashboards",
        "reports",
        "superset/dashboards/filters.py",
        "join",
        """
        def with_reports():
            from superset import db
            from superset.models.dashboard import Dashboard as Board
            from superset.reports.models import ReportSchedule
            return db.session.query(Board).join(ReportSchedule, ReportSchedule.dashboard_id == Board.id).all()
        """,
    ),
    Seed(
        "table-write",
        "charts",
        "dashboards",
        "superset/charts/filters.py",
        "attribute of a loaded row",
        """
        def unpublish(pk):
            from superset import db
            from superset.models.dashboard import Dashboard as Board
            board = db.session.query(Board).get(pk)
            board.published = False
            db.session.commit()
        """,
    ),
    Seed(
        "table-write",
        "sqllab",
        "tags",
        "superset/sqllab/query_render.py",
        "session.add",
        """
        def label(name):
            from superset import db
            from superset.tags.models import Tag
            db.session.add(Tag(name=name))
        """,
    ),
    Seed(
        "table-write",
        "reports",
        "annotations",
        "superset/reports/schemas.py",
        "delete of a query",
        """
        def clear(layer):
            from superset import db
            from superset.models.annotations import Annotation
            db.session.query(Annotation).filter(Annotation.layer_id == layer).delete()
        """,
    ),
    Seed(
        "table-write",
        "tags",
        "styles",
        "superset/tags/schemas.py",
        "insert statement",
        """
        from sqlalchemy import insert

        def style(name):
            from superset import db
            from superset.models.core import CssTemplate
            db.session.execute(insert(CssTemplate).values(template_name=name))
        """,
    ),
    Seed(
        "table-write",
        "styles",
        "sqllab",
        "superset/css_templates/schemas.py",
        "SQL in an f-string",
        """
        def cancel(pk):
            from superset import db
            connection = db.engine.raw_connection()
            cursor = connection.cursor()
            cursor.execute(f"UPDATE query SET status = 'stopped' WHERE id = {int(pk)}")
        """,
    ),
    Seed(
        "foreign-key",
        "annotations",
        "charts",
        "superset/models/annotations.py",
        "column with a key",
        """
        class ChartNote(Model):
            __tablename__ = "annotation_chart_note"
            id = Column(Integer, primary_key=True)
            chart_id = Column(Integer, ForeignKey("slices.id"))
        """,
    ),
    Seed(
        "inheritance-across",
        "styles",
        "annotations",
        "superset/css_templates/api.py",
        "base class",
        """
        from superset.annotation_layers.schemas import AnnotationLayerPostSchema

        class StylePostSchema(AnnotationLayerPostSchema):
            pass
        """,
    ),
    Seed(
        "transaction-across",
        "reports",
        "tags",
        "superset/reports/types.py",
        "block of a session",
        """
        def report_and_tag(name):
            from superset import db
            from superset.reports.models import ReportSchedule
            from superset.tags.models import Tag
            with db.session.begin():
                db.session.add(ReportSchedule(name=name))
                db.session.add(Tag(name=name))
        """,
    ),
    Seed(
        "shared-kernel",
        "shared",
        "tags",
        "superset/utils/backports.py",
        "kernel uses a service",
        """
        def tag_types():
            from superset.tags.models import TagType
            return list(TagType)
        """,
    ),
    Seed(
        "link-across",
        "styles",
        "charts",
        "superset/css_templates/__init__.py",
        "url_for",
        """
        from flask import url_for

        def charts():
            return url_for("ChartRestApi.info")
        """,
    ),
    Seed(
        "state-across",
        "charts",
        "tags",
        "superset/charts/client_processing.py",
        "list of a module",
        """
        from superset.tags import exceptions as tag_state

        def note(name):
            tag_state.RECENT.append(name)
        """,
    ),
)
APPLICATION = Application(
    "apache-superset",
    BOUNDARY,
    SEEDS,
    {
        "superset/tags/exceptions.py": """

RECENT: list[str] = []


def remember(name: str) -> None:
    RECENT.append(name)
"""
    },
)
