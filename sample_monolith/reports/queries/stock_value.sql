SELECT c.slug AS category, COUNT(p.id) AS products, SUM(s.on_hand) AS on_hand, SUM(s.reserved) AS reserved,
       SUM(CASE WHEN s.on_hand - s.reserved <= s.reorder_level THEN 1 ELSE 0 END) AS to_reorder,
       SUM(s.on_hand * p.price_cents) AS value_cents
FROM stock_items s
JOIN products p ON p.id = s.product_id
JOIN categories c ON c.id = p.category_id
WHERE p.active = 1
GROUP BY c.slug
ORDER BY value_cents DESC, c.slug
