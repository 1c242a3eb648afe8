import csv
import io

import pytest

from .client import at_once
from .conftest import ADDRESS, DECLINED_CARD, GOOD_CARD


@pytest.fixture
def parcel(staff, place_order):
    """A paid order of three cables that is on its way."""
    order = place_order(sku="CBL-CC-2", quantity=3, card_number=GOOD_CARD)
    answer = staff.post(f"/orders/{order['number']}/ship")
    assert (answer.status, answer.json["status"]) == (200, "shipped"), answer.text
    return answer.json


def kinds(client, order) -> list[str]:
    return [entry["kind"] for entry in client.get(f"/orders/{order['number']}/timeline").json["items"]]


def payment_of(client, order):
    return client.get("/payments", order_id=order["id"]).json["items"][0]


def test_an_order_without_a_card_waits_for_its_payment(customer, product, place_order):
    order = place_order(sku="CBL-CC-1", quantity=2)
    assert (order["status"], order["subtotal_cents"], order["currency"]) == ("pending", 1980, "EUR")
    assert order["total_cents"] == order["subtotal_cents"] + order["shipping_cents"]
    assert order["user_id"] == customer.user["id"]
    line = {"product_id": product("CBL-CC-1")["id"], "name": "USB-C cable 1 m"}
    assert order["lines"] == [{**line, "quantity": 2, "unit_price_cents": 990}]
    assert customer.get(f"/orders/{order['number']}").json == order


def test_an_order_with_a_card_is_paid_at_once(customer, place_order):
    order = place_order(card_number=GOOD_CARD)
    assert order["status"] == "paid"
    payment = payment_of(customer, order)
    assert (payment["status"], payment["amount_cents"]) == ("captured", order["total_cents"])
    assert kinds(customer, order) == ["placed", "paid"]


def test_an_order_whose_card_is_declined_stays_pending(customer, fill_cart):
    fill_cart(customer)
    answer = customer.post("/orders", {"card_number": DECLINED_CARD})
    assert (answer.status, answer.error["code"]) == (402, "payment_declined")
    assert customer.get(f"/orders/{answer.error['order_number']}").json["status"] == "pending"
    assert customer.get("/cart").json["items"] == []


def test_a_card_number_with_a_typing_error_orders_nothing(customer, fill_cart):
    fill_cart(customer)
    assert customer.post("/orders", {"card_number": "4000"}).error["field"] == "card_number"
    assert customer.post("/orders", {"card_number": 4000}).status == 400
    assert customer.get("/cart/count").json["count"] == 1
    assert customer.get("/orders").json["total"] == 0


def test_of_what_is_sold_out_nothing_is_ordered(customer, product, fill_cart):
    for sku in ("CBL-CC-3", "CHG-CAR-45"):
        fill_cart(customer, sku)
    answer = customer.post("/orders", {})
    assert answer.status == 409
    assert (answer.error["sku"], answer.error["stock"]) == ("CHG-CAR-45", 0)
    assert customer.get("/orders").json["total"] == 0
    assert customer.get("/cart/count").json["count"] == 2


def test_two_taps_on_the_button_make_one_order(customer, fill_cart):
    fill_cart(customer)
    answers = at_once(4, lambda: customer.post("/orders", {}))
    assert sorted(answer.status for answer in answers) == [201, 422, 422, 422]
    assert customer.get("/orders").json["total"] == 1


def test_an_order_goes_to_an_address_of_its_customer(shop, customer, other_customer, fill_cart):
    fill_cart(customer)
    assert shop.post("/orders", {}).status == 401
    assert customer.post("/orders", {"address_id": other_customer.address_id}).status == 404
    assert customer.post("/orders", {"address_id": "home"}).status == 400
    order = customer.post("/orders", {"address_id": customer.address_id}).json
    path = f"/orders/{order['number']}/address"
    elsewhere = customer.post("/users/me/addresses", {**ADDRESS, "city": "Braga"}).json
    abroad = customer.post("/users/me/addresses", {**ADDRESS, "country": "US"}).json
    assert customer.patch(path, {"address_id": abroad["id"]}).status == 409
    assert customer.patch(path, {"address_id": elsewhere["id"]}).status == 200
    assert "Braga" in customer.get(f"/orders/{order['number']}/invoice").text


def test_order_numbers_are_checked(customer, place_order):
    number = place_order()["number"]
    mistyped = number[:-1] + str((int(number[-1]) + 1) % 10)
    for wrong in (mistyped, "MA-999999999-3", "nonsense"):
        assert customer.get(f"/orders/{wrong}").status == 404


def test_a_customer_sees_the_own_orders_newest_first_in_pages(customer, other_customer, place_order):
    numbers = [place_order()["number"] for _ in range(3)]
    place_order(other_customer)
    first = customer.get("/orders", per_page=2).json
    second = customer.get("/orders", per_page=2, page=2).json
    assert (first["total"], first["pages"]) == (3, 2)
    listed = [order["number"] for order in first["items"] + second["items"]]
    assert listed == numbers[::-1]


def test_orders_can_be_filtered(customer, staff, place_order):
    pending, paid = place_order(), place_order(card_number=GOOD_CARD)
    found = customer.get("/orders", status="paid").json
    assert [order["number"] for order in found["items"]] == [paid["number"]]
    found = staff.get("/orders", user_id=customer.user["id"]).json
    assert [order["number"] for order in found["items"]] == [paid["number"], pending["number"]]
    assert staff.get("/orders", user_id="me").status == 400


