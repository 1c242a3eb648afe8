SELECT u.id, u.email, u.name, u.loyalty_points,
       COUNT(o.id) AS orders, MAX(o.placed_at) AS last_order_at,
       SUM(o.total_cents) AS ordered_cents, SUM(op.paid_cents) AS paid_cents,
       (SELECT COUNT(*) FROM reviews r WHERE r.user_id = u.id) AS reviews,
       (SELECT COUNT(*) FROM coupon_uses cu WHERE cu.user_id = u.id) AS coupons,
       (SELECT COUNT(*) FROM notifications n WHERE n.user_id = u.id AND n.read_at IS NULL) AS unread
FROM users u
JOIN orders o ON o.user_id = u.id
JOIN order_payments op ON op.order_id = o.id
WHERE o.status <> 'cancelled' /* filters */
GROUP BY u.id, u.email, u.name, u.loyalty_points
