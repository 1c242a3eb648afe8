-- Tables of the shop for Oracle, run as the owner of the schema: @tables, then @sequences, @views, @triggers
-- and the packages. Money is in cents, times are ISO text in UTC.
--
-- Oracle takes an empty text for NULL: what other databases default to '' may be NULL here.
SET DEFINE OFF
WHENEVER SQLERROR EXIT SQL.SQLCODE ROLLBACK

CREATE TABLE users (
    id             NUMBER(12)         CONSTRAINT pk_users PRIMARY KEY,
    email          VARCHAR2(320 CHAR) NOT NULL CONSTRAINT uq_users_email UNIQUE,
    name           VARCHAR2(120 CHAR) NOT NULL,
    password_hash  VARCHAR2(200)      NOT NULL,
    is_staff       NUMBER(1)          DEFAULT 0 NOT NULL,
    loyalty_points NUMBER(9)          DEFAULT 0 NOT NULL,
    created_at     VARCHAR2(19)       NOT NULL
);
COMMENT ON TABLE users IS 'Customers and staff';

CREATE TABLE addresses (
    id         NUMBER(12)         CONSTRAINT pk_addresses PRIMARY KEY,
    user_id    NUMBER(12)         NOT NULL CONSTRAINT fk_addresses_users REFERENCES users (id),
    label      VARCHAR2(40 CHAR)  NOT NULL,
    line1      VARCHAR2(120 CHAR) NOT NULL,
    city       VARCHAR2(120 CHAR) NOT NULL,
    postcode   VARCHAR2(20 CHAR)  NOT NULL,
    country    VARCHAR2(2)        NOT NULL,
    is_default NUMBER(1)          DEFAULT 0 NOT NULL
);
CREATE INDEX addresses_by_user ON addresses (user_id);

CREATE TABLE api_tokens (
    id         NUMBER(12)   CONSTRAINT pk_api_tokens PRIMARY KEY,
    user_id    NUMBER(12)   NOT NULL CONSTRAINT fk_api_tokens_users REFERENCES users (id),
    token_hash VARCHAR2(64) NOT NULL CONSTRAINT uq_api_tokens_token_hash UNIQUE,
    created_at VARCHAR2(19) NOT NULL,
    expires_at VARCHAR2(19) NOT NULL
);
COMMENT ON TABLE api_tokens IS 'Sign-ins of the app; only digests of tokens are kept';
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);

CREATE TABLE categories (
    id        NUMBER(12)         CONSTRAINT pk_categories PRIMARY KEY,
    parent_id NUMBER(12)         CONSTRAINT fk_categories_categories REFERENCES categories (id),
    slug      VARCHAR2(40 CHAR)  NOT NULL CONSTRAINT uq_categories_slug UNIQUE,
    name      VARCHAR2(120 CHAR) NOT NULL
);

CREATE TABLE products (
    id           NUMBER(12)         CONSTRAINT pk_products PRIMARY KEY,
    category_id  NUMBER(12)         NOT NULL CONSTRAINT fk_products_categories REFERENCES categories (id),
    sku          VARCHAR2(40 CHAR)  NOT NULL CONSTRAINT uq_products_sku UNIQUE,
    name         VARCHAR2(120 CHAR) NOT NULL,
    description  CLOB,
    price_cents  NUMBER(12)         NOT NULL CONSTRAINT ck_products_price_cents CHECK (price_cents > 0),
    weight_grams NUMBER(9)          DEFAULT 100 NOT NULL,
    active       NUMBER(1)          DEFAULT 1 NOT NULL,
    created_at   VARCHAR2(19)       NOT NULL,
    updated_at   VARCHAR2(19)       NOT NULL
);
COMMENT ON TABLE products IS 'What the shop sells or once sold; rows are never deleted';
CREATE INDEX products_by_category ON products (category_id);

CREATE TABLE product_images (
    id          NUMBER(12)         CONSTRAINT pk_product_images PRIMARY KEY,
    product_id  NUMBER(12)         NOT NULL CONSTRAINT fk_product_images_products REFERENCES products (id),
    path        VARCHAR2(200 CHAR) NOT NULL,
    alt         VARCHAR2(200 CHAR),
    position    NUMBER(4)          DEFAULT 0 NOT NULL,
    uploaded_by NUMBER(12)         CONSTRAINT fk_product_images_users REFERENCES users (id)
);
CREATE INDEX product_images_by_product ON product_images (product_id);

