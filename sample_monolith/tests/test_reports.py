import csv
import io

from .conftest import DECLINED_CARD, GOOD_CARD

REPORTS = (
    "sales",
    "sales-by-category",
    "unpaid",
    "customers",
    "everything",
    "stock-value",
    "slow-movers",
    "coupons",
)


def units(staff, category: str) -> int:
    items = staff.get("/reports/sales", category=category).json["items"]
    return sum(item["units"] for item in items)


def test_reports_are_for_the_staff(shop, customer, staff):
    for report in REPORTS:
        assert shop.get(f"/reports/{report}").status == 401
        assert customer.get(f"/reports/{report}").status == 403
        assert isinstance(staff.get(f"/reports/{report}").json["items"], list)


def test_a_paid_order_counts_at_once(staff, place_order):
    before = units(staff, "chargers")
    place_order(sku="CHG-QI-15", quantity=2, card_number=GOOD_CARD)
    place_order(sku="CHG-QI-15")
    assert units(staff, "chargers") == before + 2
    assert staff.get("/reports/sales", since="9999-01-01").json["items"] == []


def test_a_refresh_takes_cancelled_orders_out(customer, staff, place_order):
    staff.post("/reports/refresh")
    before = units(staff, "cases")
    order = place_order(sku="CASE-RUG-15", quantity=3, card_number=GOOD_CARD)
    assert customer.post(f"/orders/{order['number']}/cancel").status == 200
    refreshed = staff.post("/reports/refresh", {"day": order["placed_at"][:10]})
    assert (refreshed.status, refreshed.json["day"]) == (200, order["placed_at"][:10])
    assert units(staff, "cases") == before
    assert customer.post("/reports/refresh").status == 403


def test_the_best_sellers_stand_next_to_the_sales(staff, place_order):
    place_order(sku="EAR-BUD-2", card_number=GOOD_CARD)
    best = staff.get("/reports/sales").json["top_products"]
    assert 1 <= len(best) <= 5
    assert [item["units"] for item in best] == sorted((item["units"] for item in best), reverse=True)


def test_categories_show_what_was_given_back(customer, staff, place_order):
    def cables() -> dict[str, int]:
        items = staff.get("/reports/sales-by-category", category="cables").json["items"]
        return items[0] if items else {"units": 0, "gross_cents": 0, "net_cents": 0}

    before = cables()
    kept = place_order(sku="CBL-CC-2", quantity=2, card_number=GOOD_CARD)
    refunded = place_order(sku="CBL-CC-2", card_number=GOOD_CARD)
    assert customer.post(f"/orders/{refunded['number']}/cancel").status == 200
    after = cables()
    assert after["units"] - before["units"] == 3
    assert after["gross_cents"] - before["gross_cents"] == kept["subtotal_cents"] + refunded["subtotal_cents"]
    assert after["net_cents"] - before["net_cents"] == kept["subtotal_cents"]


def test_the_unpaid_report_counts_declined_cards(customer, staff, place_order):
    order = place_order()
    body = {"order_id": order["id"], "amount_cents": order["total_cents"], "card_number": DECLINED_CARD}
    assert customer.post("/payments", body).status == 402
    items = staff.get("/reports/unpaid", since=order["placed_at"][:10], category="cables").json["items"]
    mine = [item for item in items if item["user_id"] == customer.user["id"]]
    assert [(item["id"], item["declined_payments"]) for item in mine] == [(order["id"], 1)]


def test_customers_come_with_what_they_spent(customer, staff, place_order):
    paid = place_order(card_number=GOOD_CARD)
    open_order = place_order()
    items = staff.get("/reports/customers", sort="recent", per_page=50).json["items"]
    mine = next(item for item in items if item["id"] == customer.user["id"])
    assert (mine["orders"], mine["paid_cents"]) == (2, paid["total_cents"])
    assert mine["ordered_cents"] == paid["total_cents"] + open_order["total_cents"]
    assert staff.get("/reports/customers", sort="password_hash").status == 400


def test_everything_has_a_row_for_each_line(customer, staff, fill_cart, place_order):
    fill_cart(customer, "GLASS-15", 2)
    order = place_order(sku="SPK-MINI", card_number=GOOD_CARD)
    items = staff.get("/reports/everything", per_page=50).json["items"]
    mine = [item for item in items if item["number"] == order["number"]]
    assert {item["sku"]: item["quantity"] for item in mine} == {"GLASS-15": 2, "SPK-MINI": 1}
    assert {item["email"] for item in mine} == {customer.user["email"]}
    assert {item["paid_cents"] for item in mine} == {order["total_cents"]}
    assert {item["payment_status"] for item in mine} == {"captured"}
    audio = staff.get("/reports/everything", category="audio", country=mine[0]["country"].lower()).json[
        "items"
    ]
    assert {item["category"] for item in audio} == {"audio"}
    assert {item["country"] for item in audio} == {mine[0]["country"]}


def test_reports_can_be_exported_as_csv(staff, place_order):
    order = place_order(card_number=GOOD_CARD)
    answer = staff.get("/reports/export.csv", report="everything", since=order["placed_at"][:10])
    assert (answer.status, answer.content_type) == (200, "text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text), delimiter=";"))
    mine = [row for row in rows if row["number"] == order["number"]]
    assert [(row["sku"], row["status"]) for row in mine] == [("CBL-CC-1", "paid")]
    for report in REPORTS:
        assert staff.get("/reports/export.csv", report=report).status == 200
    assert staff.get("/reports/export.csv", report="secrets").status == 404


def test_filters_that_make_no_sense_are_refused(staff):
    for query in ({"since": "yesterday"}, {"until": "2024-13-01"}, {"page": "0"}):
        assert staff.get("/reports/unpaid", **query).status == 400
