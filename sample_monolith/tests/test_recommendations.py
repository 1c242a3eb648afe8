from .conftest import GOOD_CARD


def skus(response) -> list[str]:
    assert response.status == 200, response.text
    return [item["sku"] for item in response.json["items"]]


def test_a_product_is_shown_with_what_goes_with_it_and_is_in_stock(shop, product):
    found = shop.get(f"/recommendations/products/{product('CASE-CLR-15')['id']}", per_page=50)
    assert "GLASS-15" in skus(found)
    assert not {"CASE-CLR-15", "CHG-CAR-45"} & set(skus(found))
    assert any(item["reason"] == "bought_together" for item in found.json["items"])


def test_recommendations_are_cards_at_the_price_of_today(shop, product):
    offers = shop.get(f"/recommendations/products/{product('CHG-USBC-30')['id']}", per_page=3).json["items"]
    assert len(offers) == 3
    for offer in offers:
        shown = product(offer["sku"])
        assert (offer["id"], offer["name"]) == (shown["id"], shown["name"])
        assert offer["price_cents"] == shown["price_cents"]


def test_a_new_customer_gets_what_others_buy(shop, customer):
    offers = customer.get("/recommendations", per_page=5).json["items"]
    assert {offer["reason"] for offer in offers} == {"popular"}
    assert len({offer["id"] for offer in offers}) == 5
    assert shop.get("/recommendations").status == 401


def test_the_cart_and_orders_tell_the_taste_of_a_customer(customer, fill_cart, place_order):
    place_order(sku="CASE-LEA-15", card_number=GOOD_CARD)
    fill_cart(customer, "CHG-USBC-30")
    found = customer.get("/recommendations", per_page=50)
    related = [item["sku"] for item in found.json["items"] if item["reason"] == "bought_together"]
    assert {"GLASS-15", "CBL-CC-2"} <= set(related)
    assert not {"CASE-LEA-15", "CHG-USBC-30"} & set(skus(found))


def test_views_are_remembered_the_last_one_first(customer, other_customer, product):
    for sku in ("SPK-MINI", "EAR-BUD-2", "SPK-MINI"):
        answer = customer.post("/recommendations/views", {"product_id": product(sku)["id"]})
        assert answer.status == 201
    assert skus(customer.get("/recommendations/recent")) == ["SPK-MINI", "EAR-BUD-2"]
    assert skus(customer.get("/recommendations/recent", per_page=1)) == ["SPK-MINI"]
    assert skus(other_customer.get("/recommendations/recent")) == []


def test_only_known_products_can_be_viewed(shop, customer):
    assert customer.post("/recommendations/views", {"product_id": 99999999}).status == 404
    assert customer.post("/recommendations/views", {"product_id": "1"}).status == 400
    assert shop.get("/recommendations/products/99999999").status == 404


def test_what_was_ordered_is_no_longer_recently_viewed(customer, product, place_order):
    for sku in ("PWR-10K", "CBL-CC-2"):
        customer.post("/recommendations/views", {"product_id": product(sku)["id"]})
    place_order(sku="CBL-CC-2")
    assert skus(customer.get("/recommendations/recent")) == ["PWR-10K"]


def test_only_the_staff_starts_a_training(customer, staff):
    assert customer.post("/recommendations/learn").status == 403
    assert staff.post("/recommendations/learn").status == 202
    assert customer.get("/recommendations").json["trained_at"]
