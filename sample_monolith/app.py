"""The shop as one Flask application."""

from flask import Flask

from . import db, errors, settings
from .admin import audit as _audit  # noqa: F401 - registers its handlers
from .admin.pages import blueprint as back_office
from .admin.routes import blueprint as admin
from .cart.routes import blueprint as cart
from .catalogue.pages import blueprint as pages
from .catalogue.routes import blueprint as catalogue
from .inventory.routes import blueprint as inventory
from .notifications import handlers as _notifications  # noqa: F401 - registers its handlers
from .notifications.routes import blueprint as notifications
from .orders.routes import blueprint as orders
from .payments.routes import blueprint as payments
from .pricing.routes import blueprint as pricing
from .recommendations import handlers as _recommendations  # noqa: F401 - registers its handlers
from .recommendations.routes import blueprint as recommendations
from .reports.routes import blueprint as reports
from .shipping.routes import blueprint as shipping
from .users import sessions
from .users.routes import blueprint as users


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["DATABASE_URL"] = settings.database_url()
    app.config["MAX_CONTENT_LENGTH"] = 4 * 1024 * 1024
    app.json.sort_keys = False  # type: ignore[attr-defined]

    db.init_app(app)
    errors.init_app(app)
    sessions.init_app(app)

    app.register_blueprint(pages)
    app.register_blueprint(users, url_prefix="/users")
    app.register_blueprint(catalogue, url_prefix="/catalogue")
    app.register_blueprint(inventory, url_prefix="/inventory")
    app.register_blueprint(pricing, url_prefix="/pricing")
    app.register_blueprint(cart, url_prefix="/cart")
    app.register_blueprint(orders, url_prefix="/orders")
    app.register_blueprint(payments, url_prefix="/payments")
    app.register_blueprint(shipping, url_prefix="/shipping")
    app.register_blueprint(notifications, url_prefix="/notifications")
    app.register_blueprint(recommendations, url_prefix="/recommendations")
    app.register_blueprint(reports, url_prefix="/reports")
    app.register_blueprint(admin, url_prefix="/admin")
    app.register_blueprint(back_office, url_prefix="/back-office")

    app.add_template_filter(money)
    app.add_url_rule("/health", "health", health)
    return app


def money(cents: int) -> str:
    return f"{cents / 100:,.2f} {settings.CURRENCY}"


def health() -> dict[str, str]:
    return {"status": "ok", "shop": settings.SHOP_NAME}
