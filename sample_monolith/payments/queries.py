"""SQL of the payments where the database has to decide: of two requests at once only one may win."""

SELECT_ORDER = (
    "SELECT o.id, o.user_id, o.status, o.total_cents, o.currency FROM orders o WHERE o.id = :order_id"
)

MARK_ORDER = "UPDATE orders SET status = :status WHERE id = :order_id"

MARK_ORDER_PAID = MARK_ORDER + " AND status = 'pending'"

# A cancelled order stays cancelled when its money goes back.
MARK_ORDER_REFUNDED = MARK_ORDER + " AND status IN ('paid', 'shipped', 'delivered')"

CAPTURED = "SELECT v.paid_cents FROM order_payments v WHERE v.order_id = :order_id"

ADD_REFUND = """
    UPDATE payments
    SET refunded_cents = refunded_cents + :amount_cents,
        status = CASE WHEN refunded_cents + :amount_cents = amount_cents
                      THEN 'refunded' ELSE 'partially_refunded' END
    WHERE id = :payment_id
      AND status IN ('captured', 'partially_refunded')
      AND refunded_cents + :amount_cents <= amount_cents
"""
