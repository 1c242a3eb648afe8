SELECT p.sku, SUM(d.units) AS units
FROM daily_sales d
JOIN products p ON p.id = d.product_id
WHERE d.day BETWEEN :first_day AND :last_day AND d.units > 0
GROUP BY p.sku
ORDER BY units DESC, p.sku
LIMIT :limit
