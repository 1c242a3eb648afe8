-- What was sold and what is left of it after refunds, by the category of the product.
SELECT c.slug AS category, COUNT(DISTINCT o.id) AS orders, SUM(l.quantity) AS units,
       SUM(l.quantity * l.unit_price_cents) AS gross_cents,
       SUM(CASE WHEN o.total_cents = 0 THEN 0
                ELSE l.quantity * l.unit_price_cents * CAST(op.paid_cents AS BIGINT) / o.total_cents
           END) AS net_cents
FROM orders o
JOIN order_lines l ON l.order_id = o.id
JOIN products p ON p.id = l.product_id
JOIN categories c ON c.id = p.category_id
JOIN order_payments op ON op.order_id = o.id
WHERE EXISTS (SELECT 1 FROM payments pa WHERE pa.order_id = o.id AND pa.status <> 'declined') /* filters */
GROUP BY c.slug
ORDER BY gross_cents DESC, c.slug
