from .conftest import GOOD_CARD


def test_categories_tell_how_many_products_they_have(shop):
    answer = shop.get("/catalogue/categories")
    assert answer.status == 200
    counts = {item["slug"]: item["products"] for item in answer.json["items"]}
    assert counts == {"audio": 2, "cables": 2, "cases": 4, "chargers": 4}


def test_products_come_in_pages(shop):
    first = shop.get("/catalogue/products", per_page=5).json
    last = shop.get("/catalogue/products", per_page=5, page=3).json
    assert (first["page"], first["pages"], first["total"]) == (1, 3, 12)
    assert (len(first["items"]), len(last["items"])) == (5, 2)
    assert shop.get("/catalogue/products", page=99).json["items"] == []


def test_products_can_be_filtered_searched_and_sorted(shop):
    cables = shop.get("/catalogue/products", category="cables", sort="-price").json["items"]
    assert [item["sku"] for item in cables] == ["CBL-CC-2", "CBL-CC-1"]
    found = shop.get("/catalogue/products", q="braided").json
    assert found["total"] == 2


def test_bad_paging_and_sorting_are_refused(shop):
    for query in ({"page": "0"}, {"page": "two"}, {"per_page": "-1"}, {"sort": "colour"}):
        answer = shop.get("/catalogue/products", **query)
        assert answer.status == 400
        assert answer.error["field"] in query


def test_a_product_has_a_description(shop, product):
    glass = product("GLASS-15")
    answer = shop.get(f"/catalogue/products/{glass['id']}")
    assert answer.status == 200
    assert answer.json == {**answer.json, "name": "Screen protector 15", "price_cents": 1290}
    assert answer.json["description"].startswith("Tempered glass")


def test_an_unknown_product_is_not_found(shop):
    assert shop.get("/catalogue/products/99999999").error["code"] == "not_found"
    assert shop.get("/catalogue/nothing").status == 404


def test_best_sellers_count_units_of_paid_orders_only(shop, place_order):
    def sold() -> int:
        items = shop.get("/catalogue/best-sellers", per_page=50).json["items"]
        return {item["sku"]: item["sold"] for item in items}.get("SPK-MINI", 0)

    before = sold()
    place_order("SPK-MINI", 2)
    assert sold() == before
    place_order("SPK-MINI", 3, GOOD_CARD)
    assert sold() == before + 3


def test_the_shop_window_is_a_page_for_browsers(shop):
    answer = shop.get("/", category="audio")
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert "Wireless earbuds 2" in answer.text
    assert "79.90 EUR" in answer.text
    assert "Clear case 15</h2>" not in answer.text
    assert shop.get("/static/shop.css").content_type == "text/css"
