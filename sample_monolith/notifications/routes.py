from typing import Any

from flask import Blueprint, request

from .. import db
from ..errors import Unprocessable
from ..paging import Page
from ..users.auth import current_user, login_required
from ..validation import body, integer, text
from . import inbox

blueprint = Blueprint("notifications", __name__)


@blueprint.get("")
@login_required
def messages() -> dict[str, Any]:
    page = Page.from_args(request.args)
    unread_only = request.args.get("unread") == "1"
    return page.envelope(*inbox.messages(current_user().id, page, unread_only))


@blueprint.get("/count")
@login_required
def count() -> dict[str, int]:
    """The number on the bell; the app asks for it each time it comes to the front."""
    return {"unread": inbox.unread(current_user().id)}


@blueprint.post("/<int:notification_id>/read")
@login_required
def mark_read(notification_id: int) -> dict[str, int]:
    inbox.mark_read(current_user().id, notification_id)
    db.commit()
    return count()


@blueprint.post("/read-all")
@login_required
def mark_all_read() -> dict[str, int]:
    marked = inbox.mark_all_read(current_user().id)
    db.commit()
    return {"marked": marked}


@blueprint.get("/settings")
@login_required
def show_settings() -> dict[str, Any]:
    return inbox.settings_of(current_user().id)


@blueprint.put("/settings")
@login_required
def save_settings() -> dict[str, Any]:
    user_id, data = current_user().id, body()
    kept = inbox.settings_of(user_id)
    email, push = (integer(data, name, kept[name], high=1) for name in ("email", "push"))
    inbox.save_settings(user_id, email, push)
    db.commit()
    return {**kept, "email": email, "push": push}


@blueprint.post("/devices")
@login_required
def add_device() -> tuple[dict[str, Any], int]:
    data = body()
    platform, push_token = text(data, "platform"), text(data, "push_token", longest=200)
    if platform not in ("ios", "android"):
        raise Unprocessable("platform must be ios or android.", field="platform")
    device = inbox.add_device(current_user().id, platform, push_token)
    db.commit()
    return device, 201


@blueprint.delete("/devices/<int:device_id>")
@login_required
def remove_device(device_id: int) -> dict[str, Any]:
    inbox.remove_device(current_user().id, device_id)
    db.commit()
    return inbox.settings_of(current_user().id)
