import time
import uuid

from .conftest import GOOD_CARD

SECONDS = 10


def inbox(client, count: int = 1) -> list[dict]:
    """The messages of a customer, newest first, once there are so many: they may come a moment later."""
    deadline = time.monotonic() + SECONDS
    while len(messages := client.get("/notifications").json["items"]) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    return messages


def test_an_order_is_confirmed_in_the_inbox(customer, place_order):
    order = place_order()
    message = inbox(customer)[0]
    assert (message["kind"], message["order_id"], message["read_at"]) == ("order_placed", order["id"], None)
    assert order["number"] in message["title"]
    assert message["order_status"] == "pending"


def test_a_payment_is_confirmed_in_the_inbox(customer, place_order):
    order = place_order(card_number=GOOD_CARD)
    messages = inbox(customer, 2)
    paid = next(message for message in messages if message["kind"] == "order_paid")
    assert order["number"] in paid["body"]
    assert f"{order['total_cents'] / 100:,.2f} EUR" in paid["body"]


def test_a_cancelled_order_is_told_once(customer, place_order):
    order = place_order()
    assert customer.post(f"/orders/{order['number']}/cancel").status == 200
    messages = inbox(customer, 2)
    assert [message["kind"] for message in messages].count("order_cancelled") == 1
    assert messages[0]["order_status"] == "cancelled"


def test_the_inbox_comes_in_pages_newest_first(customer, place_order):
    numbers = [place_order()["number"] for _ in range(3)]
    inbox(customer, 3)
    first = customer.get("/notifications", per_page=2).json
    second = customer.get("/notifications", per_page=2, page=2).json
    assert (first["total"], first["pages"]) == (3, 2)
    titles = [message["title"] for message in first["items"] + second["items"]]
    assert [title.rpartition(" ")[2] for title in titles] == numbers[::-1]


def test_a_message_is_read_once_and_counted_until_then(customer, place_order):
    place_order()
    place_order()
    newest = inbox(customer, 2)[0]
    assert customer.get("/notifications/count").json == {"unread": 2}
    assert customer.post(f"/notifications/{newest['id']}/read").json == {"unread": 1}
    assert customer.post(f"/notifications/{newest['id']}/read").json == {"unread": 1}
    unread = customer.get("/notifications", unread=1).json["items"]
    assert len(unread) == 1 and unread[0]["id"] != newest["id"]


def test_all_messages_are_read_at_once(customer, place_order):
    place_order()
    place_order()
    inbox(customer, 2)
    assert customer.post("/notifications/read-all").json == {"marked": 2}
    assert customer.get("/notifications/count").json == {"unread": 0}


def test_messages_are_for_their_customer_only(shop, customer, other_customer, place_order):
    place_order()
    message = inbox(customer)[0]
    assert other_customer.post(f"/notifications/{message['id']}/read").status == 404
    assert other_customer.get("/notifications").json["items"] == []
    assert shop.get("/notifications").status == 401


def test_channels_can_be_switched_off(customer):
    assert customer.get("/notifications/settings").json == {"email": 1, "push": 1, "devices": []}
    assert customer.put("/notifications/settings", {"push": 0}).status == 200
    assert customer.put("/notifications/settings", {"push": "yes"}).status == 400
    assert customer.put("/notifications/settings", {"email": 2}).status == 422
    assert customer.get("/notifications/settings").json == {"email": 1, "push": 0, "devices": []}


def test_a_phone_belongs_to_who_registered_it_last(customer, other_customer):
    phone = {"platform": "ios", "push_token": uuid.uuid4().hex}
    assert customer.post("/notifications/devices", {**phone, "platform": "fax"}).status == 422
    device = customer.post("/notifications/devices", phone)
    assert (device.status, device.json["platform"]) == (201, "ios")
    assert other_customer.post("/notifications/devices", phone).json["id"] == device.json["id"]
    assert customer.delete(f"/notifications/devices/{device.json['id']}").status == 404
    assert other_customer.delete(f"/notifications/devices/{device.json['id']}").json["devices"] == []
