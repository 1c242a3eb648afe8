-- What has to be bought again, the most urgent first.
SELECT p.id AS product_id, p.sku, p.name, c.slug AS category, s.available, s.reorder_level
FROM stock_available s
JOIN products p ON p.id = s.product_id
JOIN categories c ON c.id = p.category_id
WHERE p.active = 1 AND (s.available <= s.reorder_level OR s.available <= :low)
ORDER BY s.available, p.sku
