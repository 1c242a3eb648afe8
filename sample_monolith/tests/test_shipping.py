import pytest

from .conftest import GOOD_CARD


@pytest.fixture
def parcel(customer, place_order):
    """The parcel of a paid order of the customer."""
    order = place_order(card_number=GOOD_CARD)
    answer = customer.get(f"/shipping/orders/{order['number']}")
    assert answer.status == 200, answer.text
    return answer.json


def report(client, parcel, status, **headers):
    body = f'{{"tracking_code": "{parcel["tracking_code"]}", "status": "{status}"}}'
    return client.send(
        "POST", "/shipping/webhook", body.encode(), {"Content-Type": "application/json", **headers}
    )


def test_heavier_parcels_cost_more(shop):
    light = shop.get("/shipping/rates", country="de", grams=100).json
    heavy = shop.get("/shipping/rates", country="DE", grams=1_000_000).json
    assert (light["country"], light["price_cents"]) == ("DE", light["options"][0]["price_cents"])
    weights = [option["max_grams"] for option in light["options"]]
    assert weights == sorted(weights)
    assert heavy["options"] == []
    largest = light["options"][-1]
    assert heavy["price_cents"] >= 1_000_000 // largest["max_grams"] * largest["price_cents"]


def test_rates_need_a_country_that_we_ship_to(shop):
    assert shop.get("/shipping/rates").status == 400
    assert shop.get("/shipping/rates", country="AQ").error["field"] == "country"
    assert shop.get("/shipping/rates", country="DE", grams="heavy").status == 400
    assert shop.get("/shipping/rates", country="DE", grams=0).status == 422


def test_a_parcel_is_prepared_when_an_order_is_paid(customer, place_order, parcel):
    assert (parcel["status"], parcel["shipped_at"]) == ("prepared", None)
    assert parcel["tracking_code"]
    pending = place_order()
    answer = customer.get(f"/shipping/orders/{pending['number']}")
    assert (answer.status, answer.error["code"]) == (404, "not_found")


def test_parcels_are_seen_by_their_owner_and_the_staff(shop, staff, other_customer, parcel):
    path = f"/shipping/orders/{parcel['number']}"
    assert shop.get(path).status == 401
    assert other_customer.get(path).status == 404
    assert staff.get(path).json == parcel
    assert staff.get("/shipping/orders/nonsense").status == 404


def test_everybody_with_the_code_can_follow_a_parcel(shop, parcel):
    followed = shop.get(f"/shipping/track/{parcel['tracking_code'].lower()}").json
    assert (followed["tracking_code"], followed["status"]) == (parcel["tracking_code"], "prepared")
    assert shop.get("/shipping/track/MB000").status == 404


def test_an_order_follows_its_parcel(staff, customer, parcel):
    def status():
        return customer.get(f"/orders/{parcel['number']}").json["status"]

    assert report(staff, parcel, "shipped").json["shipped_at"]
    assert status() == "shipped"
    assert report(staff, parcel, "shipped").status == 200
    assert report(staff, parcel, "delivered").json["delivered_at"]
    assert status() == "delivered"
    assert report(staff, parcel, "shipped").error["status"] == "delivered"


def test_only_the_carrier_and_the_staff_move_parcels(shop, staff, customer, parcel):
    assert report(shop, parcel, "shipped").status == 403
    assert report(customer, parcel, "shipped").status == 403
    assert report(shop, parcel, "shipped", **{"X-Carrier-Secret": "guessed"}).status == 403
    assert report(staff, parcel, "lost").error["field"] == "status"
    assert report(staff, {"tracking_code": "MB000"}, "shipped").status == 404


def test_parcels_wait_in_the_queue_until_they_are_sent(staff, customer, parcel):
    def waiting():
        pages = staff.get("/shipping/queue", per_page=50).json["pages"]
        items = staff.get("/shipping/queue", per_page=50, page=max(pages, 1)).json["items"]
        return {item["number"]: item for item in items}

    mine = waiting()[parcel["number"]]
    assert (mine["units"], mine["short"], mine["tracking_code"]) == (1, 0, parcel["tracking_code"])
    assert report(staff, parcel, "shipped").status == 200
    assert parcel["number"] not in waiting()
    assert customer.get("/shipping/queue").status == 403
