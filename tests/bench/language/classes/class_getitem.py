"""A subscript of a class calls its `__class_getitem__` (3.3.5)."""


class Column:
    def __class_getitem__(cls, kind):
        return cls.named(kind.__name__)

    @classmethod
    def named(cls, name):
        column = cls()
        column.name = name
        return column

    def sql(self):
        return f"col {self.name}"


class Index(Column):
    def sql(self):
        return f"index {self.name}"


def schema():
    return [Column[int].sql(), Index[str].sql()]


print(schema())
