"""`__set_name__` runs for the attributes of a class when the class statement ends (3.3.3.2)."""


class Field:
    def __set_name__(self, owner, name):
        self.name = self.column(name)
        owner.fields = [*getattr(owner, "fields", []), self]

    def column(self, name):
        return name.lower()

    def sql(self):
        return f"{self.name} text"


class Number(Field):
    def sql(self):
        return f"{self.name} int"


class User:
    Name = Field()
    Age = Number()

    @classmethod
    def create(cls):
        return [field.sql() for field in cls.fields]


print(User.create())
