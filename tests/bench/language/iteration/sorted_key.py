"""`sorted`, `min`, `max` and `list.sort` call their `key` (built-in functions)."""


class User:
    def __init__(self, name, age):
        self.name = name
        self.age = age

    def years(self):
        return self.age


def by_name(user):
    return fold(user.name)


def fold(text):
    return text.lower()


def names(users):
    return [user.name for user in sorted(users, key=by_name)]


def oldest(users):
    return max(users, key=lambda user: user.years())


def youngest(users, key=User.years):
    users.sort(key=key)
    return users[0]


users = [User("bob", 30), User("Ann", 20)]
print(names(users), oldest(users).name, youngest(users).name)
