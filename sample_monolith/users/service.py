"""Accounts of customers and staff, and where they want their parcels."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from .. import db
from ..db import session
from ..errors import Conflict, NotFound, Unauthorized
from .auth import check_password, hash_password
from .models import Address, User

ORDERS_TO = "SELECT COUNT(*) FROM orders WHERE address_id = :address_id"


def register(email: str, name: str, password: str) -> User:
    user = User(email=email.strip().lower(), name=name.strip(), password_hash=hash_password(password))
    session().add(user)
    try:
        session().flush()
    except IntegrityError:
        session().rollback()
        raise Conflict("There is a customer with this e-mail address already.", field="email") from None
    return user


def sign_in(email: str, password: str) -> User:
    """The user of an address and a password. What of the two was wrong is nobody's business."""
    user = session().scalars(select(User).where(User.email == email.strip().lower())).first()
    if user is None or not check_password(password, user.password_hash):
        raise Unauthorized("E-mail address or password is wrong.")
    return user


def get(user_id: int) -> User:
    user = session().get(User, user_id)
    if user is None:
        raise NotFound(f"There is no customer {user_id}.")
    return user


def rename(user: User, name: str) -> None:
    user.name = name
    session().flush()


def add_points(user_id: int, points: int) -> None:
    """Credits loyalty points, or takes them back. Counted by the database: two orders may be paid at once."""
    query = update(User).where(User.id == user_id).values(loyalty_points=User.loyalty_points + points)
    session().execute(query)


def addresses(user_id: int) -> list[Address]:
    return list(session().scalars(select(Address).where(Address.user_id == user_id).order_by(Address.id)))


def add_address(user: User, fields: dict[str, Any]) -> Address:
    """The first address of a customer is the default one, and so is any later one that is said to be."""
    known = addresses(user.id)
    address = Address(user_id=user.id, **fields)
    address.is_default = int(bool(fields.get("is_default")) or not known)
    if address.is_default:
        for other in known:
            other.is_default = 0
    session().add(address)
    session().flush()
    return address


def remove_address(user: User, address_id: int) -> None:
    address = address_of(user.id, address_id)
    if db.scalar(ORDERS_TO, address_id=address.id):
        raise Conflict("Orders went to this address; it has to stay.", address_id=address.id)
    session().delete(address)
    session().flush()
    rest = addresses(user.id)
    if address.is_default and rest:
        rest[0].is_default = 1
        session().flush()


def default_address(user_id: int) -> Address | None:
    query = select(Address).where(Address.user_id == user_id).order_by(Address.is_default.desc(), Address.id)
    return session().scalars(query.limit(1)).first()


def address_of(user_id: int, address_id: int) -> Address:
    """One address of a user; those of others are not found."""
    address = session().get(Address, address_id)
    if address is None or address.user_id != user_id:
        raise NotFound(f"There is no address {address_id}.")
    return address


def as_json(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "is_staff": user.is_staff,
        "loyalty_points": user.loyalty_points,
        "created_at": user.created_at,
    }


def address_json(address: Address) -> dict[str, Any]:
    return {
        "id": address.id,
        "label": address.label,
        "line1": address.line1,
        "city": address.city,
        "postcode": address.postcode,
        "country": address.country,
        "is_default": address.is_default,
    }
