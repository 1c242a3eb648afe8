-- What the carrier has to know of an order.
SELECT o.id AS order_id, o.user_id, o.status, u.name, u.email,
       a.line1, a.postcode, a.city, a.country,
       (SELECT COALESCE(SUM(l.quantity * p.weight_grams), 0)
        FROM order_lines l JOIN products p ON p.id = l.product_id
        WHERE l.order_id = o.id) AS grams
FROM orders o
JOIN users u ON u.id = o.user_id
JOIN addresses a ON a.id = o.address_id
WHERE o.id = :order_id