CREATE TABLE reviews (
    id         NUMBER(12)   CONSTRAINT pk_reviews PRIMARY KEY,
    product_id NUMBER(12)   NOT NULL CONSTRAINT fk_reviews_products REFERENCES products (id),
    user_id    NUMBER(12)   NOT NULL CONSTRAINT fk_reviews_users REFERENCES users (id),
    stars      NUMBER(1)    NOT NULL CONSTRAINT ck_reviews_stars CHECK (stars BETWEEN 1 AND 5),
    body       CLOB,
    created_at VARCHAR2(19) NOT NULL,
    CONSTRAINT uq_reviews UNIQUE (product_id, user_id)
);
CREATE INDEX reviews_by_user ON reviews (user_id);

CREATE TABLE stock_items (
    product_id    NUMBER(12) CONSTRAINT pk_stock_items PRIMARY KEY
                             CONSTRAINT fk_stock_items_products REFERENCES products (id),
    on_hand       NUMBER(9)  DEFAULT 0 NOT NULL CONSTRAINT ck_stock_items_on_hand CHECK (on_hand >= 0),
    reserved      NUMBER(9)  DEFAULT 0 NOT NULL,
    reorder_level NUMBER(9)  DEFAULT 5 NOT NULL,
    CONSTRAINT ck_stock_items_reserved CHECK (reserved >= 0 AND reserved <= on_hand)
);
COMMENT ON TABLE stock_items IS 'The warehouse: units on hand, and how many of them are promised to orders';

CREATE TABLE promotions (
    id          NUMBER(12)         CONSTRAINT pk_promotions PRIMARY KEY,
    name        VARCHAR2(120 CHAR) NOT NULL,
    category_id NUMBER(12)         CONSTRAINT fk_promotions_categories REFERENCES categories (id),
    product_id  NUMBER(12)         CONSTRAINT fk_promotions_products REFERENCES products (id),
    percent_off NUMBER(3)          NOT NULL
                                   CONSTRAINT ck_promotions_percent_off CHECK (percent_off BETWEEN 1 AND 90),
    starts_at   VARCHAR2(19)       NOT NULL,
    ends_at     VARCHAR2(19)       NOT NULL
);
COMMENT ON TABLE promotions IS 'Percent off a category or a product, between two times';

CREATE TABLE coupons (
    id               NUMBER(12)        CONSTRAINT pk_coupons PRIMARY KEY,
    code             VARCHAR2(40 CHAR) NOT NULL CONSTRAINT uq_coupons_code UNIQUE,
    percent_off      NUMBER(3)         DEFAULT 0 NOT NULL,
    amount_off_cents NUMBER(12)        DEFAULT 0 NOT NULL,
    min_total_cents  NUMBER(12)        DEFAULT 0 NOT NULL,
    max_uses         NUMBER(9)         DEFAULT 1000000 NOT NULL,
    expires_at       VARCHAR2(19)      NOT NULL
);
COMMENT ON TABLE coupons IS 'Codes for something off the total of an order';

CREATE TABLE carts (
    id          NUMBER(12)        CONSTRAINT pk_carts PRIMARY KEY,
    user_id     NUMBER(12)        NOT NULL CONSTRAINT uq_carts_user_id UNIQUE
                                  CONSTRAINT fk_carts_users REFERENCES users (id),
    coupon_code VARCHAR2(40 CHAR),
    updated_at  VARCHAR2(19)      NOT NULL
);

CREATE TABLE cart_items (
    id         NUMBER(12) CONSTRAINT pk_cart_items PRIMARY KEY,
    cart_id    NUMBER(12) NOT NULL CONSTRAINT fk_cart_items_carts REFERENCES carts (id),
    product_id NUMBER(12) NOT NULL CONSTRAINT fk_cart_items_products REFERENCES products (id),
    quantity   NUMBER(9)  NOT NULL CONSTRAINT ck_cart_items_quantity CHECK (quantity > 0),
    CONSTRAINT uq_cart_items UNIQUE (cart_id, product_id)
);
CREATE INDEX cart_items_by_product ON cart_items (product_id);

