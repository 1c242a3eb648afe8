-- Sums for the charts of the back office.

CREATE OR REPLACE PACKAGE pkg_reports AS

    -- Counts the paid orders of a day anew; the number of products that were sold.
    FUNCTION build_daily_sales(p_day IN daily_sales.day%TYPE) RETURN NUMBER;

    -- The best sellers from one day to another, such as CBL-CC-1:120,EAR-BUD-2:44.
    FUNCTION top_products(
        p_from  IN daily_sales.day%TYPE,
        p_to    IN daily_sales.day%TYPE,
        p_limit IN PLS_INTEGER
    ) RETURN VARCHAR2;

END pkg_reports;
/

CREATE OR REPLACE PACKAGE BODY pkg_reports AS

    FUNCTION build_daily_sales(p_day IN daily_sales.day%TYPE) RETURN NUMBER IS
    BEGIN
        DELETE FROM daily_sales WHERE day = p_day;

        MERGE INTO daily_sales d
        USING (
            SELECT l.product_id,
                   SUM(l.quantity) AS units,
                   SUM(l.quantity * l.unit_price_cents) AS revenue_cents
            FROM orders o
            JOIN order_lines l ON l.order_id = o.id
            WHERE o.status IN ('paid', 'shipped', 'delivered')
              AND o.placed_at BETWEEN p_day AND p_day || 'T23:59:59'
            GROUP BY l.product_id
        ) s
        ON (d.day = p_day AND d.product_id = s.product_id)
        WHEN MATCHED THEN
            UPDATE SET d.units = s.units, d.revenue_cents = s.revenue_cents
        WHEN NOT MATCHED THEN
            INSERT (d.day, d.product_id, d.units, d.revenue_cents)
            VALUES (p_day, s.product_id, s.units, s.revenue_cents);
        RETURN SQL%ROWCOUNT;
    END build_daily_sales;

    FUNCTION top_products(
        p_from  IN daily_sales.day%TYPE,
        p_to    IN daily_sales.day%TYPE,
        p_limit IN PLS_INTEGER
    ) RETURN VARCHAR2 IS
        TYPE t_pairs IS TABLE OF VARCHAR2(100);
        l_pairs t_pairs;
        l_list  VARCHAR2(32767);
    BEGIN
        -- With the limit in its text, the optimizer knows that few rows are wanted.
        EXECUTE IMMEDIATE
            'SELECT p.sku || '':'' || SUM(d.units)'
            || ' FROM daily_sales d JOIN products p ON p.id = d.product_id'
            || ' WHERE d.day BETWEEN :first_day AND :last_day AND d.units > 0'
            || ' GROUP BY p.sku ORDER BY SUM(d.units) DESC, p.sku'
            || ' FETCH FIRST ' || TO_CHAR(p_limit) || ' ROWS ONLY'
        BULK COLLECT INTO l_pairs
        USING p_from, p_to;

        FOR i IN 1 .. l_pairs.COUNT LOOP
            l_list := l_list || CASE WHEN i > 1 THEN ',' END || l_pairs(i);
        END LOOP;
        RETURN l_list;
    END top_products;

END pkg_reports;
/
