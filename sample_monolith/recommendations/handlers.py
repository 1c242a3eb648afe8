from typing import Any

from .. import events
from . import service


def order_placed(order_id: int, user_id: int, **_: Any) -> None:
    service.forget_views(user_id, order_id)


events.HANDLERS.setdefault("order_placed", []).append(order_placed)
