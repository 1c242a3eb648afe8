-- Prices and coupons. The shop's own code counts alike; both must change together.

CREATE OR REPLACE PACKAGE pkg_pricing AS

    -- The price of one unit for a customer, or for a visitor when p_user_id is NULL.
    FUNCTION price_for(
        p_product_id IN products.id%TYPE,
        p_user_id    IN users.id%TYPE
    ) RETURN NUMBER;

    -- What a code takes off a subtotal; 0 for a code that cannot be used.
    FUNCTION coupon_discount(
        p_code           IN coupons.code%TYPE,
        p_subtotal_cents IN NUMBER
    ) RETURN NUMBER;

    -- Ends a promotion now: 1, or 0 when it had ended or never was.
    FUNCTION close_promotion(p_promotion_id IN promotions.id%TYPE) RETURN NUMBER;

END pkg_pricing;
/

CREATE OR REPLACE PACKAGE BODY pkg_pricing AS

    c_loyalty_points  CONSTANT PLS_INTEGER := 500;
    c_loyalty_percent CONSTANT PLS_INTEGER := 2;

    -- Rounded in favour of the shop.
    FUNCTION reduced(p_cents IN NUMBER, p_percent IN NUMBER) RETURN NUMBER IS
    BEGIN
        RETURN p_cents - TRUNC(p_cents * p_percent / 100);
    END reduced;

    FUNCTION is_loyal(p_user_id IN users.id%TYPE) RETURN BOOLEAN IS
        l_count PLS_INTEGER;
    BEGIN
        SELECT COUNT(*) INTO l_count
        FROM users u
        WHERE u.id = p_user_id AND u.loyalty_points >= c_loyalty_points;
        RETURN l_count = 1;
    END is_loyal;

    FUNCTION price_for(
        p_product_id IN products.id%TYPE,
        p_user_id    IN users.id%TYPE
    ) RETURN NUMBER IS
        CURSOR c_promotions(
            cp_product_id  products.id%TYPE,
            cp_category_id products.category_id%TYPE,
            cp_now         promotions.starts_at%TYPE
        ) IS
            SELECT m.percent_off
            FROM promotions m
            WHERE (m.product_id = cp_product_id OR m.category_id = cp_category_id)
              AND m.starts_at <= cp_now AND m.ends_at > cp_now
            ORDER BY m.percent_off DESC, m.id;
        l_price    products.price_cents%TYPE;
        l_category products.category_id%TYPE;
    BEGIN
        SELECT p.price_cents, p.category_id INTO l_price, l_category
        FROM products p
        WHERE p.id = p_product_id;

        -- Promotions add up, each on what the one before has left.
        FOR r IN c_promotions(p_product_id, l_category, shop_now) LOOP
            l_price := reduced(l_price, r.percent_off);
        END LOOP;
        IF is_loyal(p_user_id) THEN
            l_price := reduced(l_price, c_loyalty_percent);
        END IF;
        RETURN l_price;
    EXCEPTION
        WHEN NO_DATA_FOUND THEN
            RAISE_APPLICATION_ERROR(-20404, 'There is no product ' || p_product_id || '.');
    END price_for;

    FUNCTION coupon_discount(
        p_code           IN coupons.code%TYPE,
        p_subtotal_cents IN NUMBER
    ) RETURN NUMBER IS
        l_coupon coupons%ROWTYPE;
        l_uses   PLS_INTEGER;
    BEGIN
        SELECT c.* INTO l_coupon FROM coupons c WHERE c.code = UPPER(TRIM(p_code));
        SELECT COUNT(*) INTO l_uses FROM coupon_uses u WHERE u.coupon_id = l_coupon.id;

        IF l_coupon.expires_at <= shop_now
            OR l_uses >= l_coupon.max_uses
            OR p_subtotal_cents < l_coupon.min_total_cents
        THEN
            RETURN 0;
        END IF;
        RETURN LEAST(
            TRUNC(p_subtotal_cents * l_coupon.percent_off / 100) + l_coupon.amount_off_cents,
            p_subtotal_cents
        );
    EXCEPTION
        WHEN NO_DATA_FOUND THEN
            RETURN 0;
    END coupon_discount;

    FUNCTION close_promotion(p_promotion_id IN promotions.id%TYPE) RETURN NUMBER IS
        l_now promotions.ends_at%TYPE := shop_now;
    BEGIN
        UPDATE promotions SET ends_at = l_now WHERE id = p_promotion_id AND ends_at > l_now;
        RETURN SQL%ROWCOUNT;
    END close_promotion;

END pkg_pricing;
/
