-- Triggers: the time as the shop writes it, ids out of sequences, and the change log.

CREATE OR REPLACE FUNCTION shop_now RETURN VARCHAR2 IS
BEGIN
    RETURN TO_CHAR(SYS_EXTRACT_UTC(SYSTIMESTAMP), 'YYYY-MM-DD"T"HH24:MI:SS');
END shop_now;
/

CREATE OR REPLACE TRIGGER users_id BEFORE INSERT ON users FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := users_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER addresses_id BEFORE INSERT ON addresses FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := addresses_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER api_tokens_id BEFORE INSERT ON api_tokens FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := api_tokens_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER categories_id BEFORE INSERT ON categories FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := categories_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER products_id BEFORE INSERT ON products FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := products_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER product_images_id BEFORE INSERT ON product_images FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := product_images_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER reviews_id BEFORE INSERT ON reviews FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := reviews_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER promotions_id BEFORE INSERT ON promotions FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := promotions_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER coupons_id BEFORE INSERT ON coupons FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := coupons_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER carts_id BEFORE INSERT ON carts FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := carts_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER cart_items_id BEFORE INSERT ON cart_items FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := cart_items_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER orders_id BEFORE INSERT ON orders FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := document_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER order_lines_id BEFORE INSERT ON order_lines FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := order_lines_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER order_events_id BEFORE INSERT ON order_events FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := order_events_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER stock_movements_id BEFORE INSERT ON stock_movements
FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := stock_movements_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER coupon_uses_id BEFORE INSERT ON coupon_uses FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := coupon_uses_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER payments_id BEFORE INSERT ON payments FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := payments_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER refunds_id BEFORE INSERT ON refunds FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := document_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER shipping_rates_id BEFORE INSERT ON shipping_rates FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := shipping_rates_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER shipments_id BEFORE INSERT ON shipments FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := document_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER devices_id BEFORE INSERT ON devices FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := devices_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER notifications_id BEFORE INSERT ON notifications FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := notifications_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER product_views_id BEFORE INSERT ON product_views FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := product_views_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER job_runs_id BEFORE INSERT ON job_runs FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := job_runs_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER audit_log_id BEFORE INSERT ON audit_log FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := audit_log_seq.NEXTVAL; END;
/
CREATE OR REPLACE TRIGGER change_log_id BEFORE INSERT ON change_log FOR EACH ROW WHEN (NEW.id IS NULL)
BEGIN :NEW.id := change_log_seq.NEXTVAL; END;
/

CREATE OR REPLACE TRIGGER products_changed AFTER UPDATE ON products FOR EACH ROW
BEGIN
    INSERT INTO change_log (table_name, row_id, operation, changed_at)
    VALUES ('products', :NEW.id, 'update', shop_now);
END;
/

CREATE OR REPLACE TRIGGER products_added AFTER INSERT ON products FOR EACH ROW
BEGIN
    INSERT INTO change_log (table_name, row_id, operation, changed_at)
    VALUES ('products', :NEW.id, 'insert', shop_now);
END;
/

CREATE OR REPLACE TRIGGER stock_changed AFTER UPDATE ON stock_items FOR EACH ROW
BEGIN
    INSERT INTO change_log (table_name, row_id, operation, changed_at)
    VALUES ('stock_items', :NEW.product_id, 'update', shop_now);
END;
/
