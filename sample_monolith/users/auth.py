"""Who is signed in: the app by a bearer token, browsers by a session in a cookie."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g, request
from sqlalchemy import delete, select

from .. import clock, settings
from ..db import session
from ..errors import Forbidden, Unauthorized
from . import sessions
from .models import ApiToken, User

ROUNDS = 1000
"""Few, so that tests are quick; production sets SHOP_PASSWORD_ROUNDS."""


def hash_password(password: str) -> str:
    salt = secrets.token_hex(8)
    return f"{salt}${_digest(password, salt)}"


def check_password(password: str, kept: str) -> bool:
    salt, _, digest = kept.partition("$")
    return hmac.compare_digest(_digest(password, salt), digest)


def issue_token(user: User) -> str:
    """A new token; only its digest is kept."""
    token = secrets.token_urlsafe(24)
    expires = clock.in_days(settings.TOKEN_DAYS)
    session().add(ApiToken(user_id=user.id, token_hash=_token_hash(token), expires_at=expires))
    return token


def revoke_token(token: str) -> None:
    session().execute(delete(ApiToken).where(ApiToken.token_hash == _token_hash(token)))


def current_user() -> User:
    """The user of this request. Raises Unauthorized when nobody is signed in."""
    user = optional_user()
    if user is None:
        raise Unauthorized("Sign in first.")
    return user


def optional_user() -> User | None:
    """The user of this request, or None for a visitor."""
    if "user" not in g:
        g.user = _by_token() or _by_session()
    found: User | None = g.user
    return found


def bearer() -> str:
    """The token that was sent, or nothing."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def login_required(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        current_user()
        return view(*args, **kwargs)

    return guarded


def staff_required(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user().is_staff:
            raise Forbidden("Only the staff of the shop may do this.")
        return view(*args, **kwargs)

    return guarded


def _by_token() -> User | None:
    token = bearer()
    if not token:
        return None
    query = select(User).join(ApiToken, ApiToken.user_id == User.id)
    valid = (ApiToken.token_hash == _token_hash(token), ApiToken.expires_at > clock.now())
    return session().scalars(query.where(*valid)).first()


def _by_session() -> User | None:
    kept = sessions.current()
    return session().get(User, kept["user_id"]) if kept and "user_id" in kept else None


def _digest(password: str, salt: str) -> str:
    rounds = int(os.environ.get("SHOP_PASSWORD_ROUNDS", ROUNDS))
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), rounds).hex()


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
