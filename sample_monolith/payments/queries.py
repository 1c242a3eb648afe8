"""SQL of the payments."""

PAYMENT_COLUMNS = (
    "p.id, p.order_id, p.status, p.amount_cents, p.refunded_cents, p.currency, "
    "p.card_last4, p.gateway_reference, p.created_at"
)

SELECT_PAYMENTS = "SELECT " + PAYMENT_COLUMNS + " FROM payments p"

SELECT_PAYMENT = f"{SELECT_PAYMENTS} WHERE p.id = :payment_id"

SELECT_REFUNDS = (
    "SELECT id, amount_cents, reason, created_at FROM refunds WHERE payment_id = :payment_id ORDER BY id"
)

SELECT_ORDER = "SELECT o.id, o.status, o.total_cents, o.currency FROM orders o WHERE o.id = :order_id"

INSERT_PAYMENT = """
    INSERT INTO payments (order_id, status, amount_cents, currency, card_last4, gateway_reference)
    VALUES (:order_id, :status, :amount_cents, :currency, :card_last4, :gateway_reference)
    RETURNING id
"""

MARK_ORDER = "UPDATE orders SET status = :status WHERE id = :order_id"

MARK_ORDER_PAID = MARK_ORDER + " AND status = 'pending'"

ADD_REFUND = """
    UPDATE payments
    SET refunded_cents = refunded_cents + :amount_cents,
        status = CASE WHEN refunded_cents + :amount_cents = amount_cents
                      THEN 'refunded' ELSE 'partially_refunded' END
    WHERE id = :payment_id
      AND status IN ('captured', 'partially_refunded')
      AND refunded_cents + :amount_cents <= amount_cents
"""

INSERT_REFUND = (
    "INSERT INTO refunds (payment_id, amount_cents, reason) VALUES (:payment_id, :amount_cents, :reason)"
)
