import uuid

import pytest

from .conftest import GOOD_CARD


@pytest.fixture
def stocked(staff):
    """Makes a product of this test alone, with so many pieces in the warehouse."""

    def make(stock):
        sku = f"STOCK-{uuid.uuid4().hex[:12].upper()}"
        body = {"sku": sku, "name": f"Test {sku}", "category": "cables", "price_cents": 1000, "stock": stock}
        answer = staff.post("/catalogue/products", body)
        assert answer.status == 201, answer.text
        return answer.json

    return make


@pytest.fixture
def books(staff):
    """What the books say of a product: on hand, reserved, and its movements, the oldest first."""

    def read(product):
        found = staff.get(f"/inventory/{product['id']}/movements", per_page=50).json
        moved = [(item["kind"], item["quantity"]) for item in reversed(found["items"])]
        return found["on_hand"], found["reserved"], moved

    return read


def count(client, text):
    return client.send("POST", "/inventory/count", text.encode(), {"Content-Type": "text/csv"})


def test_everybody_sees_what_is_available(shop, stocked):
    made = stocked(12)
    shown = {"product_id": made["id"], "sku": made["sku"], "available": 12}
    assert shop.get(f"/inventory/{made['id']}").json == shown
    assert shop.get("/inventory/99999999").status == 404


def test_the_staff_takes_in_deliveries(staff, customer, stocked, books):
    made = stocked(0)
    path = f"/inventory/{made['id']}/receive"
    answer = staff.post(path, {"quantity": 40, "note": "delivery 4711"})
    assert (answer.status, answer.json["on_hand"], answer.json["available"]) == (201, 40, 40)
    assert customer.post(path, {"quantity": 40}).status == 403
    assert staff.post(path, {"quantity": 0}).status == 422
    assert staff.post("/inventory/99999999/receive", {"quantity": 1}).status == 404
    assert books(made) == (40, 0, [("receive", 40)])


def test_an_order_sets_its_goods_aside(shop, staff, customer, stocked, books, place_order):
    made = stocked(10)
    order = place_order(sku=made["sku"], quantity=3)
    assert shop.get(f"/inventory/{made['id']}").json["available"] == 7
    assert books(made) == (10, 3, [("receive", 10), ("reserve", 3)])
    newest = staff.get(f"/inventory/{made['id']}/movements", kind="reserve").json["items"][0]
    assert (newest["order_id"], newest["created_by"]) == (order["id"], customer.user["id"])


def test_a_cancelled_order_puts_its_goods_back(customer, stocked, books, place_order):
    made = stocked(10)
    order = place_order(sku=made["sku"], quantity=3)
    assert customer.post(f"/orders/{order['number']}/cancel").status == 200
    assert books(made) == (10, 0, [("receive", 10), ("reserve", 3), ("release", 3)])


def test_goods_that_are_sent_are_gone(staff, stocked, books, place_order):
    made = stocked(10)
    order = place_order(sku=made["sku"], quantity=4, card_number=GOOD_CARD)
    assert staff.post(f"/orders/{order['number']}/ship").status == 200
    assert books(made) == (6, 0, [("receive", 10), ("reserve", 4), ("ship", 4)])


def test_more_than_there_is_cannot_be_ordered(customer, stocked, books, fill_cart):
    made = stocked(2)
    fill_cart(customer, made["sku"], 3)
    answer = customer.post("/orders", {})
    assert (answer.status, answer.error["sku"], answer.error["stock"]) == (409, made["sku"], 2)
    assert books(made) == (2, 0, [("receive", 2)])


def test_what_runs_low_is_on_the_list_to_reorder(shop, staff, customer, stocked):
    low, plenty = stocked(3), stocked(500)
    listed = staff.get("/inventory/low").json
    available = {item["sku"]: item["available"] for item in listed["items"]}
    assert available[low["sku"]] == 3
    assert plenty["sku"] not in available
    assert f"{low['sku']}:3" in listed["reorder"].split(",")
    assert (shop.get("/inventory/low").status, customer.get("/inventory/low").status) == (401, 403)


def test_a_count_corrects_the_books_or_nothing(staff, customer, stocked, books, place_order):
    right, wrong = stocked(10), stocked(10)
    place_order(sku=wrong["sku"], quantity=5)
    sheet = f"sku,counted\n{right['sku']},4\n{right['sku']},6\n{wrong['sku']},"
    assert count(customer, sheet + "8").status == 403
    assert count(staff, sheet + "many").error["line"] == 4
    assert count(staff, sheet + "8\nNO-SUCH-SKU,1").status == 422
    assert count(staff, sheet + "4").error["reserved"] == 5
    assert books(wrong)[0] == 10

    taken = count(staff, sheet + "8").json
    assert (taken["counted"], taken["value_cents"]) == (2, -2000)
    assert [(line["sku"], line["difference"]) for line in taken["corrections"]] == [(wrong["sku"], -2)]
    assert books(wrong) == (8, 5, [("receive", 10), ("reserve", 5), ("correct", -2)])
    assert books(right)[0] == 10
