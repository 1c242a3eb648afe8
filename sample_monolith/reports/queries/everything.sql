-- One row for each line of an order with all we know around it: what accounting loads into its spreadsheet.
SELECT o.id AS order_id, o.placed_at, o.status, o.discount_cents, o.shipping_cents, o.total_cents,
       u.id AS user_id, u.email, u.name AS customer, a.city, a.postcode, a.country,
       p.sku, p.name AS product, c.slug AS category, mc.slug AS main_category,
       l.quantity, l.unit_price_cents, l.quantity * l.unit_price_cents AS line_cents, k.code AS coupon,
       pay.status AS payment_status, pay.amount_cents AS paid_cents, pay.card_last4,
       rf.refunded_cents, ap.name AS refund_approved_by,
       sh.carrier, sh.tracking_code, sh.shipped_at, sh.delivered_at,
       rv.stars, pr.stars AS average_stars, si.on_hand, si.reserved,
       (SELECT COUNT(*) FROM product_views v WHERE v.user_id = u.id AND v.product_id = p.id) AS views,
       (SELECT COUNT(*) FROM notifications n WHERE n.order_id = o.id) AS notifications
FROM orders o
JOIN users u ON u.id = o.user_id
JOIN addresses a ON a.id = o.address_id
JOIN order_lines l ON l.order_id = o.id
JOIN products p ON p.id = l.product_id
JOIN categories c ON c.id = p.category_id
LEFT JOIN categories mc ON mc.id = c.parent_id
LEFT JOIN coupon_uses cu ON cu.order_id = o.id
LEFT JOIN coupons k ON k.id = cu.coupon_id
LEFT JOIN payments pay ON pay.order_id = o.id AND pay.status <> 'declined'
LEFT JOIN (SELECT payment_id, SUM(amount_cents) AS refunded_cents, MAX(approved_by) AS approved_by
           FROM refunds GROUP BY payment_id) rf ON rf.payment_id = pay.id
LEFT JOIN users ap ON ap.id = rf.approved_by
LEFT JOIN shipments sh ON sh.order_id = o.id
LEFT JOIN reviews rv ON rv.product_id = p.id AND rv.user_id = u.id
LEFT JOIN product_ratings pr ON pr.product_id = p.id
LEFT JOIN stock_items si ON si.product_id = p.id
WHERE 1 = 1 /* filters */
