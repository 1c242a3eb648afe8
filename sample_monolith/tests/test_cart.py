import uuid


def add(client, product, quantity=1):
    answer = client.post("/cart/items", {"product_id": product["id"], "quantity": quantity})
    assert answer.status == 201, answer.text
    return answer.json


def test_a_new_cart_is_empty(customer):
    cart = customer.get("/cart").json
    assert (cart["items"], cart["coupon_code"], cart["total_cents"]) == ([], None, 0)
    assert customer.get("/cart/count").json == {"count": 0}


def test_adding_a_product_again_adds_up(customer, product):
    cable = product("CBL-CC-1")
    add(customer, cable, 2)
    cart = add(customer, cable)
    assert [(item["sku"], item["quantity"]) for item in cart["items"]] == [("CBL-CC-1", 3)]
    add(customer, product("GLASS-15"), 4)
    assert customer.get("/cart/count").json == {"count": 7}


def test_the_cart_shows_the_prices_of_the_shop(customer, product):
    earbuds = customer.get(f"/catalogue/products/{product('EAR-BUD-2')['id']}").json
    cart = add(customer, earbuds, 2)
    item = cart["items"][0]
    assert (item["name"], item["unit_price_cents"]) == ("Wireless earbuds 2", earbuds["price_cents"])
    assert cart["subtotal_cents"] == 2 * earbuds["price_cents"] < 2 * earbuds["list_price_cents"]
    assert cart["total_cents"] == cart["subtotal_cents"] + cart["shipping_cents"]


def test_shipping_is_what_the_default_address_costs(customer, product):
    cable = customer.get(f"/catalogue/products/{product('CBL-CC-1')['id']}").json
    cart = add(customer, cable, 5)
    country = customer.get("/users/me/addresses").json["items"][0]["country"]
    rate = customer.get("/shipping/rates", country=country, grams=5 * cable["weight_grams"]).json
    assert cart["shipping_cents"] == rate["price_cents"]


def test_quantities_can_be_changed(customer, product):
    cable = product("CBL-CC-1")
    add(customer, cable)
    path = f"/cart/items/{cable['id']}"
    assert customer.patch(path, {"quantity": 6}).json["items"][0]["quantity"] == 6
    assert customer.patch(path, {"quantity": 0}).json["items"] == []
    assert customer.patch(path, {"quantity": 1}).status == 404


def test_products_can_be_taken_out(customer, product):
    cable, glass = product("CBL-CC-1"), product("GLASS-15")
    add(customer, cable)
    add(customer, glass)
    left = customer.delete(f"/cart/items/{cable['id']}").json["items"]
    assert [item["product_id"] for item in left] == [glass["id"]]
    assert customer.delete(f"/cart/items/{cable['id']}").status == 404


def test_what_cannot_be_in_a_cart_is_refused(customer, staff, product):
    cable = product("CBL-CC-1")
    for wrong, status in (
        ({}, 400),
        ({"product_id": "1"}, 400),
        ({"product_id": cable["id"], "quantity": 0}, 422),
        ({"product_id": cable["id"], "quantity": 1001}, 422),
        ({"product_id": 99999999}, 404),
    ):
        assert customer.post("/cart/items", wrong).status == status, wrong
    sku = f"CART-{uuid.uuid4().hex[:12].upper()}"
    body = {"sku": sku, "name": "No longer sold", "category": "cables", "price_cents": 1000}
    made = staff.post("/catalogue/products", body).json
    staff.patch(f"/catalogue/products/{made['id']}", {"active": 0})
    assert customer.post("/cart/items", {"product_id": made["id"]}).error["sku"] == sku
    assert customer.get("/cart").json["items"] == []


def test_a_coupon_takes_something_off(customer, product):
    cart = add(customer, product("CBL-CC-1"), 2)
    assert customer.post("/cart/coupon", {"code": "no-such-code"}).status == 404
    assert customer.post("/cart/coupon", {"code": "expired"}).status == 422
    assert customer.post("/cart/coupon", {"code": "fiver"}).json["discount_cents"] == 0
    reduced = customer.post("/cart/coupon", {"code": "welcome10"}).json
    assert (reduced["coupon_code"], reduced["discount_cents"]) == ("WELCOME10", 198)
    assert reduced["total_cents"] == cart["total_cents"] - 198
    assert customer.delete("/cart/coupon").json == cart


def test_everybody_has_a_cart_of_their_own(shop, customer, other_customer, product):
    add(customer, product("CBL-CC-1"))
    assert other_customer.get("/cart").json["items"] == []
    assert shop.get("/cart").status == 401
    assert shop.post("/cart/items", {"product_id": product("CBL-CC-1")["id"]}).status == 401


def test_an_order_empties_the_cart(customer, product):
    add(customer, product("CBL-CC-1"), 3)
    cart = customer.post("/cart/coupon", {"code": "WELCOME10"}).json
    order = customer.post("/orders", {}).json
    sums = ("subtotal_cents", "discount_cents", "shipping_cents", "total_cents")
    assert [order[name] for name in sums] == [cart[name] for name in sums]
    emptied = customer.get("/cart").json
    assert (emptied["items"], emptied["coupon_code"]) == ([], None)
