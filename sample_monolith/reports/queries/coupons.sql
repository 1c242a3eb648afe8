SELECT k.code, k.percent_off, k.amount_off_cents, k.expires_at,
       COUNT(o.id) AS uses, COUNT(DISTINCT o.user_id) AS customers,
       COALESCE(SUM(o.discount_cents), 0) AS discount_cents,
       COALESCE(SUM(o.total_cents), 0) AS total_cents
FROM coupons k
LEFT JOIN coupon_uses cu ON cu.coupon_id = k.id
LEFT JOIN orders o ON o.id = cu.order_id AND o.status <> 'cancelled' /* filters */
GROUP BY k.id, k.code, k.percent_off, k.amount_off_cents, k.expires_at
ORDER BY uses DESC, k.code
