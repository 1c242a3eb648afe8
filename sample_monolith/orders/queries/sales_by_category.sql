SELECT c.slug AS category,
       COUNT(DISTINCT o.id) AS orders,
       SUM(l.quantity) AS units,
       SUM(l.quantity * l.unit_price_cents) AS gross_cents,
       SUM(l.quantity * l.unit_price_cents * (p.amount_cents - p.refunded_cents) / p.amount_cents)
           AS net_cents
FROM orders o
JOIN order_lines l ON l.order_id = o.id
JOIN products pr ON pr.id = l.product_id
JOIN categories c ON c.id = pr.category_id
JOIN payments p ON p.order_id = o.id AND p.status <> 'declined'
WHERE o.created_at >= :since
GROUP BY c.slug
ORDER BY gross_cents DESC, c.slug
