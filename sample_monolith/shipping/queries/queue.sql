-- Parcels that wait to be packed. `short` counts lines whose goods are not on the shelf.
SELECT s.order_id, s.carrier, s.tracking_code, s.created_at, u.name, a.city, a.country,
       SUM(l.quantity) AS units, SUM(l.quantity * p.weight_grams) AS grams,
       SUM(CASE WHEN k.on_hand >= l.quantity THEN 0 ELSE 1 END) AS short
FROM shipments s
JOIN orders o ON o.id = s.order_id
JOIN users u ON u.id = o.user_id
JOIN addresses a ON a.id = o.address_id
JOIN order_lines l ON l.order_id = o.id
JOIN products p ON p.id = l.product_id
LEFT JOIN stock_items k ON k.product_id = l.product_id
WHERE s.status = 'prepared' AND o.status = 'paid'
GROUP BY s.order_id, s.carrier, s.tracking_code, s.created_at, u.name, a.city, a.country
