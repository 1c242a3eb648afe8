import uuid

import pytest

from .conftest import GOOD_CARD

PAST, FUTURE = "2020-01-01T00:00:00", "2999-01-01T00:00:00"


@pytest.fixture
def priced(staff):
    """A product of this test alone, for 10 euros."""
    sku = f"PRICE-{uuid.uuid4().hex[:12].upper()}"
    body = {"sku": sku, "name": f"Test {sku}", "category": "cables", "price_cents": 1000, "stock": 500}
    answer = staff.post("/catalogue/products", body)
    assert answer.status == 201, answer.text
    return answer.json


@pytest.fixture
def promote(staff, priced):
    created = []

    def create(percent_off, **fields):
        body = {"name": "Test week", "sku": priced["sku"], "percent_off": percent_off, **fields}
        answer = staff.post("/pricing/promotions", body)
        assert answer.status == 201, answer.text
        created.append(answer.json["id"])
        return answer.json

    yield create
    for promotion_id in created:
        staff.delete(f"/pricing/promotions/{promotion_id}")


def price(client, product, quantity=1, **query):
    answer = client.get("/pricing/quote", product_id=product["id"], quantity=quantity, **query)
    assert answer.status == 200, answer.text
    return answer.json


def test_a_quote_counts_every_unit(shop, priced):
    quote = price(shop, priced, 3)
    line = {"product_id": priced["id"], "quantity": 3, "unit_price_cents": 1000}
    assert quote["lines"] == [line]
    assert (quote["subtotal_cents"], quote["discount_cents"], quote["total_cents"]) == (3000, 0, 3000)


def test_a_quote_needs_a_product_and_a_quantity(shop, priced):
    assert shop.get("/pricing/quote", quantity=1).error["field"] == "product_id"
    assert shop.get("/pricing/quote", product_id=priced["id"], quantity="two").error["field"] == "quantity"
    assert shop.get("/pricing/quote", product_id=99999999, quantity=1).status == 404


def test_promotions_add_up(shop, priced, promote):
    promote(10)
    assert price(shop, priced)["total_cents"] == 900
    promote(20)
    assert price(shop, priced)["total_cents"] == 720
    shown = shop.get(f"/catalogue/products/{priced['id']}").json
    assert (shown["price_cents"], shown["list_price_cents"]) == (720, 1000)


def test_promotions_run_from_their_start_to_their_end(shop, priced, promote):
    over = promote(50, starts_at=PAST, ends_at="2020-01-08")
    promote(50, starts_at="2998-01-01", ends_at=FUTURE)
    now = promote(30, starts_at=PAST, ends_at=FUTURE)
    assert price(shop, priced)["total_cents"] == 700
    running = [promotion["id"] for promotion in shop.get("/pricing/promotions").json["items"]]
    assert now["id"] in running
    assert over["id"] not in running


def test_the_staff_ends_a_promotion(shop, staff, priced, promote):
    path = f"/pricing/promotions/{promote(25, ends_at=FUTURE)['id']}"
    assert shop.delete(path).status == 401
    assert staff.delete(path).json["ends_at"] < FUTURE
    assert price(shop, priced)["total_cents"] == 1000
    assert staff.delete(path).status == 404


def test_a_promotion_that_makes_no_sense_is_refused(staff, customer, priced):
    body = {"name": "Test week", "sku": priced["sku"], "percent_off": 10}
    assert customer.post("/pricing/promotions", body).status == 403
    for wrong, status in (
        ({"percent_off": 95}, 422),
        ({"category": "cables"}, 422),
        ({"ends_at": PAST}, 422),
        ({"ends_at": "soon"}, 400),
        ({"sku": "NO-SUCH-SKU"}, 404),
    ):
        assert staff.post("/pricing/promotions", {**body, **wrong}).status == status, wrong


def test_coupons_take_off_a_percentage_or_an_amount(shop, priced):
    assert price(shop, priced, 3, coupon="welcome10")["discount_cents"] == 300
    assert price(shop, priced, 3, coupon="FIVER")["discount_cents"] == 500
    assert price(shop, priced, 1, coupon="FIVER")["discount_cents"] == 0


def test_unknown_and_expired_coupons_are_told_apart(shop):
    assert shop.get("/pricing/coupons/WELCOME10").json["percent_off"] == 10
    assert shop.get("/pricing/coupons/NO-SUCH-CODE").status == 404
    assert shop.get("/pricing/coupons/EXPIRED").status == 422


def test_loyal_customers_pay_less(shop, customer, priced, place_order):
    assert price(customer, priced)["total_cents"] == 1000
    place_order(customer, priced["sku"], 60, card_number=GOOD_CARD)
    assert price(customer, priced)["total_cents"] == 980
    assert price(shop, priced)["total_cents"] == 1000
