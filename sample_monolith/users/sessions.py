"""Sessions of browsers: a cookie with an id, everything else in the memory of this process."""

import secrets
import time
from typing import Any

from flask import Flask, Response, g, request

COOKIE = "shop_session"
SECONDS = 3600 * 8

SESSIONS: dict[str, dict[str, Any]] = {}


def init_app(app: Flask) -> None:
    app.after_request(_send_cookie)


def current() -> dict[str, Any] | None:
    """The session of this request, or None."""
    kept = SESSIONS.get(request.cookies.get(COOKIE, ""))
    if kept is None or kept["until"] < time.time():
        return None
    return kept


def begin(user_id: int) -> dict[str, Any]:
    """A new session; its cookie goes out with the answer."""
    g.session_id = secrets.token_urlsafe(24)
    SESSIONS[g.session_id] = {
        "user_id": user_id,
        "csrf": secrets.token_hex(8),
        "until": time.time() + SECONDS,
    }
    return SESSIONS[g.session_id]


def end() -> None:
    SESSIONS.pop(request.cookies.get(COOKIE, ""), None)
    g.session_id = ""


def _send_cookie(response: Response) -> Response:
    started = g.get("session_id")
    if started:
        response.set_cookie(COOKIE, started, max_age=SECONDS, httponly=True, samesite="Lax")
    elif started == "":
        response.delete_cookie(COOKIE)
    return response
