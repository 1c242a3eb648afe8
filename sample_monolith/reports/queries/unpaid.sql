-- Orders that wait for money, and how often a card was declined for them.
SELECT o.id, o.user_id, u.email, o.total_cents, o.placed_at, COUNT(pa.id) AS declined_payments
FROM orders o
JOIN users u ON u.id = o.user_id
LEFT JOIN payments pa ON pa.order_id = o.id AND pa.status = 'declined'
WHERE o.status = 'pending' /* filters */
GROUP BY o.id, o.user_id, u.email, o.total_cents, o.placed_at
