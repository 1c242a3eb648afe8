"""A mixin calls methods that the class it is mixed into brings along (3.3.3)."""

import json


class JsonMixin:
    def to_json(self):
        return json.dumps(self.to_dict())


class EqualMixin:
    def same(self, other):
        return self.key() == other.key()


class Record:
    def key(self):
        return 0

    def to_dict(self):
        return {"key": self.key()}


class User(JsonMixin, EqualMixin, Record):
    def key(self):
        return 1


class Group(JsonMixin, Record):
    def to_dict(self):
        return {"group": super().to_dict()}


print(User().to_json(), User().same(User()), Group().to_json())
