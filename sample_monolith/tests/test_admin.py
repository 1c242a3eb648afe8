import re
import uuid
from urllib.parse import urlencode

import pytest

STAFF = {"email": "staff@mobia.example", "password": "staff-password"}
HEADING = "sku,name,category,description,price_cents,weight_grams,stock"


@pytest.fixture
def make_product(staff):
    """Makes a product of this test alone."""

    def make(**changes):
        sku = f"ADM-{uuid.uuid4().hex[:10].upper()}"
        fields = {"sku": sku, "name": f"Stand {sku}", "category": "cables", "price_cents": 1999, "stock": 10}
        answer = staff.post("/catalogue/products", {**fields, **changes})
        assert answer.status == 201, answer.text
        return answer.json

    return make


class Browser:
    """Keeps the cookie of the back office and sends forms."""

    def __init__(self, shop):
        self._shop, self._cookie = shop, ""

    def open(self, path, **form):
        headers = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        data = urlencode(form).encode() if form else None
        answer = self._shop.send("POST" if form else "GET", f"/back-office{path}", data, headers)
        self._cookie = answer.headers.get("Set-Cookie", self._cookie).partition(";")[0]
        return answer


@pytest.fixture
def browser(shop):
    return Browser(shop)


def where_to(answer):
    """The page of the back office that an answer leads to."""
    assert answer.status == 303
    return answer.headers["Location"].partition("/back-office")[2]


def audit(staff, entity, entity_id):
    return staff.get("/admin/audit", entity=entity, entity_id=entity_id).json["items"]


def send_csv(staff, *lines):
    return staff.send("POST", "/admin/import", "\n".join(lines).encode(), {"Content-Type": "text/csv"})


def test_the_back_office_is_for_the_staff(shop, customer):
    for path in ("/admin/audit", "/admin/changes", "/admin/jobs", "/admin/search"):
        assert (shop.get(path).status, customer.get(path).status) == (401, 403)
    assert customer.post("/admin/prices", {"category": "cables", "percent": -50}).status == 403


def test_a_changed_product_is_in_the_audit_log(staff, make_product):
    product = make_product()
    staff.patch(f"/catalogue/products/{product['id']}", {"name": "Stand, foldable"})
    entry = audit(staff, "product", product["id"])[0]
    assert (entry["action"], entry["user_id"]) == ("change", staff.user["id"])
    assert "name=Stand, foldable" in entry["detail"]


def test_a_cancelled_order_is_in_the_audit_log(staff, customer, place_order):
    order = place_order()
    assert customer.post(f"/orders/{order['number']}/cancel", {"reason": "too late"}).status == 200
    assert [entry["action"] for entry in audit(staff, "order", order["id"])] == ["cancel"]


def test_changes_of_products_are_told_since_the_last_time(staff, make_product):
    begin = staff.get("/admin/changes").json["last_id"]
    product = make_product()
    staff.patch(f"/catalogue/products/{product['id']}", {"price_cents": 1499})
    answer = staff.get("/admin/changes", since=begin).json
    seen = [change for change in answer["items"] if change["row_id"] == product["id"]]
    operations = [change["operation"] for change in seen if change["table_name"] == "products"]
    assert operations == ["insert", "update"]
    assert answer["last_id"] >= seen[-1]["id"] > begin


def test_prices_are_changed_in_bulk(staff, make_product):
    first, second, other = make_product(), make_product(price_cents=1000), make_product()
    answer = staff.post("/admin/prices", {"skus": [first["sku"], second["sku"]], "percent": 10})
    assert answer.json == {"changed": 2}
    prices = [
        staff.get(f"/catalogue/products/{product['id']}").json["list_price_cents"]
        for product in (first, second, other)
    ]
    assert prices == [2199, 1100, 1999]
    assert audit(staff, "product", first["id"])[0]["detail"] == "+10 %"


def test_prices_are_not_changed_by_accident(staff):
    assert staff.post("/admin/prices", {"percent": 10}).error["field"] == "category"
    assert staff.post("/admin/prices", {"category": "cables", "percent": -90}).status == 422
    assert staff.post("/admin/prices", {"skus": "CBL-CC-1", "percent": 10}).status == 400


