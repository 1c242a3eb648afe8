from concurrent.futures import ThreadPoolExecutor

import pytest

from .conftest import GOOD_CARD

DECLINED_CARD = "4000 0000 0000 0002"


@pytest.fixture
def order(place_order):
    """A pending order of 19.80 EUR."""
    return place_order("CBL-CC-1", 2)


@pytest.fixture
def pay(shop, order):
    """Pays the order, as it should be or with some fields changed."""

    def post(**changes):
        body = {"order_id": order["id"], "amount_cents": order["total_cents"], "card_number": GOOD_CARD}
        return shop.post("/payments", {**body, **changes})

    return post


def test_a_payment_is_captured_and_the_order_is_paid(shop, order, pay):
    answer = pay()
    assert answer.status == 201
    payment = answer.json
    assert (payment["status"], payment["amount_cents"], payment["refunded_cents"]) == ("captured", 1980, 0)
    assert (payment["order_id"], payment["order_number"]) == (order["id"], order["number"])
    assert (payment["card_last4"], payment["currency"], payment["refunds"]) == ("0077", "EUR", [])
    assert shop.get(f"/orders/{order['number']}").json["status"] == "paid"


def test_a_payment_can_be_read_again(shop, pay):
    payment = pay().json
    answer = shop.get(f"/payments/{payment['id']}")
    assert (answer.status, answer.json) == (200, payment)


def test_an_unknown_payment_is_not_found(shop):
    assert shop.get("/payments/99999999").error["code"] == "not_found"
    assert shop.post("/payments/99999999/refund", {"reason": "late"}).status == 404


def test_a_declined_card_leaves_the_order_pending(shop, order, pay):
    answer = pay(card_number=DECLINED_CARD)
    assert answer.status == 402
    assert answer.error["code"] == "payment_declined"
    assert answer.error["message"] == "The card was declined: insufficient funds."
    assert shop.get(f"/payments/{answer.error['payment_id']}").json["status"] == "declined"
    assert shop.get(f"/orders/{order['number']}").json["status"] == "pending"


def test_after_a_declined_card_another_one_may_pay(shop, order, pay):
    pay(card_number=DECLINED_CARD)
    assert pay().status == 201
    found = shop.get("/payments", order_id=order["id"]).json
    assert [payment["status"] for payment in found["items"]] == ["captured", "declined"]
    assert found["total"] == 2


def test_payments_can_be_filtered_by_status(shop, order, pay):
    pay(card_number=DECLINED_CARD)
    declined = shop.get("/payments", order_id=order["id"], status="declined").json
    captured = shop.get("/payments", order_id=order["id"], status="captured").json
    assert (declined["total"], captured["total"]) == (1, 0)
    assert shop.get("/payments", order_id="all").status == 400


def test_an_order_is_paid_only_once(pay):
    assert pay().status == 201
    answer = pay()
    assert (answer.status, answer.error["status"]) == (409, "paid")


def test_of_simultaneous_payments_one_wins(shop, order, pay):
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: pay(), range(6)))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 5
    assert shop.get("/payments", order_id=order["id"]).json["total"] == 1


def test_the_amount_must_be_that_of_the_order(order, pay):
    answer = pay(amount_cents=1)
    assert answer.status == 422
    assert answer.error["message"] == f"Order {order['number']} costs 1980 cents, not 1."


def test_an_unknown_order_cannot_be_paid(pay):
    assert pay(order_id=99999999).status == 404


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"order_id": "1"}, 400),
        ({"amount_cents": 19.8}, 400),
        ({"amount_cents": True}, 400),
        ({"card_number": None}, 400),
        ({"card_number": "4000"}, 422),
        ({"card_number": "four thousand and one"}, 422),
    ],
)
def test_fields_of_a_payment_are_checked(pay, changes, status):
    assert pay(**changes).status == status


def test_a_body_that_is_no_json_object_is_refused(shop):
    assert shop.post("/payments", [1]).status == 400
    assert shop.send("POST", "/payments", b"{").error["code"] == "bad_request"


def test_a_full_refund_gives_everything_back(shop, order, pay):
    payment = pay().json
    answer = shop.post(f"/payments/{payment['id']}/refund", {"reason": "damaged"})
    assert answer.status == 200
    assert (answer.json["status"], answer.json["refunded_cents"]) == ("refunded", 1980)
    assert shop.get(f"/orders/{order['number']}").json["status"] == "refunded"


def test_refunds_in_parts_add_up(shop, order, pay):
    path = f"/payments/{pay().json['id']}/refund"
    first = shop.post(path, {"amount_cents": 500, "reason": "scratched"}).json
    assert (first["status"], first["refunded_cents"]) == ("partially_refunded", 500)
    assert shop.get(f"/orders/{order['number']}").json["status"] == "paid"
    second = shop.post(path, {"reason": "sent back"}).json
    assert second["status"] == "refunded"
    assert [(part["amount_cents"], part["reason"]) for part in second["refunds"]] == [
        (500, "scratched"),
        (1480, "sent back"),
    ]


def test_no_more_than_the_payment_is_refunded(shop, pay):
    path = f"/payments/{pay().json['id']}/refund"
    assert shop.post(path, {"amount_cents": 1981, "reason": "greed"}).status == 422
    assert shop.post(path, {"reason": "sent back"}).status == 200
    answer = shop.post(path, {"reason": "sent back"})
    assert (answer.status, answer.error["status"]) == (409, "refunded")


def test_a_declined_payment_cannot_be_refunded(shop, pay):
    payment_id = pay(card_number=DECLINED_CARD).error["payment_id"]
    assert shop.post(f"/payments/{payment_id}/refund", {"reason": "why not"}).status == 409


def test_a_refund_needs_a_reason_and_a_positive_amount(shop, pay):
    path = f"/payments/{pay().json['id']}/refund"
    assert shop.post(path, {}).error["field"] == "reason"
    assert shop.post(path, {"reason": "late", "amount_cents": "5"}).status == 400
    assert shop.post(path, {"reason": "late", "amount_cents": 0}).status == 422


def test_a_method_that_is_not_offered_is_refused(shop):
    answer = shop.send("DELETE", "/payments")
    assert (answer.status, answer.error["code"]) == (405, "method_not_allowed")
