SELECT o.user_id, o.total_cents, o.currency, u.name, a.city,
       COALESCE(s.carrier, 'The carrier') AS carrier,
       COALESCE(s.tracking_code, '') AS tracking_code,
       (SELECT SUM(l.quantity) FROM order_lines l WHERE l.order_id = o.id) AS units
FROM orders o
JOIN users u ON u.id = o.user_id
JOIN addresses a ON a.id = o.address_id
LEFT JOIN shipments s ON s.order_id = o.id
WHERE o.id = :order_id