def test_products_are_imported(staff, make_product):
    known, sku = make_product(), f"IMP-{uuid.uuid4().hex[:10].upper()}"
    lines = [
        HEADING,
        f"{sku},Cable tie,cables,Ten of them,490,20,75",
        f"{known['sku']},Stand 2,audio,,2500,300,99",
    ]
    answer = staff.send("POST", "/admin/import", "\n".join(lines).encode(), {"Content-Type": "text/csv"})
    assert answer.json == {"added": 1, "changed": 1}
    added = staff.get("/catalogue/products", sku=sku).json["items"][0]
    assert (added["name"], added["list_price_cents"], added["stock"]) == ("Cable tie", 490, 75)
    changed = staff.get(f"/catalogue/products/{known['id']}").json
    assert (changed["name"], changed["category"], changed["stock"]) == ("Stand 2", "audio", 10)


def test_nothing_is_imported_when_one_line_is_wrong(staff):
    sku = f"IMP-{uuid.uuid4().hex[:10].upper()}"
    lines = [f"{sku},Cable tie,cables,,490,20,75", "X-1,Something,spaceships,,490,20,75"]
    answer = send_csv(staff, HEADING, *lines)
    assert (answer.status, answer.error["line"]) == (422, 3)
    assert staff.get("/catalogue/products", sku=sku).json["total"] == 0
    assert send_csv(staff, "sku,name", "A,B").status == 400


def test_two_accounts_of_a_customer_become_one(staff, customer, other_customer, place_order):
    order = place_order()
    ids = {"from_id": customer.user["id"], "into_id": other_customer.user["id"]}
    moved = staff.post("/admin/customers/merge", ids).json["moved"]
    assert (moved["orders"], moved["addresses"]) == (1, 1)
    assert other_customer.get(f"/orders/{order['number']}").status == 200
    assert customer.get("/users/me").status == 401
    assert audit(staff, "user", other_customer.user["id"])[0]["action"] == "merge"
    assert staff.post("/admin/customers/merge", {**ids, "into_id": ids["from_id"]}).status == 409


def test_one_search_finds_customers_products_and_orders(staff, customer, place_order):
    order = place_order()
    found = staff.get("/admin/search", q=customer.user["email"].upper()).json
    assert [(entry["id"], entry["orders"]) for entry in found["customers"]] == [(customer.user["id"], 1)]
    assert [entry["id"] for entry in staff.get("/admin/search", q=order["number"]).json["orders"]] == [
        order["id"]
    ]
    assert "CBL-CC-1" in [entry["sku"] for entry in staff.get("/admin/search", q="cbl-cc").json["products"]]
    assert staff.get("/admin/search", q="x").status == 400


def test_the_night_closes_promotions_of_products_that_left(staff, make_product):
    product = make_product()
    promotion = {"name": "Farewell", "sku": product["sku"], "percent_off": 30}
    promotion_id = staff.post("/pricing/promotions", promotion).json["id"]
    staff.patch(f"/catalogue/products/{product['id']}", {"active": 0})
    answer = staff.post("/admin/jobs/nightly")
    assert answer.status == 201
    assert None not in answer.json["steps"].values()
    running = staff.get("/pricing/promotions").json["items"]
    assert promotion_id not in [entry["id"] for entry in running]
    job = next(job for job in staff.get("/admin/jobs").json["items"] if job["id"] == answer.json["id"])
    assert "promotions closed: " in job["detail"]
    assert job["finished_at"] >= job["started_at"]


def test_browsers_sign_in_and_change_a_price(staff, browser, make_product):
    product = make_product()
    assert where_to(browser.open("/products")) == "/login"
    assert browser.open("/login", email=STAFF["email"], password="wrong").status == 401
    assert where_to(browser.open("/login", **STAFF)) == "/"
    assert "Low stock" in browser.open("/").text
    for path in ("/orders?status=paid", "/customers?q=castro"):
        assert browser.open(path).status == 200

    page = browser.open(f"/products?q={product['sku']}").text
    csrf = re.search(r'name="csrf" value="(\w+)"', page)[1]
    price = f"/products/{product['id']}/price"
    assert browser.open(price, csrf="stolen", price_cents=1).status == 403
    assert where_to(browser.open(price, csrf=csrf, price_cents=2499)).startswith("/products")
    assert staff.get(f"/catalogue/products/{product['id']}").json["list_price_cents"] == 2499
    browser.open("/logout")
    assert where_to(browser.open("/")) == "/login"
