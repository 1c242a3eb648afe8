-- What an order still holds: reserved, and neither put back nor sent since.
SELECT m.product_id,
       SUM(CASE WHEN m.kind = 'reserve' THEN m.quantity ELSE -m.quantity END) AS quantity
FROM stock_movements m
WHERE m.order_id = :order_id AND m.kind IN ('reserve', 'release', 'ship')
GROUP BY m.product_id
HAVING SUM(CASE WHEN m.kind = 'reserve' THEN m.quantity ELSE -m.quantity END) > 0
ORDER BY m.product_id
