from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .. import clock
from ..db import Base


class Payment(Base):
    __tablename__ = "payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    status: Mapped[str]
    amount_cents: Mapped[int]
    refunded_cents: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str]
    card_last4: Mapped[str]
    gateway_reference: Mapped[str]
    created_at: Mapped[str] = mapped_column(default=clock.now)

    refunds: Mapped[list["Refund"]] = relationship(order_by="Refund.id")

    @property
    def left_cents(self) -> int:
        """What can still be given back."""
        return 0 if self.status == "declined" else self.amount_cents - self.refunded_cents


class Refund(Base):
    __tablename__ = "refunds"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    amount_cents: Mapped[int]
    reason: Mapped[str]
    created_at: Mapped[str] = mapped_column(default=clock.now)
