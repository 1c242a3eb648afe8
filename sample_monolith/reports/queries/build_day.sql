INSERT INTO daily_sales (day, product_id, units, revenue_cents)
SELECT SUBSTR(o.placed_at, 1, 10), l.product_id, SUM(l.quantity), SUM(l.quantity * l.unit_price_cents)
FROM orders o
JOIN order_lines l ON l.order_id = o.id
WHERE o.status IN ('paid', 'shipped', 'delivered')
  AND o.placed_at BETWEEN :day AND :end_of_day
GROUP BY SUBSTR(o.placed_at, 1, 10), l.product_id
ON CONFLICT (day, product_id) DO UPDATE
SET units = excluded.units, revenue_cents = excluded.revenue_cents
