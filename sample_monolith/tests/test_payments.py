import pytest

from .client import at_once
from .conftest import DECLINED_CARD, GOOD_CARD


@pytest.fixture
def order(place_order):
    """A pending order of two cables."""
    return place_order(sku="CBL-CC-1", quantity=2)


@pytest.fixture
def pay(customer, order):
    """Pays the order, as it should be or with some fields changed."""

    def post(client=customer, **changes):
        body = {"order_id": order["id"], "amount_cents": order["total_cents"], "card_number": GOOD_CARD}
        return client.post("/payments", {**body, **changes})

    return post


def test_a_payment_is_captured_and_the_order_is_paid(customer, order, pay):
    answer = pay()
    assert answer.status == 201
    payment = answer.json
    assert (payment["status"], payment["amount_cents"]) == ("captured", order["total_cents"])
    assert (payment["order_id"], payment["order_number"]) == (order["id"], order["number"])
    assert (payment["user_id"], payment["refunded_cents"]) == (customer.user["id"], 0)
    assert (payment["card_last4"], payment["currency"], payment["refunds"]) == ("0077", "EUR", [])
    assert customer.get(f"/orders/{order['number']}").json["status"] == "paid"


def test_a_payment_can_be_read_again(customer, pay):
    payment = pay().json
    answer = customer.get(f"/payments/{payment['id']}")
    assert (answer.status, answer.json) == (200, payment)


def test_an_unknown_payment_is_not_found(customer):
    assert customer.get("/payments/99999999").error["code"] == "not_found"
    assert customer.post("/payments/99999999/refund", {"reason": "late"}).status == 404


def test_a_declined_card_leaves_the_order_pending(customer, order, pay):
    answer = pay(card_number="4000 0000 0000 0002")
    assert answer.status == 402
    assert answer.error["code"] == "payment_declined"
    assert answer.error["message"] == "The card was declined: insufficient funds."
    assert customer.get(f"/payments/{answer.error['payment_id']}").json["status"] == "declined"
    assert customer.get(f"/orders/{order['number']}").json["status"] == "pending"


def test_after_a_declined_card_another_one_may_pay(customer, order, pay):
    pay(card_number=DECLINED_CARD)
    assert pay().status == 201
    found = customer.get("/payments", order_id=order["id"]).json
    assert [payment["status"] for payment in found["items"]] == ["captured", "declined"]
    assert found["total"] == 2


def test_payments_can_be_filtered_by_status(customer, order, pay):
    pay(card_number=DECLINED_CARD)
    declined = customer.get("/payments", order_id=order["id"], status="declined").json
    captured = customer.get("/payments", order_id=order["id"], status="captured").json
    assert (declined["total"], captured["total"]) == (1, 0)
    assert customer.get("/payments", order_id="all").status == 400


def test_an_order_is_paid_only_once(pay):
    assert pay().status == 201
    answer = pay()
    assert (answer.status, answer.error["status"]) == (409, "paid")


def test_of_simultaneous_payments_one_wins(customer, order, pay):
    answers = at_once(6, pay)
    assert sorted(answer.status for answer in answers) == [201] + [409] * 5
    assert customer.get("/payments", order_id=order["id"]).json["total"] == 1


def test_the_amount_must_be_that_of_the_order(order, pay):
    answer = pay(amount_cents=1)
    assert answer.status == 422
    assert answer.error["message"] == f"Order {order['number']} costs {order['total_cents']} cents, not 1."


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


def test_a_body_that_is_no_json_object_is_refused(customer):
    assert customer.post("/payments", [1]).status == 400
    json = {"Content-Type": "application/json"}
    assert customer.send("POST", "/payments", b"{", json).error["code"] == "bad_request"


def test_a_full_refund_gives_everything_back(customer, order, pay):
    payment = pay().json
    answer = customer.post(f"/payments/{payment['id']}/refund", {"reason": "damaged"})
    assert answer.status == 200
    assert (answer.json["status"], answer.json["refunded_cents"]) == ("refunded", order["total_cents"])
    assert customer.get(f"/orders/{order['number']}").json["status"] == "refunded"


def test_refunds_in_parts_add_up(customer, order, pay):
    path = f"/payments/{pay().json['id']}/refund"
    first = customer.post(path, {"amount_cents": 500, "reason": "scratched"}).json
    assert (first["status"], first["refunded_cents"]) == ("partially_refunded", 500)
    assert customer.get(f"/orders/{order['number']}").json["status"] == "paid"
    second = customer.post(path, {"reason": "sent back"}).json
    assert second["status"] == "refunded"
    assert [(part["amount_cents"], part["reason"]) for part in second["refunds"]] == [
        (500, "scratched"),
        (order["total_cents"] - 500, "sent back"),
    ]


def test_of_simultaneous_refunds_one_wins(customer, order, pay):
    path = f"/payments/{pay().json['id']}/refund"
    answers = at_once(4, lambda: customer.post(path, {"reason": "twice"}))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]


def test_no_more_than_the_payment_is_refunded(customer, order, pay):
    path = f"/payments/{pay().json['id']}/refund"
    assert customer.post(path, {"amount_cents": order["total_cents"] + 1, "reason": "greed"}).status == 422
    assert customer.post(path, {"reason": "sent back"}).status == 200
    answer = customer.post(path, {"reason": "sent back"})
    assert (answer.status, answer.error["status"]) == (409, "refunded")


def test_a_declined_payment_cannot_be_refunded(customer, pay):
    payment_id = pay(card_number=DECLINED_CARD).error["payment_id"]
    assert customer.post(f"/payments/{payment_id}/refund", {"reason": "why not"}).status == 409


def test_a_refund_needs_a_reason_and_a_positive_amount(customer, pay):
    path = f"/payments/{pay().json['id']}/refund"
    assert customer.post(path, {}).error["field"] == "reason"
    assert customer.post(path, {"reason": "late", "amount_cents": "5"}).status == 400
    assert customer.post(path, {"reason": "late", "amount_cents": 0}).status == 422


def test_a_method_that_is_not_offered_is_refused(shop):
    answer = shop.send("DELETE", "/payments")
    assert (answer.status, answer.error["code"]) == (405, "method_not_allowed")


def test_payments_are_between_the_customer_and_the_staff(shop, staff, other_customer, order, pay):
    assert (pay(shop).status, pay(other_customer).status) == (401, 404)
    payment = pay().json
    path = f"/payments/{payment['id']}"
    assert (shop.get(path).status, other_customer.get(path).status) == (401, 404)
    assert other_customer.post(f"{path}/refund", {"reason": "mine now"}).status == 404
    assert other_customer.get("/payments", order_id=order["id"]).json["items"] == []
    assert staff.get("/payments", order_id=order["id"]).json["items"] == [payment]
    assert staff.post(f"{path}/refund", {"reason": "goodwill", "amount_cents": 100}).status == 200


def test_loyalty_points_come_and_go_with_the_money(customer, order, pay):
    def points():
        return customer.get("/users/me").json["loyalty_points"]

    payment = pay().json
    assert points() == order["total_cents"] // 100
    customer.post(f"/payments/{payment['id']}/refund", {"reason": "sent back"})
    assert points() == 0
