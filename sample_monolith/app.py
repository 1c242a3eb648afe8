"""The shop as one Flask application."""

from flask import Flask

from . import db, errors, settings
from .catalogue.pages import blueprint as pages
from .catalogue.routes import blueprint as catalogue
from .orders.routes import blueprint as orders
from .payments.routes import blueprint as payments
from .users.routes import blueprint as users


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["DATABASE_URL"] = settings.database_url()
    app.json.sort_keys = False  # type: ignore[attr-defined]

    db.init_app(app)
    errors.init_app(app)

    app.register_blueprint(pages)
    app.register_blueprint(users, url_prefix="/users")
    app.register_blueprint(catalogue, url_prefix="/catalogue")
    app.register_blueprint(orders, url_prefix="/orders")
    app.register_blueprint(payments, url_prefix="/payments")

    app.add_template_filter(money)
    app.add_url_rule("/health", "health", health)
    return app


def money(cents: int) -> str:
    return f"{cents / 100:,.2f} {settings.CURRENCY}"


def health() -> dict[str, str]:
    return {"status": "ok", "shop": settings.SHOP_NAME}
