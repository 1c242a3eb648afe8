"""The values of a `dict[str, X]` are X (8.7, typing)."""

import pickle


class Account:
    def __init__(self, amount):
        self.amount = amount

    def check(self):
        return self.amount > 0

    def close(self):
        return "closed"


class Bank:
    accounts: dict[str, Account]

    def __init__(self, data: bytes) -> None:
        self.accounts = pickle.loads(data)

    def audit(self):
        return [account.check() for account in self.accounts.values()]

    def close(self, name):
        return self.accounts[name].close()


def names(accounts: dict[str, Account]):
    return [name for name, account in accounts.items() if account.check()]


DATA = pickle.dumps({"ann": Account(3)})
print(Bank(DATA).audit(), Bank(DATA).close("ann"), names(pickle.loads(DATA)))
