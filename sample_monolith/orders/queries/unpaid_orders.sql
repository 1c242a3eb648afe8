SELECT o.id, u.email, o.total_cents, o.created_at, COUNT(p.id) AS declined_payments
FROM orders o
JOIN users u ON u.id = o.user_id
LEFT JOIN payments p ON p.order_id = o.id AND p.status = 'declined'
WHERE o.status = 'pending' AND o.created_at >= :since
GROUP BY o.id, u.email, o.total_cents, o.created_at
ORDER BY o.id