CREATE TABLE orders (
    id             NUMBER(12)   CONSTRAINT pk_orders PRIMARY KEY,
    user_id        NUMBER(12)   NOT NULL CONSTRAINT fk_orders_users REFERENCES users (id),
    address_id     NUMBER(12)   NOT NULL CONSTRAINT fk_orders_addresses REFERENCES addresses (id),
    coupon_id      NUMBER(12)   CONSTRAINT fk_orders_coupons REFERENCES coupons (id),
    status         VARCHAR2(20) NOT NULL,
    subtotal_cents NUMBER(12)   NOT NULL,
    discount_cents NUMBER(12)   DEFAULT 0 NOT NULL,
    shipping_cents NUMBER(12)   DEFAULT 0 NOT NULL,
    total_cents    NUMBER(12)   NOT NULL CONSTRAINT ck_orders_total_cents CHECK (total_cents >= 0),
    currency       VARCHAR2(3)  NOT NULL,
    placed_at      VARCHAR2(19) NOT NULL,
    CONSTRAINT ck_orders_status
        CHECK (status IN ('pending', 'paid', 'shipped', 'delivered', 'refunded', 'cancelled'))
);
COMMENT ON TABLE orders IS 'Orders; ids come from document_seq and become the number that customers see';
CREATE INDEX orders_by_user ON orders (user_id, status);
CREATE INDEX orders_by_address ON orders (address_id);

CREATE TABLE order_lines (
    id               NUMBER(12) CONSTRAINT pk_order_lines PRIMARY KEY,
    order_id         NUMBER(12) NOT NULL CONSTRAINT fk_order_lines_orders REFERENCES orders (id),
    product_id       NUMBER(12) NOT NULL CONSTRAINT fk_order_lines_products REFERENCES products (id),
    quantity         NUMBER(9)  NOT NULL CONSTRAINT ck_order_lines_quantity CHECK (quantity > 0),
    unit_price_cents NUMBER(12) NOT NULL,
    CONSTRAINT uq_order_lines UNIQUE (order_id, product_id)
);
CREATE INDEX order_lines_by_product ON order_lines (product_id);

CREATE TABLE order_events (
    id         NUMBER(12)         CONSTRAINT pk_order_events PRIMARY KEY,
    order_id   NUMBER(12)         NOT NULL CONSTRAINT fk_order_events_orders REFERENCES orders (id),
    user_id    NUMBER(12)         CONSTRAINT fk_order_events_users REFERENCES users (id),
    kind       VARCHAR2(40)       NOT NULL,
    detail     VARCHAR2(400 CHAR),
    created_at VARCHAR2(19)       NOT NULL
);
COMMENT ON TABLE order_events IS 'The life of an order, for customers and for the support';
CREATE INDEX order_events_by_order ON order_events (order_id);

CREATE TABLE stock_movements (
    id         NUMBER(12)   CONSTRAINT pk_stock_movements PRIMARY KEY,
    product_id NUMBER(12)   NOT NULL CONSTRAINT fk_stock_movements_products REFERENCES products (id),
    order_id   NUMBER(12)   CONSTRAINT fk_stock_movements_orders REFERENCES orders (id),
    created_by NUMBER(12)   CONSTRAINT fk_stock_movements_users REFERENCES users (id),
    kind       VARCHAR2(40) NOT NULL,
    quantity   NUMBER(9)    NOT NULL,
    created_at VARCHAR2(19) NOT NULL,
    CONSTRAINT ck_stock_movements_kind CHECK (kind IN ('receive', 'reserve', 'release', 'ship', 'correct'))
);
COMMENT ON TABLE stock_movements IS 'Every change of stock_items, with its reason';
CREATE INDEX stock_movements_by_product ON stock_movements (product_id);
CREATE INDEX stock_movements_by_order ON stock_movements (order_id);

