"""Delivery by mail and push, outside the request when there are workers."""

import json
import logging
import os
import smtplib
import urllib.request
from email.message import EmailMessage
from typing import Any

from .. import db, settings
from ..tasks import celery

log = logging.getLogger(__name__)

DEVICES = "SELECT d.platform, d.push_token FROM devices d WHERE d.user_id = :user_id ORDER BY d.id"


@celery.task(name="notifications.deliver", bind=True, max_retries=3)
def deliver(self: Any, notification_id: int) -> None:
    """Sends a message on the channels its user has not switched off."""
    message = db.row(db.query("notifications/delivery"), notification_id=notification_id)
    if message is None:
        # A worker can be here before the request has committed; what was rolled back never appears.
        raise self.retry(countdown=2)
    for channel in (_mail, _push):
        try:
            channel(message)
        except Exception:
            log.debug("notification %s: %s failed", notification_id, channel.__name__)


def _mail(message: dict[str, Any]) -> None:
    host = os.environ.get("SHOP_SMTP_HOST")
    if not message["by_email"] or not host:
        return
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = settings.MAIL_FROM, message["email"], message["title"]
    mail.set_content(f"Dear {message['name']},\n\n{message['body']}\n\nYour {settings.SHOP_NAME} team\n")
    with smtplib.SMTP(host) as server:
        server.send_message(mail)


def _push(message: dict[str, Any]) -> None:
    service = os.environ.get("SHOP_PUSH_URL")
    if not message["by_push"] or not service:
        return
    for device in db.rows(DEVICES, user_id=message["user_id"]):
        payload = {**device, "kind": message["kind"], "title": message["title"], "body": message["body"]}
        request = urllib.request.Request(service, json.dumps(payload).encode())
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request, timeout=5).close()
