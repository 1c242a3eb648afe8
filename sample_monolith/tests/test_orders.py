import pytest

from .conftest import GOOD_CARD

DECLINED_CARD = "4000000000000002"


def test_an_order_without_a_card_waits_for_its_payment(shop, customer, place_order):
    order = place_order("CBL-CC-1", 2)
    assert (order["status"], order["total_cents"], order["currency"]) == ("pending", 1980, "EUR")
    assert order["user_id"] == customer["id"]
    assert order["lines"][0] == {**order["lines"][0], "name": "USB-C cable 1 m", "quantity": 2}
    assert shop.get(f"/orders/{order['number']}").json == order


def test_an_order_with_a_card_is_paid_at_once(shop, place_order):
    order = place_order("EAR-BUD-2", 1, GOOD_CARD)
    assert order["status"] == "paid"
    payment = shop.get("/payments", order_id=order["id"]).json["items"][0]
    assert (payment["status"], payment["amount_cents"]) == ("captured", 7990)


def test_an_order_whose_card_is_declined_stays_pending(shop, customer, product):
    lines = [{"product_id": product("CBL-CC-1")["id"]}]
    body = {"user_id": customer["id"], "lines": lines, "card_number": DECLINED_CARD}
    answer = shop.post("/orders", body)
    assert answer.status == 402
    assert answer.error["code"] == "payment_declined"
    assert shop.get(f"/orders/{answer.error['order_number']}").json["status"] == "pending"


def test_an_order_takes_its_goods_from_stock(product, place_order):
    before = product("CASE-LEA-15")["stock"]
    place_order("CASE-LEA-15", 2)
    assert product("CASE-LEA-15")["stock"] == before - 2


def test_what_is_sold_out_cannot_be_ordered(shop, customer, product):
    lines = [{"product_id": product(sku)["id"]} for sku in ("GLASS-15", "CHG-CAR-45")]
    before = product("GLASS-15")["stock"]
    answer = shop.post("/orders", {"user_id": customer["id"], "lines": lines})
    assert answer.status == 409
    assert (answer.error["sku"], answer.error["stock"]) == ("CHG-CAR-45", 0)
    assert product("GLASS-15")["stock"] == before


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (None, 400),
        ([1], 400),
        ([{"product_id": "1"}], 400),
        ([], 422),
        ([{"product_id": 1, "quantity": 0}], 422),
        ([{"product_id": 1, "quantity": 60}, {"product_id": 1, "quantity": 60}], 422),
        ([{"product_id": 99999999}], 404),
    ],
)
def test_lines_that_make_no_sense_are_refused(shop, customer, lines, status):
    answer = shop.post("/orders", {"user_id": customer["id"], "lines": lines})
    assert answer.status == status


def test_only_a_known_customer_can_order(shop):
    assert shop.post("/orders", {"lines": [{"product_id": 1}]}).status == 400
    assert shop.post("/orders", {"user_id": 99999999, "lines": [{"product_id": 1}]}).status == 404


def test_order_numbers_are_checked(shop, place_order):
    number = place_order()["number"]
    mistyped = number[:-1] + str((int(number[-1]) + 1) % 10)
    for wrong in (mistyped, "MA-999999999-3", "nonsense"):
        assert shop.get(f"/orders/{wrong}").status == 404


def test_a_customer_sees_the_own_orders_newest_first_in_pages(shop, customer, place_order):
    numbers = [place_order()["number"] for _ in range(3)]
    first = shop.get("/orders", user_id=customer["id"], per_page=2).json
    second = shop.get("/orders", user_id=customer["id"], per_page=2, page=2).json
    assert (first["total"], first["pages"]) == (3, 2)
    listed = [order["number"] for order in first["items"] + second["items"]]
    assert listed == numbers[::-1]


def test_orders_can_be_filtered_by_status(shop, customer, place_order):
    place_order()
    paid = place_order(card_number=GOOD_CARD)
    found = shop.get("/orders", user_id=customer["id"], status="paid").json
    assert [order["number"] for order in found["items"]] == [paid["number"]]
    assert shop.get("/orders", user_id="me").status == 400


def test_cancelling_a_pending_order_puts_the_goods_back(shop, product, place_order):
    before = product("PWR-10K")["stock"]
    order = place_order("PWR-10K", 3)
    answer = shop.post(f"/orders/{order['number']}/cancel")
    assert (answer.status, answer.json["status"]) == (200, "cancelled")
    assert product("PWR-10K")["stock"] == before


def test_cancelling_a_paid_order_gives_the_money_back(shop, place_order):
    order = place_order(card_number=GOOD_CARD)
    assert shop.post(f"/orders/{order['number']}/cancel").json["status"] == "cancelled"
    payment = shop.get("/payments", order_id=order["id"]).json["items"][0]
    assert (payment["status"], payment["refunded_cents"]) == ("refunded", 990)


def test_an_order_is_cancelled_only_once(shop, place_order):
    order = place_order()
    assert shop.post(f"/orders/{order['number']}/cancel").status == 200
    answer = shop.post(f"/orders/{order['number']}/cancel")
    assert (answer.status, answer.error["status"]) == (409, "cancelled")


def test_the_sales_report_counts_paid_orders_and_what_was_given_back(shop, place_order):
    def chargers() -> dict[str, int]:
        items = shop.get("/orders/reports/sales").json["items"]
        return next(
            (item for item in items if item["category"] == "chargers"),
            {"units": 0, "gross_cents": 0, "net_cents": 0},
        )

    before = chargers()
    place_order("CHG-QI-15", 2, GOOD_CARD)
    refunded = place_order("CHG-QI-15", 1, GOOD_CARD)
    shop.post(f"/orders/{refunded['number']}/cancel")
    after = chargers()
    assert after["units"] - before["units"] == 3
    assert after["gross_cents"] - before["gross_cents"] == 3 * 2990
    assert after["net_cents"] - before["net_cents"] == 2 * 2990
    assert shop.get("/orders/reports/sales", since="9999-01-01").json["items"] == []


def test_the_unpaid_report_counts_declined_cards(shop, customer, place_order):
    order = place_order()
    body = {"order_id": order["id"], "amount_cents": order["total_cents"], "card_number": DECLINED_CARD}
    shop.post("/payments", body)
    items = shop.get("/orders/reports/unpaid").json["items"]
    mine = [item for item in items if item["email"] == customer["email"]]
    assert [(item["id"], item["declined_payments"]) for item in mine] == [(order["id"], 1)]


def test_the_receipt_is_a_page_that_shows_the_card(shop, place_order):
    order = place_order("CASE-CLR-15", 2, GOOD_CARD)
    answer = shop.get(f"/orders/{order['number']}/receipt")
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert "29.80 EUR" in answer.text
    assert "Card ending 0077" in answer.text
    assert "Not paid yet." in shop.get(f"/orders/{place_order()['number']}/receipt").text
