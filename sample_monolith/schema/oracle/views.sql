-- Views of the shop.

CREATE OR REPLACE VIEW product_ratings AS
SELECT p.id AS product_id, COUNT(r.id) AS reviews, COALESCE(AVG(r.stars), 0) AS stars
FROM products p
LEFT JOIN reviews r ON r.product_id = p.id
GROUP BY p.id;

CREATE OR REPLACE VIEW stock_available AS
SELECT s.product_id, s.on_hand - s.reserved AS available, s.reorder_level
FROM stock_items s;

CREATE OR REPLACE VIEW order_payments AS
SELECT o.id AS order_id, o.user_id, o.total_cents,
       COALESCE(SUM(p.amount_cents - p.refunded_cents), 0) AS paid_cents
FROM orders o
LEFT JOIN payments p ON p.order_id = o.id AND p.status <> 'declined'
GROUP BY o.id, o.user_id, o.total_cents;
