from sqlalchemy.exc import IntegrityError

from ..db import session
from ..errors import Conflict, NotFound
from .models import User


def register(email: str, name: str) -> User:
    user = User(email=email.strip().lower(), name=name.strip())
    session().add(user)
    try:
        session().commit()
    except IntegrityError:
        session().rollback()
        raise Conflict("There is a customer with this e-mail address already.", field="email") from None
    return user


def get(user_id: int) -> User:
    user = session().get(User, user_id)
    if user is None:
        raise NotFound(f"There is no customer {user_id}.")
    return user
