-- Schema of the shop for SQLite: what development and the tests use. schema/oracle is the one of production.
-- Money is in cents, times are ISO text in UTC. Statements are parted by an empty line.

CREATE TABLE users (
    id             INTEGER PRIMARY KEY,
    email          TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    password_hash  TEXT NOT NULL,
    is_staff       INTEGER NOT NULL DEFAULT 0,
    loyalty_points INTEGER NOT NULL DEFAULT 0,
    created_at     TEXT NOT NULL
);

CREATE TABLE addresses (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    label      TEXT NOT NULL,
    line1      TEXT NOT NULL,
    city       TEXT NOT NULL,
    postcode   TEXT NOT NULL,
    country    TEXT NOT NULL,
    is_default INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX addresses_by_user ON addresses (user_id);

CREATE TABLE api_tokens (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    token_hash TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

CREATE TABLE categories (
    id        INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES categories (id),
    slug      TEXT NOT NULL UNIQUE,
    name      TEXT NOT NULL
);

CREATE TABLE products (
    id           INTEGER PRIMARY KEY,
    category_id  INTEGER NOT NULL REFERENCES categories (id),
    sku          TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    description  TEXT NOT NULL DEFAULT '',
    price_cents  INTEGER NOT NULL CHECK (price_cents > 0),
    weight_grams INTEGER NOT NULL DEFAULT 100,
    active       INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL
);

CREATE INDEX products_by_category ON products (category_id);

CREATE TABLE product_images (
    id          INTEGER PRIMARY KEY,
    product_id  INTEGER NOT NULL REFERENCES products (id),
    path        TEXT NOT NULL,
    alt         TEXT NOT NULL DEFAULT '',
    position    INTEGER NOT NULL DEFAULT 0,
    uploaded_by INTEGER REFERENCES users (id)
);

CREATE INDEX product_images_by_product ON product_images (product_id);

CREATE TABLE reviews (
    id         INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES products (id),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    stars      INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
    body       TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    UNIQUE (product_id, user_id)
);

CREATE TABLE stock_items (
    product_id    INTEGER PRIMARY KEY REFERENCES products (id),
    on_hand       INTEGER NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
    reserved      INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0 AND reserved <= on_hand),
    reorder_level INTEGER NOT NULL DEFAULT 5
);

CREATE TABLE promotions (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    category_id INTEGER REFERENCES categories (id),
    product_id  INTEGER REFERENCES products (id),
    percent_off INTEGER NOT NULL CHECK (percent_off BETWEEN 1 AND 90),
    starts_at   TEXT NOT NULL,
    ends_at     TEXT NOT NULL
);

CREATE TABLE coupons (
    id               INTEGER PRIMARY KEY,
    code             TEXT NOT NULL UNIQUE,
    percent_off      INTEGER NOT NULL DEFAULT 0,
    amount_off_cents INTEGER NOT NULL DEFAULT 0,
    min_total_cents  INTEGER NOT NULL DEFAULT 0,
    max_uses         INTEGER NOT NULL DEFAULT 1000000,
    expires_at       TEXT NOT NULL
);

CREATE TABLE carts (
    id          INTEGER PRIMARY KEY,
    user_id     INTEGER NOT NULL UNIQUE REFERENCES users (id),
    coupon_code TEXT,
    updated_at  TEXT NOT NULL
);

CREATE TABLE cart_items (
    id         INTEGER PRIMARY KEY,
    cart_id    INTEGER NOT NULL REFERENCES carts (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    quantity   INTEGER NOT NULL CHECK (quantity > 0),
    UNIQUE (cart_id, product_id)
);

CREATE TABLE orders (
    id             INTEGER PRIMARY KEY,
    user_id        INTEGER NOT NULL REFERENCES users (id),
    address_id     INTEGER NOT NULL REFERENCES addresses (id),
    coupon_id      INTEGER REFERENCES coupons (id),
    status         TEXT NOT NULL
                   CHECK (status IN ('pending', 'paid', 'shipped', 'delivered', 'refunded', 'cancelled')),
    subtotal_cents INTEGER NOT NULL,
    discount_cents INTEGER NOT NULL DEFAULT 0,
    shipping_cents INTEGER NOT NULL DEFAULT 0,
    total_cents    INTEGER NOT NULL CHECK (total_cents >= 0),
    currency       TEXT NOT NULL,
    placed_at      TEXT NOT NULL
);

CREATE INDEX orders_by_user ON orders (user_id, status);

CREATE TABLE order_lines (
    id               INTEGER PRIMARY KEY,
    order_id         INTEGER NOT NULL REFERENCES orders (id),
    product_id       INTEGER NOT NULL REFERENCES products (id),
    quantity         INTEGER NOT NULL CHECK (quantity > 0),
    unit_price_cents INTEGER NOT NULL,
    UNIQUE (order_id, product_id)
);

CREATE INDEX order_lines_by_product ON order_lines (product_id);

CREATE TABLE order_events (
    id         INTEGER PRIMARY KEY,
    order_id   INTEGER NOT NULL REFERENCES orders (id),
    user_id    INTEGER REFERENCES users (id),
    kind       TEXT NOT NULL,
    detail     TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL
);

CREATE INDEX order_events_by_order ON order_events (order_id);

CREATE TABLE stock_movements (
    id         INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES products (id),
    order_id   INTEGER REFERENCES orders (id),
    created_by INTEGER REFERENCES users (id),
    kind       TEXT NOT NULL CHECK (kind IN ('receive', 'reserve', 'release', 'ship', 'correct')),
    quantity   INTEGER NOT NULL,
    created_at TEXT NOT NULL
);

CREATE INDEX stock_movements_by_product ON stock_movements (product_id);

CREATE TABLE coupon_uses (
    id        INTEGER PRIMARY KEY,
    coupon_id INTEGER NOT NULL REFERENCES coupons (id),
    user_id   INTEGER NOT NULL REFERENCES users (id),
    order_id  INTEGER NOT NULL REFERENCES orders (id),
    used_at   TEXT NOT NULL
);

CREATE INDEX coupon_uses_by_coupon ON coupon_uses (coupon_id);

CREATE TABLE payments (
    id                INTEGER PRIMARY KEY,
    order_id          INTEGER NOT NULL REFERENCES orders (id),
    user_id           INTEGER NOT NULL REFERENCES users (id),
    status            TEXT NOT NULL
                      CHECK (status IN ('captured', 'declined', 'partially_refunded', 'refunded')),
    amount_cents      INTEGER NOT NULL CHECK (amount_cents > 0),
    refunded_cents    INTEGER NOT NULL DEFAULT 0 CHECK (refunded_cents <= amount_cents),
    currency          TEXT NOT NULL,
    card_last4        TEXT NOT NULL,
    gateway_reference TEXT NOT NULL,
    created_at        TEXT NOT NULL
);

CREATE INDEX payments_by_order ON payments (order_id);

CREATE TABLE refunds (
    id           INTEGER PRIMARY KEY,
    payment_id   INTEGER NOT NULL REFERENCES payments (id),
    approved_by  INTEGER REFERENCES users (id),
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    reason       TEXT NOT NULL,
    created_at   TEXT NOT NULL
);

CREATE INDEX refunds_by_payment ON refunds (payment_id);

CREATE TABLE shipping_rates (
    id          INTEGER PRIMARY KEY,
    country     TEXT NOT NULL,
    max_grams   INTEGER NOT NULL,
    price_cents INTEGER NOT NULL,
    days        INTEGER NOT NULL,
    UNIQUE (country, max_grams)
);

CREATE TABLE shipments (
    id            INTEGER PRIMARY KEY,
    order_id      INTEGER NOT NULL UNIQUE REFERENCES orders (id),
    carrier       TEXT NOT NULL,
    tracking_code TEXT NOT NULL UNIQUE,
    status        TEXT NOT NULL CHECK (status IN ('prepared', 'shipped', 'delivered', 'returned')),
    created_at    TEXT NOT NULL,
    shipped_at    TEXT,
    delivered_at  TEXT
);

CREATE TABLE devices (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    platform   TEXT NOT NULL CHECK (platform IN ('ios', 'android')),
    push_token TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
);

CREATE TABLE notifications (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    order_id   INTEGER REFERENCES orders (id),
    kind       TEXT NOT NULL,
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    created_at TEXT NOT NULL,
    read_at    TEXT
);

CREATE INDEX notifications_by_user ON notifications (user_id, read_at);

CREATE TABLE notification_settings (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    email   INTEGER NOT NULL DEFAULT 1,
    push    INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE product_views (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    viewed_at  TEXT NOT NULL
);

CREATE INDEX product_views_by_user ON product_views (user_id, viewed_at);

CREATE TABLE daily_sales (
    day           TEXT NOT NULL,
    product_id    INTEGER NOT NULL REFERENCES products (id),
    units         INTEGER NOT NULL DEFAULT 0,
    revenue_cents INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, product_id)
);

CREATE TABLE job_runs (
    id          INTEGER PRIMARY KEY,
    started_by  INTEGER REFERENCES users (id),
    name        TEXT NOT NULL,
    detail      TEXT NOT NULL DEFAULT '',
    started_at  TEXT NOT NULL,
    finished_at TEXT
);

CREATE TABLE audit_log (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER REFERENCES users (id),
    action     TEXT NOT NULL,
    entity     TEXT NOT NULL,
    entity_id  INTEGER NOT NULL,
    detail     TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL
);

CREATE TABLE change_log (
    id         INTEGER PRIMARY KEY,
    table_name TEXT NOT NULL,
    row_id     INTEGER NOT NULL,
    operation  TEXT NOT NULL,
    changed_at TEXT NOT NULL
);

CREATE VIEW product_ratings AS
SELECT p.id AS product_id, COUNT(r.id) AS reviews, COALESCE(AVG(r.stars), 0) AS stars
FROM products p
LEFT JOIN reviews r ON r.product_id = p.id
GROUP BY p.id;

CREATE VIEW stock_available AS
SELECT s.product_id, s.on_hand - s.reserved AS available, s.reorder_level
FROM stock_items s;

CREATE VIEW order_payments AS
SELECT o.id AS order_id, o.user_id, o.total_cents,
       COALESCE(SUM(p.amount_cents - p.refunded_cents), 0) AS paid_cents
FROM orders o
LEFT JOIN payments p ON p.order_id = o.id AND p.status <> 'declined'
GROUP BY o.id, o.user_id, o.total_cents;

CREATE TRIGGER products_changed AFTER UPDATE ON products
BEGIN
    INSERT INTO change_log (table_name, row_id, operation, changed_at)
    VALUES ('products', NEW.id, 'update', STRFTIME('%Y-%m-%dT%H:%M:%S', 'now'));
END;

CREATE TRIGGER products_added AFTER INSERT ON products
BEGIN
    INSERT INTO change_log (table_name, row_id, operation, changed_at)
    VALUES ('products', NEW.id, 'insert', STRFTIME('%Y-%m-%dT%H:%M:%S', 'now'));
END;

CREATE TRIGGER stock_changed AFTER UPDATE ON stock_items
BEGIN
    INSERT INTO change_log (table_name, row_id, operation, changed_at)
    VALUES ('stock_items', NEW.product_id, 'update', STRFTIME('%Y-%m-%dT%H:%M:%S', 'now'));
END;
