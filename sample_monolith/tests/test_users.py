import uuid

import pytest

from .client import Client
from .conftest import ADDRESS


def test_a_customer_registers_and_is_signed_in(shop):
    email = f"{uuid.uuid4().hex}@example.org"
    answer = shop.post(
        "/users", {"email": f" {email.upper()} ", "name": " Ana Reis ", "password": "long-enough"}
    )
    assert answer.status == 201
    user = answer.json["user"]
    assert (user["email"], user["name"], user["is_staff"], user["loyalty_points"]) == (
        email,
        "Ana Reis",
        0,
        0,
    )
    assert Client(shop.base_url, answer.json["token"]).get("/users/me").json == user


def test_an_email_address_is_taken_only_once(shop, customer):
    body = {"email": customer.user["email"].upper(), "name": "Somebody Else", "password": "long-enough"}
    answer = shop.post("/users", body)
    assert answer.status == 409
    assert answer.error["field"] == "email"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": None}, 400),
        ({"name": " "}, 400),
        ({"email": "nowhere"}, 422),
        ({"email": "@"}, 422),
        ({"password": "short"}, 422),
        ({"password": 12345678}, 400),
    ],
)
def test_a_customer_needs_a_name_an_address_and_a_password(shop, change, status):
    body = {"email": f"{uuid.uuid4().hex}@example.org", "name": "Ana Reis", "password": "long-enough"}
    answer = shop.post("/users", {**body, **change})
    assert answer.status == status
    assert answer.error["field"] in change


def test_passwords_are_never_shown(customer, staff):
    for answer in (customer.get("/users/me"), staff.get(f"/users/{customer.user['id']}")):
        assert answer.status == 200
        assert "password" not in answer.text


def test_a_customer_signs_in_with_the_password(shop, customer):
    body = {"email": customer.user["email"].title(), "password": "a-password"}
    answer = shop.post("/users/token", body)
    assert answer.status == 201
    assert answer.json["user"]["id"] == customer.user["id"]
    assert Client(shop.base_url, answer.json["token"]).get("/users/me").status == 200


def test_wrong_passwords_and_unknown_addresses_look_alike(shop, customer):
    wrong = shop.post("/users/token", {"email": customer.user["email"], "password": "not-this-one"})
    unknown = shop.post(
        "/users/token", {"email": f"{uuid.uuid4().hex}@example.org", "password": "a-password"}
    )
    assert wrong.status == unknown.status == 401
    assert wrong.json == unknown.json


def test_signing_out_ends_one_token_only(shop, customer):
    body = {"email": customer.user["email"], "password": "a-password"}
    phone = Client(shop.base_url, shop.post("/users/token", body).json["token"])
    assert phone.delete("/users/token").status == 200
    assert phone.get("/users/me").status == 401
    assert customer.get("/users/me").status == 200


def test_visitors_have_no_account(shop):
    for path in ("/users/me", "/users/me/addresses", "/users/1"):
        answer = shop.get(path)
        assert (answer.status, answer.error["code"]) == (401, "unauthorized")
    assert Client(shop.base_url, "made-up").get("/users/me").status == 401


def test_a_customer_changes_the_name(customer):
    answer = customer.patch("/users/me", {"name": "Renamed Customer"})
    assert (answer.status, answer.json["name"]) == (200, "Renamed Customer")
    assert customer.get("/users/me").json["name"] == "Renamed Customer"
    assert customer.patch("/users/me", {"name": ""}).status == 400


def test_the_staff_looks_customers_up(customer, other_customer, staff):
    path = f"/users/{customer.user['id']}"
    assert staff.get(path).json == customer.user
    assert other_customer.get(path).status == 403


def test_an_unknown_customer_is_not_found(staff):
    answer = staff.get("/users/99999999")
    assert answer.status == 404
    assert answer.error == {"code": "not_found", "message": "There is no customer 99999999."}


def test_the_first_address_is_the_default_until_another_is(customer):
    assert customer.get("/users/me/addresses").json["items"][0] == {
        **ADDRESS,
        "id": customer.address_id,
        "is_default": 1,
    }
    work = customer.post("/users/me/addresses", {**ADDRESS, "label": "Work", "country": "de"}).json
    assert (work["label"], work["country"], work["is_default"]) == ("Work", "DE", 0)
    holiday = customer.post("/users/me/addresses", {**ADDRESS, "label": "Holiday", "is_default": 1}).json
    defaults = {item["id"]: item["is_default"] for item in customer.get("/users/me/addresses").json["items"]}
    assert defaults == {customer.address_id: 0, work["id"]: 0, holiday["id"]: 1}


def test_addresses_must_be_complete(customer):
    for field in ("line1", "city", "postcode", "country"):
        answer = customer.post("/users/me/addresses", {**ADDRESS, field: ""})
        assert (answer.status, answer.error["field"]) == (400, field)
    assert customer.post("/users/me/addresses", {**ADDRESS, "country": "Portugal"}).status == 422


def test_an_address_is_removed_and_the_next_becomes_the_default(customer, other_customer):
    work = customer.post("/users/me/addresses", {**ADDRESS, "label": "Work"}).json
    path = f"/users/me/addresses/{customer.address_id}"
    assert other_customer.delete(path).status == 404
    assert customer.delete(path).json["items"] == [{**work, "is_default": 1}]
    assert customer.delete(path).status == 404


def test_an_address_with_orders_stays(customer, place_order):
    place_order()
    answer = customer.delete(f"/users/me/addresses/{customer.address_id}")
    assert (answer.status, answer.error["code"]) == (409, "conflict")
