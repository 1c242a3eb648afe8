"""What the staff's own app and scripts call."""

from typing import Any

from flask import Blueprint, request

from .. import db
from ..errors import BadRequest
from ..paging import Page
from ..users.auth import current_user, staff_required
from ..validation import body, integer, text
from . import audit, backoffice, changes, nightly

blueprint = Blueprint("admin", __name__)


@blueprint.get("/audit")
@staff_required
def list_audit() -> dict[str, Any]:
    page = Page.from_args(request.args, size=20)
    filters: dict[str, Any] = {name: request.args.get(name) for name in ("entity", "action")}
    filters |= {name: request.args.get(name, type=int) for name in ("entity_id", "user_id")}
    return page.envelope(*audit.entries(page, **filters))


@blueprint.get("/changes")
@staff_required
def list_changes() -> dict[str, Any]:
    return changes.poll(request.args.get("since", type=int))


@blueprint.post("/jobs/nightly")
@staff_required
def run_nightly() -> tuple[dict[str, Any], int]:
    return nightly.run(current_user().id), 201


@blueprint.get("/jobs")
@staff_required
def list_jobs() -> dict[str, Any]:
    return {"items": nightly.jobs(Page.from_args(request.args).size)}


@blueprint.post("/prices")
@staff_required
def reprice() -> dict[str, Any]:
    data = body()
    skus = data.get("skus", [])
    if not isinstance(skus, list) or not all(isinstance(sku, str) for sku in skus):
        raise BadRequest("skus must be a list of texts.", field="skus")
    percent = integer(data, "percent", low=-50, high=100)
    changed = backoffice.reprice(percent, text(data, "category", ""), skus, current_user().id)
    db.commit()
    changes.apply_changes()
    return {"changed": changed}


@blueprint.post("/import")
@staff_required
def import_products() -> dict[str, Any]:
    """Takes the text of the CSV file as the body."""
    text = request.get_data().decode("utf-8-sig", "replace")
    counts = backoffice.import_products(text, current_user().id)
    db.commit()
    changes.apply_changes()
    return counts


@blueprint.post("/customers/merge")
@staff_required
def merge() -> dict[str, Any]:
    data = body()
    moved = backoffice.merge_customers(integer(data, "from_id"), integer(data, "into_id"), current_user().id)
    db.commit()
    return {"moved": moved}


@blueprint.get("/search")
@staff_required
def search() -> dict[str, Any]:
    words = request.args.get("q", "").strip()
    if len(words) < 2:
        raise BadRequest("Search for two characters at least.", field="q")
    return backoffice.search(words)
