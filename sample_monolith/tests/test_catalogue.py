import uuid

import pytest

from .conftest import GOOD_CARD

PICTURE = b"\x89PNG\r\n\x1a\n-not-much-of-a-picture"


@pytest.fixture
def new_product(staff):
    """Makes a product of this test alone."""

    def make(**fields):
        sku = f"TEST-{uuid.uuid4().hex[:12].upper()}"
        body = {"sku": sku, "name": f"Test {sku}", "category": "cables", "price_cents": 1000, "stock": 50}
        answer = staff.post("/catalogue/products", {**body, **fields})
        assert answer.status == 201, answer.text
        return answer.json

    return make


def upload(client, product_id, name, data):
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return client.send(
        "POST",
        f"/catalogue/products/{product_id}/images",
        head.encode() + data + b"\r\n--edge--\r\n",
        {"Content-Type": "multipart/form-data; boundary=edge"},
    )


def test_categories_tell_how_many_products_they_have(shop, new_product):
    def cables():
        items = shop.get("/catalogue/categories").json["items"]
        return {item["slug"]: item["products"] for item in items}["cables"]

    before = cables()
    new_product()
    assert cables() > before >= 2


def test_products_come_in_pages(shop):
    first = shop.get("/catalogue/products", per_page=5).json
    second = shop.get("/catalogue/products", per_page=5, page=2).json
    assert (first["page"], first["per_page"], len(first["items"])) == (1, 5, 5)
    assert first["pages"] == -(-first["total"] // 5)
    assert second["page"] == 2
    assert shop.get("/catalogue/products", page=9999).json["items"] == []


def test_products_can_be_filtered_searched_and_sorted(shop, new_product):
    word = uuid.uuid4().hex
    dear, cheap = (new_product(name=f"{word} {cents}", price_cents=cents) for cents in (3000, 2000))
    new_product(description=f"Goes with {word.upper()}", category="audio")

    def skus(**query):
        return [item["sku"] for item in shop.get("/catalogue/products", q=word, **query).json["items"]]

    assert len(skus()) == 3
    assert skus(category="cables", sort="price") == [cheap["sku"], dear["sku"]]
    assert skus(category="cables", sort="-price") == [dear["sku"], cheap["sku"]]
    assert skus(sku=dear["sku"]) == [dear["sku"]]


def test_bad_paging_and_sorting_are_refused(shop):
    for query in ({"page": "0"}, {"page": "two"}, {"per_page": "-1"}, {"sort": "colour"}):
        answer = shop.get("/catalogue/products", **query)
        assert answer.status == 400
        assert answer.error["field"] in query


def test_a_product_has_a_description_and_a_price_of_today(shop, product):
    earbuds = product("EAR-BUD-2")
    answer = shop.get(f"/catalogue/products/{earbuds['id']}")
    assert answer.status == 200
    assert answer.json == {**answer.json, "name": "Wireless earbuds 2", "category": "audio"}
    assert answer.json["description"].startswith("Noise cancelling")
    assert answer.json["price_cents"] < answer.json["list_price_cents"] == 7990


def test_an_unknown_product_is_not_found(shop):
    assert shop.get("/catalogue/products/99999999").error["code"] == "not_found"
    assert shop.get("/catalogue/nothing").status == 404
    assert shop.get("/p/NO-SUCH-SKU").status == 404


def test_the_staff_adds_and_changes_products(shop, staff, new_product):
    made = new_product(price_cents=1200)
    assert (made["stock"], made["stars"], made["reviews"]) == (50, 0, 0)
    answer = staff.patch(f"/catalogue/products/{made['id']}", {"price_cents": 900, "name": "Renamed"})
    assert (answer.status, answer.json["list_price_cents"], answer.json["name"]) == (200, 900, "Renamed")
    assert shop.get(f"/catalogue/products/{made['id']}").json["list_price_cents"] == 900


def test_what_cannot_be_a_product_is_refused(staff, new_product):
    made = new_product()
    body = {"sku": made["sku"], "name": "Again", "category": "cables", "price_cents": 1000}
    assert staff.post("/catalogue/products", body).status == 409
    assert staff.post("/catalogue/products", {**body, "price_cents": 0}).error["field"] == "price_cents"
    assert staff.post("/catalogue/products", {**body, "category": "boats"}).error["field"] == "category"
    assert staff.post("/catalogue/products", {"sku": "NAMELESS"}).error["field"] == "name"
    assert staff.patch(f"/catalogue/products/{made['id']}", {}).status == 400


def test_only_the_staff_changes_the_catalogue(shop, customer, product):
    path = f"/catalogue/products/{product('CBL-CC-1')['id']}"
    assert shop.patch(path, {"price_cents": 1}).status == 401
    assert customer.patch(path, {"price_cents": 1}).status == 403
    assert upload(customer, product("CBL-CC-1")["id"], "cable.png", PICTURE).status == 403


def test_products_taken_out_of_the_shop_are_not_listed(shop, staff, new_product):
    made = new_product()
    staff.patch(f"/catalogue/products/{made['id']}", {"active": 0})
    assert shop.get("/catalogue/products", sku=made["sku"]).json["total"] == 0
    assert shop.get(f"/catalogue/products/{made['id']}").json["active"] == 0


def test_customers_review_what_they_bought_once(shop, customer, other_customer, new_product, place_order):
    made = new_product()
    path = f"/catalogue/products/{made['id']}/reviews"
    assert customer.post(path, {"stars": 5, "body": "Not here yet"}).status == 403
    for client, stars in ((customer, 5), (other_customer, 2)):
        place_order(client, made["sku"], card_number=GOOD_CARD)
        assert client.post(path, {"stars": stars, "body": f"{stars} stars"}).status == 201
    assert customer.post(path, {"stars": 1}).status == 409
    assert [item["body"] for item in shop.get(path).json["items"]] == ["2 stars", "5 stars"]
    rated = shop.get(f"/catalogue/products/{made['id']}").json
    assert (rated["stars"], rated["reviews"]) == (3.5, 2)


def test_reviews_have_one_to_five_stars(customer, product):
    path = f"/catalogue/products/{product('CBL-CC-1')['id']}/reviews"
    assert customer.post(path, {"stars": 6}).status == 422
    assert customer.post(path, {"stars": "many"}).status == 400


def test_pictures_are_uploaded_and_served(shop, staff, new_product):
    made = new_product()
    answer = upload(staff, made["id"], "front.png", PICTURE)
    assert answer.status == 201, answer.text
    assert shop.get(answer.json["path"]).content_type == "image/png"
    shown = shop.get(f"/catalogue/products/{made['id']}").json
    assert shown["image"] == answer.json["path"] == shown["images"][0]["path"]
    assert upload(staff, made["id"], "script.html", b"<script>").status == 422
    assert upload(staff, made["id"], "fake.png", b"<script>").status == 422


def test_best_sellers_count_units_of_paid_orders_only(shop, customer, new_product, place_order):
    made = new_product(stock=5000)

    def sold():
        items = shop.get("/catalogue/best-sellers", per_page=50).json["items"]
        return {item["sku"]: item["sold"] for item in items}.get(made["sku"], 0)

    place_order(customer, made["sku"], 2)
    assert sold() == 0
    place_order(customer, made["sku"], 900, card_number=GOOD_CARD)
    assert sold() == 900


def test_the_home_screen_comes_in_one_answer(shop):
    home = shop.get("/catalogue/home").json
    assert home["banner"]["percent_off"] >= 10
    assert {"audio", "cables"} <= {category["slug"] for category in home["categories"]}
    assert len(home["newest"]) == 6


def test_the_shop_window_is_a_page_for_browsers(shop):
    answer = shop.get("/", category="audio", q="earbuds", order="price_cents DESC")
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert "Wireless earbuds 2" in answer.text
    assert "79.90 EUR" in answer.text
    assert "Clear case 15" not in answer.text.split('class="products"')[1]
    assert shop.get("/static/shop.css").content_type == "text/css"


def test_a_product_has_a_page_of_its_own(shop):
    answer = shop.get("/p/GLASS-15")
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert "<h1>Screen protector 15</h1>" in answer.text
