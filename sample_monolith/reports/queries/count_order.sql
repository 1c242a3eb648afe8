INSERT INTO daily_sales (day, product_id, units, revenue_cents)
SELECT SUBSTR(o.placed_at, 1, 10), l.product_id, l.quantity, l.quantity * l.unit_price_cents
FROM orders o
JOIN order_lines l ON l.order_id = o.id
WHERE o.id = :order_id
ORDER BY l.product_id
ON CONFLICT (day, product_id) DO UPDATE
SET units = daily_sales.units + excluded.units,
    revenue_cents = daily_sales.revenue_cents + excluded.revenue_cents