CREATE TABLE coupon_uses (
    id        NUMBER(12)   CONSTRAINT pk_coupon_uses PRIMARY KEY,
    coupon_id NUMBER(12)   NOT NULL CONSTRAINT fk_coupon_uses_coupons REFERENCES coupons (id),
    user_id   NUMBER(12)   NOT NULL CONSTRAINT fk_coupon_uses_users REFERENCES users (id),
    order_id  NUMBER(12)   NOT NULL CONSTRAINT fk_coupon_uses_orders REFERENCES orders (id),
    used_at   VARCHAR2(19) NOT NULL
);
CREATE INDEX coupon_uses_by_coupon ON coupon_uses (coupon_id);
CREATE INDEX coupon_uses_by_order ON coupon_uses (order_id);

CREATE TABLE payments (
    id                NUMBER(12)        CONSTRAINT pk_payments PRIMARY KEY,
    order_id          NUMBER(12)        NOT NULL CONSTRAINT fk_payments_orders REFERENCES orders (id),
    user_id           NUMBER(12)        NOT NULL CONSTRAINT fk_payments_users REFERENCES users (id),
    status            VARCHAR2(20)      NOT NULL,
    amount_cents      NUMBER(12)        NOT NULL CONSTRAINT ck_payments_amount_cents CHECK (amount_cents > 0),
    refunded_cents    NUMBER(12)        DEFAULT 0 NOT NULL,
    currency          VARCHAR2(3)       NOT NULL,
    card_last4        VARCHAR2(4)       NOT NULL,
    gateway_reference VARCHAR2(80 CHAR) NOT NULL,
    created_at        VARCHAR2(19)      NOT NULL,
    CONSTRAINT ck_payments_status
        CHECK (status IN ('captured', 'declined', 'partially_refunded', 'refunded')),
    CONSTRAINT ck_payments_refunded_cents CHECK (refunded_cents <= amount_cents)
);
COMMENT ON TABLE payments IS 'Charges of cards, also those that were declined';
CREATE INDEX payments_by_order ON payments (order_id);

CREATE TABLE refunds (
    id           NUMBER(12)         CONSTRAINT pk_refunds PRIMARY KEY,
    payment_id   NUMBER(12)         NOT NULL CONSTRAINT fk_refunds_payments REFERENCES payments (id),
    approved_by  NUMBER(12)         CONSTRAINT fk_refunds_users REFERENCES users (id),
    amount_cents NUMBER(12)         NOT NULL CONSTRAINT ck_refunds_amount_cents CHECK (amount_cents > 0),
    reason       VARCHAR2(400 CHAR) NOT NULL,
    created_at   VARCHAR2(19)       NOT NULL
);
COMMENT ON TABLE refunds IS 'Money that went back; ids come from document_seq';
CREATE INDEX refunds_by_payment ON refunds (payment_id);

CREATE TABLE shipping_rates (
    id          NUMBER(12)  CONSTRAINT pk_shipping_rates PRIMARY KEY,
    country     VARCHAR2(2) NOT NULL,
    max_grams   NUMBER(9)   NOT NULL,
    price_cents NUMBER(12)  NOT NULL,
    days        NUMBER(3)   NOT NULL,
    CONSTRAINT uq_shipping_rates UNIQUE (country, max_grams)
);

CREATE TABLE shipments (
    id            NUMBER(12)        CONSTRAINT pk_shipments PRIMARY KEY,
    order_id      NUMBER(12)        NOT NULL CONSTRAINT uq_shipments_order_id UNIQUE
                                    CONSTRAINT fk_shipments_orders REFERENCES orders (id),
    carrier       VARCHAR2(40 CHAR) NOT NULL,
    tracking_code VARCHAR2(40 CHAR) NOT NULL CONSTRAINT uq_shipments_tracking_code UNIQUE,
    status        VARCHAR2(20)      NOT NULL,
    created_at    VARCHAR2(19)      NOT NULL,
    shipped_at    VARCHAR2(19),
    delivered_at  VARCHAR2(19),
    CONSTRAINT ck_shipments_status CHECK (status IN ('prepared', 'shipped', 'delivered', 'returned'))
);
COMMENT ON TABLE shipments IS 'Parcels; ids come from document_seq';

