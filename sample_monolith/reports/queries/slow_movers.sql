-- Goods that lie in the warehouse and were not sold since a day, the dearest first.
SELECT p.id, p.sku, p.name, c.slug AS category, s.on_hand,
       s.on_hand * p.price_cents AS value_cents, MAX(d.day) AS last_sold_on
FROM products p
JOIN categories c ON c.id = p.category_id
JOIN stock_items s ON s.product_id = p.id
LEFT JOIN daily_sales d ON d.product_id = p.id AND d.units > 0
WHERE p.active = 1 AND s.on_hand > 0
GROUP BY p.id, p.sku, p.name, c.slug, s.on_hand, p.price_cents
HAVING MAX(d.day) IS NULL OR MAX(d.day) < :since
ORDER BY value_cents DESC, p.id