def test_an_order_is_the_business_of_its_customer(shop, customer, other_customer, place_order):
    path = f"/orders/{place_order()['number']}"
    for page in ("", "/timeline", "/receipt"):
        assert (shop.get(path + page).status, other_customer.get(path + page).status) == (401, 404)
    for action in ("cancel", "return", "reorder"):
        assert (shop.post(f"{path}/{action}").status, other_customer.post(f"{path}/{action}").status) == (
            401,
            404,
        )
    for action in ("ship", "deliver"):
        assert customer.post(f"{path}/{action}").status == 403
    for page in ("/packing-slip", "/check"):
        assert customer.get(path + page).status == 403


def test_cancelling_a_paid_order_gives_everything_back(customer, place_order):
    order = place_order(card_number=GOOD_CARD)
    answer = customer.post(f"/orders/{order['number']}/cancel", {"reason": "found it cheaper"})
    assert (answer.status, answer.json["status"]) == (200, "cancelled")
    payment = payment_of(customer, order)
    assert (payment["status"], payment["refunded_cents"]) == ("refunded", order["total_cents"])
    assert payment["refunds"][0]["reason"] == "found it cheaper"
    assert customer.get("/users/me").json["loyalty_points"] == 0
    assert kinds(customer, order) == ["placed", "paid", "cancelled", "refunded"]


def test_an_order_is_cancelled_only_once_and_before_it_is_sent(customer, place_order, parcel):
    order = place_order()
    assert customer.post(f"/orders/{order['number']}/cancel").status == 200
    answer = customer.post(f"/orders/{order['number']}/cancel")
    assert (answer.status, answer.error["status"]) == (409, "cancelled")
    answer = customer.post(f"/orders/{parcel['number']}/cancel")
    assert (answer.status, answer.error["status"]) == (409, "shipped")


def test_an_order_is_sent_and_delivered_in_that_order(customer, staff, place_order):
    order = place_order()
    path = f"/orders/{order['number']}"
    assert staff.post(f"{path}/ship").error["status"] == "pending"
    payment = {"order_id": order["id"], "amount_cents": order["total_cents"], "card_number": GOOD_CARD}
    assert customer.post("/payments", payment).status == 201
    assert staff.post(f"{path}/deliver").error["status"] == "paid"
    assert staff.post(f"{path}/ship").status == 200
    assert staff.post(f"{path}/deliver").json["status"] == "delivered"
    assert customer.get(f"/shipping{path}").json["status"] == "delivered"
    assert kinds(customer, order) == ["placed", "paid", "shipped", "delivered"]


def test_goods_can_be_sent_back_bit_by_bit(customer, place_order, parcel):
    path, cable = f"/orders/{parcel['number']}/return", parcel["lines"][0]["product_id"]
    first = customer.post(path, {"lines": [{"product_id": cable, "quantity": 2}], "reason": "too long"})
    assert (first.status, first.json["status"], first.json["returned"]) == (200, "shipped", [cable])
    assert payment_of(customer, parcel)["refunded_cents"] == 2 * 1290
    assert customer.post(path, {"lines": [{"product_id": cable, "quantity": 2}]}).status == 422
    assert customer.post(path, {}).json["status"] == "refunded"
    assert payment_of(customer, parcel)["refunded_cents"] == parcel["total_cents"]
    assert customer.post(path, {}).error["status"] == "refunded"
    assert customer.post(f"/orders/{place_order()['number']}/return", {}).error["status"] == "pending"


def test_an_order_can_be_ordered_again(customer, fill_cart, product, place_order):
    fill_cart(customer, "GLASS-15")
    order = place_order(sku="CASE-CLR-15", quantity=2)
    cart = customer.post(f"/orders/{order['number']}/reorder").json
    assert {item["sku"]: item["quantity"] for item in cart["items"]} == {"GLASS-15": 1, "CASE-CLR-15": 2}
    assert cart["skipped"] == []


def test_the_documents_are_pages(shop, customer, staff, place_order):
    order = place_order(sku="CASE-CLR-15", quantity=2, card_number=GOOD_CARD)
    receipt = customer.get(f"/orders/{order['number']}/receipt")
    assert (receipt.status, receipt.content_type) == (200, "text/html")
    assert "29.80 EUR" in receipt.text
    assert "Card ending 0077" in receipt.text
    assert "Includes 23 % VAT" in shop.get(f"/orders/{order['number']}/invoice").text
    slip = staff.get(f"/orders/{order['number']}/packing-slip").text
    assert "CASE-CLR-15" in slip and "Rua do Sol 1" in slip
    assert "Not paid yet." in customer.get(f"/orders/{place_order()['number']}/receipt").text


def test_the_staff_checks_corrects_and_exports_orders(customer, staff, place_order):
    order = place_order(sku="CBL-CC-1", quantity=60)
    check = staff.get(f"/orders/{order['number']}/check").json
    assert check["suspicions"] == ["large first order", "many units of one product"]
    assert (check["customer"]["orders"], check["balance_cents"]) == (1, order["total_cents"])

    path = f"/orders/{order['number']}/lines/{order['lines'][0]['product_id']}"
    assert customer.patch(path, {"unit_price_cents": 1}).status == 403
    corrected = staff.patch(path, {"unit_price_cents": 900}).json
    assert corrected["total_cents"] == 60 * 900 + order["shipping_cents"]
    assert kinds(customer, order) == ["placed"]
    assert kinds(staff, order) == ["placed", "suspicious", "price_corrected"]

    day = order["placed_at"][:10]
    exported = staff.get("/orders/export.csv", since=day, status="pending")
    rows = {row["number"]: row for row in csv.DictReader(io.StringIO(exported.text), delimiter=";")}
    assert rows[order["number"]]["total_cents"] == str(corrected["total_cents"])
    assert staff.get("/orders/statistics", since=day).json["by_status"]["pending"] >= 1