CREATE TABLE devices (
    id         NUMBER(12)         CONSTRAINT pk_devices PRIMARY KEY,
    user_id    NUMBER(12)         NOT NULL CONSTRAINT fk_devices_users REFERENCES users (id),
    platform   VARCHAR2(10)       NOT NULL,
    push_token VARCHAR2(400 CHAR) NOT NULL CONSTRAINT uq_devices_push_token UNIQUE,
    created_at VARCHAR2(19)       NOT NULL,
    CONSTRAINT ck_devices_platform CHECK (platform IN ('ios', 'android'))
);

CREATE TABLE notifications (
    id         NUMBER(12)         CONSTRAINT pk_notifications PRIMARY KEY,
    user_id    NUMBER(12)         NOT NULL CONSTRAINT fk_notifications_users REFERENCES users (id),
    order_id   NUMBER(12)         CONSTRAINT fk_notifications_orders REFERENCES orders (id),
    kind       VARCHAR2(40)       NOT NULL,
    title      VARCHAR2(200 CHAR) NOT NULL,
    body       CLOB               NOT NULL,
    created_at VARCHAR2(19)       NOT NULL,
    read_at    VARCHAR2(19)
);
CREATE INDEX notifications_by_user ON notifications (user_id, read_at);

CREATE TABLE notification_settings (
    user_id NUMBER(12) CONSTRAINT pk_notification_settings PRIMARY KEY
                       CONSTRAINT fk_notification_settings_users REFERENCES users (id),
    email   NUMBER(1)  DEFAULT 1 NOT NULL,
    push    NUMBER(1)  DEFAULT 1 NOT NULL
);

CREATE TABLE product_views (
    id         NUMBER(12)   CONSTRAINT pk_product_views PRIMARY KEY,
    user_id    NUMBER(12)   NOT NULL CONSTRAINT fk_product_views_users REFERENCES users (id),
    product_id NUMBER(12)   NOT NULL CONSTRAINT fk_product_views_products REFERENCES products (id),
    viewed_at  VARCHAR2(19) NOT NULL
);
CREATE INDEX product_views_by_user ON product_views (user_id, viewed_at);

CREATE TABLE daily_sales (
    day           VARCHAR2(10) NOT NULL,
    product_id    NUMBER(12)   NOT NULL CONSTRAINT fk_daily_sales_products REFERENCES products (id),
    units         NUMBER(9)    DEFAULT 0 NOT NULL,
    revenue_cents NUMBER(12)   DEFAULT 0 NOT NULL,
    CONSTRAINT pk_daily_sales PRIMARY KEY (day, product_id)
);
COMMENT ON TABLE daily_sales IS 'Sums for charts, built by pkg_reports';
CREATE INDEX daily_sales_by_product ON daily_sales (product_id);

CREATE TABLE job_runs (
    id          NUMBER(12)         CONSTRAINT pk_job_runs PRIMARY KEY,
    started_by  NUMBER(12)         CONSTRAINT fk_job_runs_users REFERENCES users (id),
    name        VARCHAR2(120 CHAR) NOT NULL,
    detail      CLOB,
    started_at  VARCHAR2(19)       NOT NULL,
    finished_at VARCHAR2(19)
);
COMMENT ON TABLE job_runs IS 'Runs of the nightly job';

CREATE TABLE audit_log (
    id         NUMBER(12)        CONSTRAINT pk_audit_log PRIMARY KEY,
    user_id    NUMBER(12)        CONSTRAINT fk_audit_log_users REFERENCES users (id),
    action     VARCHAR2(40 CHAR) NOT NULL,
    entity     VARCHAR2(40 CHAR) NOT NULL,
    entity_id  NUMBER(12)        NOT NULL,
    detail     CLOB,
    created_at VARCHAR2(19)      NOT NULL
);
COMMENT ON TABLE audit_log IS 'Who changed what; read by the auditors once a year';
CREATE INDEX audit_log_by_entity ON audit_log (entity, entity_id);

CREATE TABLE change_log (
    id         NUMBER(12)   CONSTRAINT pk_change_log PRIMARY KEY,
    table_name VARCHAR2(30) NOT NULL,
    row_id     NUMBER(12)   NOT NULL,
    operation  VARCHAR2(10) NOT NULL,
    changed_at VARCHAR2(19) NOT NULL
);
COMMENT ON TABLE change_log IS 'Written by triggers; polled by everything that keeps copies';
