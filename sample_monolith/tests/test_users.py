def test_a_customer_registers_and_is_found_again(shop, customer):
    answer = shop.get(f"/users/{customer['id']}")
    assert answer.status == 200
    assert answer.json == customer
    assert answer.json["name"] == "Test Customer"


def test_an_email_address_is_taken_only_once(shop, customer):
    answer = shop.post("/users", {"email": customer["email"].upper(), "name": "Somebody Else"})
    assert answer.status == 409
    assert answer.error["field"] == "email"


def test_a_customer_needs_a_name_and_a_real_address(shop):
    assert shop.post("/users", {"email": "a@example.org"}).status == 400
    assert shop.post("/users", {"email": "nowhere", "name": "A"}).status == 422


def test_an_unknown_customer_is_not_found(shop):
    answer = shop.get("/users/99999999")
    assert answer.status == 404
    assert answer.error == {"code": "not_found", "message": "There is no customer 99999999."}
