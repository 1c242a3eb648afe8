-- The warehouse. Whoever changes stock_items leaves a movement behind.

CREATE OR REPLACE PACKAGE pkg_inventory AS

    -- Puts units of a product aside for an order: 1, or 0 when there are not enough.
    FUNCTION reserve_stock(
        p_product_id IN stock_items.product_id%TYPE,
        p_quantity   IN stock_movements.quantity%TYPE,
        p_order_id   IN orders.id%TYPE
    ) RETURN NUMBER;

    -- Gives back what is put aside for an order; the number of products.
    FUNCTION release_stock(p_order_id IN orders.id%TYPE) RETURN NUMBER;

    -- Takes a delivery in; what lies in the warehouse now.
    FUNCTION receive_stock(
        p_product_id IN stock_items.product_id%TYPE,
        p_quantity   IN stock_movements.quantity%TYPE,
        p_user_id    IN users.id%TYPE
    ) RETURN NUMBER;

    -- What to buy, such as CHG-CAR-45:0,SPK-MINI:4: the ordering system of our supplier reads it.
    FUNCTION reorder_list RETURN VARCHAR2;

END pkg_inventory;
/

CREATE OR REPLACE PACKAGE BODY pkg_inventory AS

    c_low_stock CONSTANT PLS_INTEGER := 5;

    e_busy EXCEPTION;
    PRAGMA EXCEPTION_INIT(e_busy, -30006);

    PROCEDURE log_movement(
        p_product_id IN stock_movements.product_id%TYPE,
        p_order_id   IN stock_movements.order_id%TYPE,
        p_user_id    IN stock_movements.created_by%TYPE,
        p_kind       IN stock_movements.kind%TYPE,
        p_quantity   IN stock_movements.quantity%TYPE
    ) IS
    BEGIN
        INSERT INTO stock_movements (product_id, order_id, created_by, kind, quantity, created_at)
        VALUES (p_product_id, p_order_id, p_user_id, p_kind, p_quantity, shop_now);
    END log_movement;

    FUNCTION reserve_stock(
        p_product_id IN stock_items.product_id%TYPE,
        p_quantity   IN stock_movements.quantity%TYPE,
        p_order_id   IN orders.id%TYPE
    ) RETURN NUMBER IS
        l_available stock_items.on_hand%TYPE;
    BEGIN
        SELECT s.on_hand - s.reserved INTO l_available
        FROM stock_items s
        WHERE s.product_id = p_product_id
        FOR UPDATE WAIT 10;

        IF l_available < p_quantity THEN
            RETURN 0;
        END IF;
        UPDATE stock_items SET reserved = reserved + p_quantity WHERE product_id = p_product_id;
        log_movement(p_product_id, p_order_id, NULL, 'reserve', p_quantity);
        RETURN 1;
    EXCEPTION
        -- A row that stays locked for so long belongs to the stocktaking: the customer may try again.
        WHEN NO_DATA_FOUND OR e_busy THEN
            RETURN 0;
    END reserve_stock;

    FUNCTION release_stock(p_order_id IN orders.id%TYPE) RETURN NUMBER IS
        CURSOR c_reserved IS
            SELECT m.product_id, SUM(CASE m.kind WHEN 'reserve' THEN m.quantity ELSE -m.quantity END) AS units
            FROM stock_movements m
            WHERE m.order_id = p_order_id AND m.kind IN ('reserve', 'release', 'ship')
            GROUP BY m.product_id
            ORDER BY m.product_id;
        l_products PLS_INTEGER := 0;
    BEGIN
        FOR r IN c_reserved LOOP
            CONTINUE WHEN r.units <= 0;
            UPDATE stock_items SET reserved = reserved - r.units WHERE product_id = r.product_id;
            log_movement(r.product_id, p_order_id, NULL, 'release', r.units);
            l_products := l_products + 1;
        END LOOP;
        RETURN l_products;
    END release_stock;

    FUNCTION receive_stock(
        p_product_id IN stock_items.product_id%TYPE,
        p_quantity   IN stock_movements.quantity%TYPE,
        p_user_id    IN users.id%TYPE
    ) RETURN NUMBER IS
        l_on_hand stock_items.on_hand%TYPE;
    BEGIN
        MERGE INTO stock_items s
        USING (SELECT p_product_id AS product_id FROM dual) d
        ON (s.product_id = d.product_id)
        WHEN MATCHED THEN
            UPDATE SET s.on_hand = s.on_hand + p_quantity
        WHEN NOT MATCHED THEN
            INSERT (s.product_id, s.on_hand) VALUES (d.product_id, p_quantity);

        log_movement(p_product_id, NULL, p_user_id, 'receive', p_quantity);
        SELECT s.on_hand INTO l_on_hand FROM stock_items s WHERE s.product_id = p_product_id;
        RETURN l_on_hand;
    END receive_stock;

    FUNCTION reorder_list RETURN VARCHAR2 IS
        l_list VARCHAR2(32767);
    BEGIN
        FOR r IN (
            SELECT p.sku, v.available
            FROM stock_available v
            JOIN products p ON p.id = v.product_id
            WHERE p.active = 1 AND v.available <= GREATEST(v.reorder_level, c_low_stock)
            ORDER BY v.available, p.sku
        ) LOOP
            l_list := l_list || CASE WHEN l_list IS NOT NULL THEN ',' END || r.sku || ':' || r.available;
        END LOOP;
        RETURN l_list;
    END reorder_list;

END pkg_inventory;
/
