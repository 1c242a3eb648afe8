-- Orders: their numbers, their sums, and how they are cancelled.

CREATE OR REPLACE PACKAGE pkg_orders AS

    -- The next number of the series that orders, refunds and shipments share.
    FUNCTION next_document_number RETURN NUMBER;

    -- Cancels an order that is not shipped: 1, or 0 when it is too late.
    FUNCTION cancel_order(
        p_order_id IN orders.id%TYPE,
        p_reason   IN order_events.detail%TYPE
    ) RETURN NUMBER;

    -- What an order comes to by its lines, discount and shipping.
    FUNCTION order_total(p_order_id IN orders.id%TYPE) RETURN NUMBER;

END pkg_orders;
/

CREATE OR REPLACE PACKAGE BODY pkg_orders AS

    FUNCTION next_document_number RETURN NUMBER IS
    BEGIN
        RETURN document_seq.NEXTVAL;
    END next_document_number;

    FUNCTION cancel_order(
        p_order_id IN orders.id%TYPE,
        p_reason   IN order_events.detail%TYPE
    ) RETURN NUMBER IS
        CURSOR c_order IS
            SELECT o.status FROM orders o WHERE o.id = p_order_id FOR UPDATE OF o.status;
        l_status   orders.status%TYPE;
        l_released PLS_INTEGER;
    BEGIN
        OPEN c_order;
        FETCH c_order INTO l_status;
        IF c_order%NOTFOUND OR l_status NOT IN ('pending', 'paid') THEN
            CLOSE c_order;
            RETURN 0;
        END IF;
        UPDATE orders SET status = 'cancelled' WHERE CURRENT OF c_order;
        CLOSE c_order;

        l_released := pkg_inventory.release_stock(p_order_id);
        DELETE FROM coupon_uses WHERE order_id = p_order_id;
        INSERT INTO order_events (order_id, kind, detail, created_at)
        VALUES (p_order_id, 'cancelled', p_reason, shop_now);
        RETURN 1;
    END cancel_order;

    FUNCTION order_total(p_order_id IN orders.id%TYPE) RETURN NUMBER IS
        l_total orders.total_cents%TYPE;
    BEGIN
        SELECT SUM(l.quantity * l.unit_price_cents) - o.discount_cents + o.shipping_cents INTO l_total
        FROM orders o
        JOIN order_lines l ON l.order_id = o.id
        WHERE o.id = p_order_id
        GROUP BY o.id, o.discount_cents, o.shipping_cents;
        RETURN l_total;
    EXCEPTION
        WHEN NO_DATA_FOUND THEN
            RETURN 0;
    END order_total;

END pkg_orders;
/
