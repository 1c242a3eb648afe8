from datetime import date
from typing import Any

from flask import Blueprint, Response, request

from .. import clock, db
from ..admin import audit
from ..errors import BadRequest
from ..paging import Page
from ..users.auth import current_user, staff_required
from . import sales, service
from .service import Filters

blueprint = Blueprint("reports", __name__)


@blueprint.get("/sales")
@staff_required
def by_day() -> dict[str, Any]:
    filters = _filters()
    return {
        "items": service.sales(filters),
        "top_products": sales.top_products(filters.since, filters.until),
    }


@blueprint.get("/sales-by-category")
@staff_required
def by_category() -> dict[str, Any]:
    return {"items": service.sales_by_category(_filters())}


@blueprint.get("/unpaid")
@staff_required
def unpaid() -> dict[str, Any]:
    page = Page.from_args(request.args)
    return page.envelope(*service.unpaid(_filters(), page))


@blueprint.get("/customers")
@staff_required
def customers() -> dict[str, Any]:
    page, sort = Page.from_args(request.args), request.args.get("sort", "spent")
    if sort not in service.CUSTOMERS_BY:
        raise BadRequest(f"sort must be one of {', '.join(service.CUSTOMERS_BY)}.", field="sort")
    return page.envelope(*service.customers(_filters(), page, sort))


@blueprint.get("/everything")
@staff_required
def everything() -> dict[str, Any]:
    page = Page.from_args(request.args)
    return page.envelope(*service.everything(_filters(), page))


@blueprint.get("/stock-value")
@staff_required
def stock_value() -> dict[str, Any]:
    return {"items": service.stock_value()}


@blueprint.get("/slow-movers")
@staff_required
def slow_movers() -> dict[str, Any]:
    days = request.args.get("days", "30")
    if not days.isdecimal() or int(days) > 3650:
        raise BadRequest("days must be a number of days.", field="days")
    return {"items": service.slow_movers(int(days))}


@blueprint.get("/coupons")
@staff_required
def coupons() -> dict[str, Any]:
    return {"items": service.coupons(_filters())}


@blueprint.get("/export.csv")
@staff_required
def export() -> Response:
    report = request.args.get("report", "sales")
    answer = Response(service.export(report, _filters()), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{report}-{clock.today()}.csv"'
    return answer


@blueprint.post("/refresh")
@staff_required
def refresh() -> dict[str, Any]:
    """Counts the sales of a day anew: of today, or of the `day` in the body."""
    data = request.get_json(silent=True) or {}
    day = _day("day", data.get("day") if isinstance(data, dict) else None) or clock.today()
    products = sales.refresh(day)
    audit.write(current_user().id, "refresh", "daily_sales", 0, day)
    db.commit()
    return {"day": day, "products": products}


def _filters() -> Filters:
    given = request.args
    country = given.get("country")
    return Filters(
        since=_day("since", given.get("since")),
        until=_day("until", given.get("until")),
        category=given.get("category") or None,
        country=country.upper() if country else None,
    )


def _day(name: str, value: Any) -> str | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise BadRequest(f"{name} must be a date such as 2024-05-31.", field=name) from None
